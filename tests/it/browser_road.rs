//! The main road in Chromium: three real applications, the provider, a person between them.

use idp::demo::PASSWORD;
use url::Url;

use crate::harness::{
    DemoApps, Env, Visitor,
    app::{NO_SCHOOL, TEACHER, TWO_SCHOOLS},
    suite,
};

suite! {
    feature: p24_one_password_opens_semafor_apera_net_and_my_space_in_a_browser;
    once:
        the_road_needs_no_script,
        the_road_is_there_in_english,
        the_road_needs_no_mouse,
        p25_p28_my_space_names_and_describes_what_enseignant_opens,
        every_page_of_the_road_holds_in_every_mode,
        p04_a_wrong_password_and_an_old_identifier_are_said_first_and_at_the_field,
        p23_two_attachments_are_shown_and_chosen_from_in_every_mode,
        without_an_attachment_the_pages_say_what_to_do,
        error_pages_say_what_happened_and_what_to_do;
}

/// « Se connecter avec mon compte Région » at Semafor.
async fn depart(visitor: &Visitor, apps: &DemoApps) {
    visitor.open(&apps.semafor).await;
    visitor.reads("#sign-in", &["Se connecter avec mon compte Région"]).await;
    visitor.click("#sign-in").await;
    visitor.see("#login-form").await;
}

/// What Semafor shows of the teacher.
async fn arrived(visitor: &Visitor, apps: &DemoApps) {
    visitor.reads("#who", &["Tristan Blanc"]).await;
    assert_eq!(visitor.address().await, format!("{}/", apps.semafor));
    visitor.reads("#establishment", &["Lycée professionnel Gambetta", "0380010E", "TLPU"]).await;
    visitor.reads("#profile", &["enseignant"]).await;
    visitor.reads("#roles", &["saisie"]).await;
}

/// Leaves the provider's session by its own page.
async fn leave(visitor: &Visitor, apps: &DemoApps) {
    visitor.open(&format!("{}/mon-espace", apps.provider.issuer)).await;
    visitor.click("a[href='/deconnexion']").await;
    visitor.click("#logout-submit").await;
    visitor.see("#logged-out").await;
}

async fn p24_one_password_opens_semafor_apera_net_and_my_space_in_a_browser(env: Env) {
    let apps = DemoApps::start(&env).await;
    let visitor = Visitor::new(&env, "road", "fr").await;
    visitor.open(&apps.provider.issuer).await;
    visitor.reads("h1", &["Un seul compte"]).await;
    visitor.browser.screenshot("road-1-home").await;

    visitor.open(&apps.semafor).await;
    visitor.photograph("road-2-semafor").await;
    depart(&visitor, &apps).await;
    visitor.reads(".asked", &["Semafor vous demande de vous connecter", "Gestion administrative"]).await;
    visitor.fill("#email", TEACHER).await;
    visitor.fill("#password", PASSWORD).await;
    visitor.photograph("road-3-sign-in").await;
    visitor.click("#login-submit").await;

    let facts = ["Tristan Blanc", TEACHER, "Lycée professionnel Gambetta (TLPU)", "Enseignant", "Saisie"];
    visitor.reads("main:has(#consent-form)", &["Semafor recevra ces informations"]).await;
    visitor.reads("dl", &facts).await;
    visitor.photograph("road-4-consent").await;
    visitor.click("#consent-allow").await;
    arrived(&visitor, &apps).await;
    visitor.photograph("road-5-semafor-signed-in").await;

    // A second application: its consent, no password.
    visitor.open(&apps.apera_net).await;
    visitor.click("#sign-in").await;
    visitor.reads("main:has(#consent-form)", &["APERA-Net", "Dépôt des demandes", "Suivi des demandes"]).await;
    visitor.click("#consent-allow").await;
    visitor.reads("#roles", &["depot", "suivi"]).await;
    visitor.photograph("road-6-apera-net").await;

    // The tile goes through `initiate_login_uri`, and asks for nothing at all.
    visitor.open(&format!("{}/deconnecte", apps.semafor)).await;
    visitor.open(&format!("{}/mon-espace", apps.provider.issuer)).await;
    visitor.photograph("road-7-my-space").await;
    let tile = visitor.see(&format!("a[href^='{}']", apps.semafor)).await;
    let link = Url::parse(&tile.attr("href").await.unwrap().expect("a link")).unwrap();
    assert_eq!(link.path(), "/connexion");
    assert!(link.query_pairs().any(|(name, value)| name == "iss" && value == apps.provider.issuer), "{link}");
    tile.click().await.unwrap();
    arrived(&visitor, &apps).await;

    leave(&visitor, &apps).await;
    visitor.open(&format!("{}/connexion", apps.apera_net)).await;
    visitor.see("#login-form").await;
    visitor.reads(".asked", &["APERA-Net vous demande de vous connecter"]).await;
    visitor.assert_no_complaint(&[]).await;
}

