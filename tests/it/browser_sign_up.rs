//! Sign-up and confirmation in a real browser (P01–P03): every mode, by keyboard, without scripts, in English.

use crate::harness::{Env, Visitor, app::Provider, suite};

suite! {
    once:
        p01_p03_a_person_signs_up_and_confirms_in_a_browser,
        p03_another_browser_asks_for_the_password_in_english_and_without_scripts,
        p03_a_used_link_says_what_to_do;
}

const EMAIL: &str = "claire.dubois@maformation.example";
const PASSWORD: &str = "Quatre éléphants 7";

async fn fill(visitor: &Visitor, provider: &Provider, password: &str) {
    visitor.open(&format!("{}/self-service/creation-compte", provider.issuer)).await;
    visitor.fill("#email", EMAIL).await;
    visitor.fill("#password", password).await;
    visitor.fill("#password_confirmation", password).await;
    visitor.fill("#given_name", "Claire").await;
    visitor.fill("#family_name", "Dubois").await;
    visitor.click("#sign-up-submit").await;
}

/// Opens the newest mail of the demo's mailbox.
async fn open_mail(visitor: &Visitor, provider: &Provider) {
    visitor.open(&format!("{}/dev/courriels", provider.issuer)).await;
    visitor.click("tbody a").await;
    visitor.see("#mail-body").await;
}

async fn p01_p03_a_person_signs_up_and_confirms_in_a_browser(env: Env) {
    let provider = Provider::start(&env).await;
    let visitor = Visitor::new(&env, "sign-up", "fr").await;
    visitor.open(&provider.issuer).await;
    visitor.click("a[href='/self-service/creation-compte']").await;
    visitor.reads("#sign-up-form", &["Vos informations de connexion", "Vos informations personnelles"]).await;
    visitor.look("form").await;
    for id in ["email", "password"] {
        visitor.tab_to(id).await;
    }
    fill(&visitor, &provider, "Azerty123!").await;
    visitor.reads("[role=alert]", &["Il y a un problème"]).await;
    assert_eq!(visitor.address().await, format!("{}/self-service/creation-compte", provider.issuer));
    visitor.look("form-wrong").await;
    fill(&visitor, &provider, PASSWORD).await;
    visitor.reads("main", &["Vérifiez votre messagerie", EMAIL]).await;
    visitor.look("sent").await;

    visitor.open(&format!("{}/dev/courriels", provider.issuer)).await;
    visitor.see("tbody a").await;
    visitor.look("mailbox").await;
    open_mail(&visitor, &provider).await;
    visitor.reads("#mail-body", &["Pour valider votre compte"]).await;
    visitor.look("mail").await;
    visitor.click("#mail-body a").await;
    visitor.reads("#confirm-form", &["Valider mon compte"]).await;
    visitor.look("confirm").await;
    visitor.click("#confirm-submit").await;
    visitor.see("#account-confirmed").await;
    visitor.look("confirmed").await;
    visitor.click("#account-confirmed .button").await;
    visitor.sign_in(EMAIL, PASSWORD).await;
    visitor.reads("h1", &["Claire"]).await;
    visitor.assert_no_complaint(&["/self-service/creation-compte"]).await;
}

async fn p03_another_browser_asks_for_the_password_in_english_and_without_scripts(env: Env) {
    let provider = Provider::start(&env).await;
    fill(&Visitor::new(&env, "first", "fr").await, &provider, PASSWORD).await;
    let other = Visitor::new(&env, "other", "en").await;
    other.without_scripts().await;
    open_mail(&other, &provider).await;
    other.click("#mail-body a").await;
    other.see("#password").await;
    other.photograph("confirm-other-browser").await;
    other.fill("#password", "Not the 1st one").await;
    other.click("#confirm-submit").await;
    other.reads("[role=alert]", &["There is a problem"]).await;
    other.photograph("confirm-other-browser-wrong").await;
    other.fill("#password", PASSWORD).await;
    other.click("#confirm-submit").await;
    other.see("#account-confirmed").await;
}

async fn p03_a_used_link_says_what_to_do(env: Env) {
    let provider = Provider::start(&env).await;
    let visitor = Visitor::new(&env, "not-me", "fr").await;
    fill(&visitor, &provider, PASSWORD).await;
    open_mail(&visitor, &provider).await;
    visitor.click("#mail-body a").await;
    visitor.click("#confirm-refuse").await;
    visitor.see("#account-deleted").await;
    visitor.look("deleted").await;
    open_mail(&visitor, &provider).await;
    visitor.click("#mail-body a").await;
    visitor.see("#link-expired").await;
    visitor.look("expired").await;
}