async fn the_road_needs_no_script(env: Env) {
    let apps = DemoApps::start(&env).await;
    let visitor = Visitor::new(&env, "no-script", "fr").await;
    visitor.without_scripts().await;
    depart(&visitor, &apps).await;
    let reveal = visitor.browser.evaluate("document.querySelector('.reveal') === null").await;
    assert_eq!(reveal, true, "a script ran");
    visitor.photograph("no-script-sign-in").await;
    visitor.sign_in(TEACHER, "Wrong-password-1!").await;
    visitor.reads("[role=alert]", &["incorrect"]).await;
    visitor.sign_in(TEACHER, PASSWORD).await;
    visitor.click("#consent-allow").await;
    arrived(&visitor, &apps).await;
    visitor.click("#sign-out").await;
    visitor.reads("main", &["Semafor demande votre déconnexion"]).await;
    visitor.click("#logout-submit").await;
    visitor.reads("#message", &["Vous avez quitté Semafor et votre compte Région"]).await;
    visitor.assert_no_complaint(&["/connexion"]).await;
}

async fn the_road_is_there_in_english(env: Env) {
    let apps = DemoApps::start(&env).await;
    let visitor = Visitor::new(&env, "english", "en").await;
    visitor.open(&apps.provider.issuer).await;
    visitor.reads("h1", &["One account"]).await;
    visitor.glance("home").await;
    depart(&visitor, &apps).await;
    visitor.reads(".asked", &["Semafor asks you to sign in", "Administration and exchanges"]).await;
    visitor.glance("sign-in").await;
    visitor.sign_in(TEACHER, PASSWORD).await;
    visitor.reads("main:has(#consent-form)", &["Share with Semafor", "Teacher", "Data entry"]).await;
    visitor.glance("consent").await;

    // The switch keeps the request under way, and the choice lasts.
    visitor.click(".switch").await;
    visitor.reads("h1", &["Partager avec Semafor"]).await;
    visitor.click("#consent-allow").await;
    arrived(&visitor, &apps).await;
    visitor.open(&format!("{}/mon-espace", apps.provider.issuer)).await;
    visitor.reads("h1", &["Bonjour Tristan"]).await;
    visitor.assert_no_complaint(&[]).await;
}

async fn the_road_needs_no_mouse(env: Env) {
    let apps = DemoApps::start(&env).await;
    let visitor = Visitor::new(&env, "keyboard", "fr").await;
    visitor.open(&apps.semafor).await;
    visitor.tab_to("sign-in").await;
    visitor.photograph("keyboard-semafor").await;
    visitor.press("\u{e007}").await;
    visitor.see("#login-form").await;
    visitor.press("\u{e004}").await;
    visitor.photograph("keyboard-skip-link").await;
    visitor.tab_to("email").await;
    visitor.press(TEACHER).await;
    visitor.photograph("keyboard-email").await;
    visitor.tab_to("password").await;
    visitor.press(PASSWORD).await;
    visitor.press("\u{e007}").await;
    visitor.see("#consent-form").await;
    visitor.tab_to("consent-allow").await;
    visitor.photograph("keyboard-consent").await;
    visitor.press("\u{e007}").await;
    arrived(&visitor, &apps).await;
    visitor.assert_no_complaint(&[]).await;
}

async fn p25_p28_my_space_names_and_describes_what_enseignant_opens(env: Env) {
    let apps = DemoApps::start(&env).await;
    let visitor = Visitor::new(&env, "space", "fr").await;
    visitor.open(&format!("{}/connexion", apps.provider.issuer)).await;
    visitor.glance("sign-in").await;
    visitor.sign_in(TEACHER, PASSWORD).await;
    visitor.reads("h1", &["Bonjour Tristan"]).await;
    visitor.reads("main", &["Lycée professionnel Gambetta", "Enseignant", "TLPU", "Bourgoin-Jallieu"]).await;
    let words = [
        "APERA-Net",
        "Saisie des demandes de subvention pour les projets déposés dans le cadre des dispositifs Découverte Région, \
         Subventions Régionales de Maintenance et Mondial des métiers.",
        "Bourse Mobilité Région Internationale - Lycéens et Apprentis",
        "Semafor",
        "SEMAFOR (anciennement appelé Sefaly) a été conçue pour permettre à la Région Rhône-Alpes de se constituer un \
         outil permanent de gestion administrative",
    ];
    visitor.reads(".grid", &words).await;
    visitor.look("my-space").await;

    // The third application is a public client, with a long name.
    visitor.click(&format!("a[href^='{}']", apps.bourse_mobilite)).await;
    visitor
        .reads(
            "main:has(#consent-form)",
            &[
                "Bourse Mobilité Région Internationale - Lycéens et Apprentis recevra",
                "Partager avec l’application",
                "Dépôt des candidatures",
            ],
        )
        .await;
    visitor.glance("long-consent").await;
    visitor.click("#consent-allow").await;
    visitor.reads("#roles", &["candidature"]).await;
    visitor.open(&format!("{}/mon-espace", apps.provider.issuer)).await;
    visitor.click("a[href='/deconnexion']").await;
    visitor.glance("logout").await;
    visitor.click("#logout-submit").await;
    visitor.see("#logged-out").await;
    visitor.glance("logged-out").await;
    visitor.assert_no_complaint(&[]).await;
}

async fn every_page_of_the_road_holds_in_every_mode(env: Env) {
    let apps = DemoApps::start(&env).await;
    let visitor = Visitor::new(&env, "look", "fr").await;
    visitor.open(&apps.provider.issuer).await;
    visitor.look("home").await;
    visitor.open(&apps.semafor).await;
    visitor.look("semafor").await;
    depart(&visitor, &apps).await;
    visitor.look("sign-in").await;
    visitor.sign_in(TEACHER, PASSWORD).await;
    visitor.see("#consent-form").await;
    visitor.look("consent").await;
    visitor.click("#consent-allow").await;
    arrived(&visitor, &apps).await;
    visitor.look("semafor-signed-in").await;
    visitor.open(&apps.provider.issuer).await;
    visitor.glance("home-signed-in").await;
    visitor.open(&apps.semafor).await;
    visitor.click("#sign-out").await;
    visitor.see("#logout-form").await;
    visitor.look("logout").await;
    visitor.click("#logout-submit").await;
    visitor.reads("#message", &["Vous avez quitté Semafor"]).await;
    visitor.glance("semafor-signed-out").await;
    visitor.assert_no_complaint(&[]).await;
}

async fn p04_a_wrong_password_and_an_old_identifier_are_said_first_and_at_the_field(env: Env) {
    let apps = DemoApps::start(&env).await;
    let visitor = Visitor::new(&env, "sign-in", "fr").await;
    depart(&visitor, &apps).await;
    visitor.sign_in(TEACHER, "Wrong-password-1!").await;
    visitor.reads("[role=alert]", &["Il y a un problème", "L’email ou le mot de passe est incorrect"]).await;
    let focus = visitor.focus().await;
    assert!(focus["html"].as_str().is_some_and(|html| html.contains("role=\"alert\"")), "{focus}");
    for field in ["#email", "#password"] {
        assert_eq!(visitor.see(field).await.attr("aria-invalid").await.unwrap().as_deref(), Some("true"), "{field}");
    }
    assert_eq!(visitor.see("#email").await.value().await.unwrap().as_deref(), Some(TEACHER), "typed words are kept");
    assert_eq!(visitor.see("#password").await.value().await.unwrap().as_deref(), Some(""));
    visitor.look("wrong").await;

    visitor.sign_in("TLPU_ADM", PASSWORD).await;
    visitor.reads("#email-error", &["celui d’un ancien compte Sicorra", "Saisissez l’email de votre compte"]).await;
    visitor.glance("legacy").await;
    // The summary leads to the field.
    visitor.click("[role=alert] a").await;
    assert_eq!(visitor.focus().await["id"], "email");

    visitor.sign_in("", "").await;
    visitor.reads("[role=alert]", &["Saisissez votre email", "Saisissez votre mot de passe"]).await;
    visitor.glance("missing").await;
    visitor.assert_no_complaint(&["/connexion"]).await;
}

async fn p23_two_attachments_are_shown_and_chosen_from_in_every_mode(env: Env) {
    let apps = DemoApps::start(&env).await;
    let visitor = Visitor::new(&env, "two", "fr").await;
    depart(&visitor, &apps).await;
    visitor.sign_in(TWO_SCHOOLS, PASSWORD).await;
    visitor.reads("#attachment-form", &["Lycée professionnel Gambetta", "Enseignant", "Gestionnaire"]).await;
    visitor.look("choose").await;
    visitor.click("#attachment-submit").await;
    visitor.reads("[role=alert]", &["Choisissez un rattachement"]).await;
    visitor.glance("choose-missing").await;
    visitor.click("label.choice:nth-of-type(1)").await;
    visitor.click("#attachment-submit").await;
    visitor.see("#consent-form").await;
    visitor.reads("dl", &["Enseignant", "Gestionnaire", "Utilisé pour cette connexion"]).await;
    visitor.look("consent").await;
    visitor.click("#consent-allow").await;
    visitor.reads("#who", &["Nadia Perret"]).await;
    visitor.see("#others").await;
    visitor.glance("semafor").await;
    visitor.open(&format!("{}/mon-espace", apps.provider.issuer)).await;
    visitor.glance("my-space").await;
    visitor.click("summary").await;
    visitor.look("my-space-open").await;
    visitor.click("label.choice:has(input:not(:checked))").await;
    visitor.click("#attachment-submit").await;
    visitor.reads("[role=status]", &["Vos applications s’ouvrent maintenant avec cette structure"]).await;
    visitor.glance("my-space-changed").await;
    visitor.assert_no_complaint(&["/connexion/structure"]).await;
}

async fn without_an_attachment_the_pages_say_what_to_do(env: Env) {
    let apps = DemoApps::start(&env).await;
    let visitor = Visitor::new(&env, "nobody", "fr").await;
    depart(&visitor, &apps).await;
    visitor.sign_in(NO_SCHOOL, PASSWORD).await;
    visitor.reads("main:has(#no-access-form)", &["Semafor ne vous est pas encore ouvert", "Que faire"]).await;
    visitor.look("no-access").await;
    visitor.open(&format!("{}/mon-espace", apps.provider.issuer)).await;
    visitor.reads("main", &["rattaché à aucun établissement"]).await;
    visitor.look("my-space").await;
    visitor.open(&format!("{}/connexion", apps.semafor)).await;
    visitor.click("#no-access-back").await;
    visitor.reads("#message", &["aucun de vos rattachements n’ouvre Semafor"]).await;
    visitor.glance("semafor-refused").await;
    visitor.assert_no_complaint(&["/retour"]).await;
}

async fn error_pages_say_what_happened_and_what_to_do(env: Env) {
    let apps = DemoApps::start(&env).await;
    let visitor = Visitor::new(&env, "error", "fr").await;
    let request = apps.provider.request("semafor");
    let stray = format!("{}/ailleurs", apps.semafor);
    let pages = [
        ("unknown-application", request.clone().with("client_id", "nobody").path(), "n’est pas connue"),
        ("return-address", request.clone().with("redirect_uri", &stray).path(), "L’adresse de retour"),
        ("not-found", "/nulle-part".to_owned(), "Page introuvable"),
        ("expired", "/connexion?flow=old".to_owned(), "n’est plus valable"),
    ];
    for (name, path, title) in &pages {
        visitor.open(&format!("{}{path}", apps.provider.issuer)).await;
        visitor.see("#error-page").await;
        visitor.reads("h1", &[title]).await;
        if *name == "return-address" { visitor.look(name).await } else { visitor.glance(name).await }
    }
    visitor.open(&format!("{}/retour?state=x&code=y", apps.semafor)).await;
    visitor.reads("h1", &["Cette connexion n’est plus valable"]).await;
    visitor.glance("semafor-stale").await;
    visitor.assert_no_complaint(&["/oauth2/authorize", "/nulle-part", "/connexion", "/retour"]).await;
}
