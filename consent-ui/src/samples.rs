//! Every page with plausible values, for tests and for looking at them. All people and addresses are fictitious.

mod mailbox;
mod sign_up;

pub use mailbox::{MailSample, mails};

use crate::{Application, Chrome, ChromeAccount, Lang, NavItem, Ui, views::*};

/// A page rendered with sample values.
pub struct Sample {
    /// Name of the page and its case, fit for a file name: `sign-in-errors`.
    pub name: &'static str,
    /// The HTML document.
    pub html: Result<String, askama::Error>,
}

/// Every page, in every state that changes its form, in one language.
pub fn samples(ui: &Ui, lang: Lang) -> Vec<Sample> {
    let groups = [
        home(ui, lang),
        sign_in(ui, lang),
        sign_up::pages(ui, lang),
        flow(ui, lang),
        sign_out(ui, lang),
        my_space(ui, lang),
        mailbox::pages(ui, lang),
        errors(ui, lang),
    ];
    groups.into_iter().flatten().collect()
}

fn sample(name: &'static str, html: Result<String, askama::Error>) -> Sample {
    Sample { name, html }
}

fn visitor(ui: &Ui, lang: Lang) -> Chrome<'_> {
    Chrome { switch_url: Some(format!("?lang={}", lang.other().tag())), ..Chrome::new(ui, lang) }
}

/// A visitor who may open an account.
fn newcomer(ui: &Ui, lang: Lang) -> Chrome<'_> {
    Chrome { sign_up_url: Some("/self-service/creation-compte".into()), ..visitor(ui, lang) }
}

fn signed_in(ui: &Ui, lang: Lang) -> Chrome<'_> {
    let structure = Some("LP Gambetta · TLPU · Enseignant".to_owned());
    Chrome { account: Some(ChromeAccount { name: "Tristan Blanc".into(), structure }), ..visitor(ui, lang) }
}

fn semafor() -> Application {
    let description = Some("Gestion administrative et échanges avec les établissements".into());
    Application { description, ..Application::named("Semafor") }
}

fn applications() -> Vec<Application> {
    let apera = "Saisie des demandes de subvention\u{202f}: Découverte Région, Subventions Régionales de Maintenance, Mondial des métiers.";
    let mobility = "Région Internationale – Lycéens et Apprentis.";
    let described = |name: &str, text: &str| Application { description: Some(text.into()), ..Application::named(name) };
    vec![described("APERA-Net", apera), described("Bourse Mobilité", mobility), semafor()]
}

fn asked() -> Asked {
    Asked {
        application: semafor(),
        policy_url: Some("https://semafor.example/donnees-personnelles".into()),
        tos_url: Some("https://semafor.example/conditions".into()),
    }
}

fn home(ui: &Ui, lang: Lang) -> Vec<Sample> {
    let account = |email: &str, what: &str| DemoAccount {
        email: email.into(),
        password: "Demonstration-1".into(),
        what: what.into(),
    };
    let link = |name: &str, port: u16| DemoApplication { name: name.into(), url: format!("http://127.0.0.1:{port}/") };
    let demo = DemoGuide {
        accounts: vec![
            account("tristan.blanc@maformation.example", "Un enseignant d’un lycée"),
            account("claire.morel@exemple.example", "Deux établissements, à choisir"),
            account("nouvelle.venue@exemple.example", "Aucun rattachement"),
        ],
        applications: vec![link("Semafor", 8081), link("APERA-Net", 8082)],
    };
    let at_home = |chrome: Chrome<'_>, demo: Option<DemoGuide>| {
        let chrome = Chrome { current: Some(NavItem::Home), demo: demo.is_some(), ..chrome };
        Home { chrome, applications: applications(), demo }.render()
    };
    vec![
        sample("home", at_home(newcomer(ui, lang), None)),
        sample("home-demo", at_home(visitor(ui, lang), Some(demo))),
        sample("home-signed-in", at_home(signed_in(ui, lang), None)),
    ]
}

fn sign_in(ui: &Ui, lang: Lang) -> Vec<Sample> {
    let page = |asked: Option<Asked>, email: &str, errors: &[SignInError]| SignIn {
        chrome: visitor(ui, lang),
        asked,
        flow: "flow".into(),
        email: email.into(),
        reauth: None,
        errors: errors.to_vec(),
        forgotten_url: None,
        legacy_help_url: None,
    };
    let known = "tristan.blanc@maformation.example";
    let again = SignIn { reauth: Some(known.into()), ..page(Some(asked()), known, &[]) };
    let links = SignIn {
        chrome: Chrome { demo: true, ..newcomer(ui, lang) },
        forgotten_url: Some("/self-service/mot-de-passe-oublie".into()),
        legacy_help_url: Some("/rattachement/ancien-compte".into()),
        ..page(Some(asked()), "", &[])
    };
    use SignInError::*;
    let errors = |email: &str, errors: &[SignInError]| page(Some(asked()), email, errors).render();
    vec![
        sample("sign-in", page(Some(asked()), known, &[]).render()),
        sample("sign-in-portal", page(None, "", &[]).render()),
        sample("sign-in-links", links.render()),
        sample("sign-in-again", again.render()),
        sample("sign-in-wrong", errors(known, &[WrongCredentials])),
        sample("sign-in-missing", errors("", &[EmailMissing, PasswordMissing])),
        sample("sign-in-shape", errors("tristan.blanc", &[EmailShape])),
        sample("sign-in-legacy", errors("TLPU_ADM", &[LegacyIdentifier])),
        sample("sign-in-tries", errors(known, &[TooManyTries { minutes: 5 }])),
        sample("sign-in-busy", errors(known, &[Busy])),
    ]
}

fn flow(ui: &Ui, lang: Lang) -> Vec<Sample> {
    let choice =
        |id: &str, establishment: &str, code: &str, city: Option<&str>, profile: &str, selected| AttachmentChoice {
            id: id.into(),
            establishment: establishment.into(),
            code: code.into(),
            city: city.map(str::to_owned),
            profile: profile.into(),
            selected,
        };
    let choose = |missing: bool| ChooseAttachment {
        chrome: signed_in(ui, lang),
        asked: Asked { application: semafor(), ..Asked::default() },
        action: "/connexion/rattachement".into(),
        flow: "flow".into(),
        choices: vec![
            choice("att_1", "Lycée professionnel Gambetta", "TLPU", Some("Bourgoin-Jallieu"), "Enseignant", !missing),
            choice("att_2", "Lycée Léonard de Vinci", "0382440W", None, "Gestionnaire", false),
        ],
        missing,
    };
    let no_access = |attached: bool| NoAccess {
        chrome: signed_in(ui, lang),
        application: semafor(),
        action: "/connexion/abandon".into(),
        flow: "flow".into(),
        attached,
        request_access_url: (!attached).then(|| "/rattachement/etablissement".into()),
    };
    let mut pages = consent(ui, lang);
    pages.extend([
        sample("choose-attachment", choose(false).render()),
        sample("choose-attachment-missing", choose(true).render()),
        sample("no-access", no_access(true).render()),
        sample("no-access-unattached", no_access(false).render()),
    ]);
    pages
}

fn consent(ui: &Ui, lang: Lang) -> Vec<Sample> {
    let attachment = |establishment: &str, code: &str, profile: &str, roles: &[&str], in_use| ConsentAttachment {
        establishment: establishment.into(),
        code: code.into(),
        profile: profile.into(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        in_use,
    };
    let gambetta = attachment("Lycée professionnel Gambetta", "TLPU", "Enseignant", &["Saisie"], true);
    let vinci = attachment("Lycée Léonard de Vinci", "0382440W", "Gestionnaire", &["Saisie", "Validation"], false);
    let page = |attachments: Vec<ConsentAttachment>| Consent {
        chrome: signed_in(ui, lang),
        asked: asked(),
        flow: "flow".into(),
        identity: Some("Tristan Blanc".into()),
        email: Some("tristan.blanc@maformation.example".into()),
        attachments,
        more: Vec::new(),
        offline: false,
        withdraw_url: None,
    };
    let several = Consent {
        offline: true,
        more: vec![Fact { label: "SIRET".into(), values: vec!["19380010900012".into()] }],
        withdraw_url: Some("/mon-compte/applications".into()),
        ..page(vec![gambetta.clone(), vinci])
    };
    let anonymous = Consent { identity: None, email: None, ..page(Vec::new()) };
    vec![
        sample("consent", page(vec![gambetta]).render()),
        sample("consent-several", several.render()),
        sample("consent-anonymous", anonymous.render()),
    ]
}

fn sign_out(ui: &Ui, lang: Lang) -> Vec<Sample> {
    let logout = |application: Option<&str>| {
        let chrome = Chrome { current: Some(NavItem::SignOut), ..signed_in(ui, lang) };
        Logout { chrome, application: application.map(str::to_owned), flow: String::new() }.render()
    };
    let back = BackLink { name: "Semafor".into(), url: "https://semafor.example/".into() };
    vec![
        sample("logout", logout(None)),
        sample("logout-asked", logout(Some("Semafor"))),
        sample("logged-out", LoggedOut { chrome: visitor(ui, lang), back: None }.render()),
        sample("logged-out-back", LoggedOut { chrome: visitor(ui, lang), back: Some(back) }.render()),
    ]
}

fn my_space(ui: &Ui, lang: Lang) -> Vec<Sample> {
    let attachment = |id: &str, establishment: &str, code: &str, city: &str, profile: &str, in_use| SpaceAttachment {
        id: id.into(),
        establishment: establishment.into(),
        code: code.into(),
        city: Some(city.into()),
        profile: profile.into(),
        in_use,
    };
    let gambetta =
        |in_use| attachment("att_1", "Lycée professionnel Gambetta", "TLPU", "Bourgoin-Jallieu", "Enseignant", in_use);
    let vinci = attachment("att_2", "Lycée Léonard de Vinci", "0382440W", "Villefontaine", "Gestionnaire", false);
    let tiles = || {
        applications()
            .into_iter()
            .map(|application| SpaceApplication { application, url: Some("https://semafor.example/".into()) })
    };
    let page = |attachments: Vec<SpaceAttachment>, applications: Vec<SpaceApplication>| MySpace {
        chrome: Chrome { current: Some(NavItem::MySpace), ..signed_in(ui, lang) },
        given_name: Some("Tristan".into()),
        attachments,
        applications,
        changed: false,
        first_steps: FirstSteps::default(),
    };
    let first_steps = FirstSteps {
        new_application_url: Some("/rattachement/etablissement".into()),
        legacy_account_url: Some("/rattachement/ancien-compte".into()),
    };
    let first = MySpace { first_steps, ..page(Vec::new(), Vec::new()) };
    let changed = MySpace { changed: true, ..page(vec![gambetta(true), vinci.clone()], tiles().collect()) };
    let nameless = MySpace { given_name: None, ..page(Vec::new(), Vec::new()) };
    vec![
        sample("my-space", page(vec![gambetta(true)], tiles().collect()).render()),
        sample("my-space-several", changed.render()),
        sample("my-space-to-choose", page(vec![gambetta(false), vinci], Vec::new()).render()),
        sample("my-space-no-applications", page(vec![gambetta(true)], Vec::new()).render()),
        sample("my-space-unattached", nameless.render()),
        sample("my-space-first-steps", first.render()),
    ]
}

fn errors(ui: &Ui, lang: Lang) -> Vec<Sample> {
    let page = |kind: ErrorKind| ErrorPage {
        chrome: visitor(ui, lang),
        kind,
        application: None,
        technical: None,
        request_id: None,
    };
    let technical = Some(Technical {
        error: "invalid_request".into(),
        description: Some("redirect_uri is not registered for this client".into()),
    });
    let detailed = ErrorPage {
        application: Some("Semafor".into()),
        technical,
        request_id: Some("01j9zq4m8h2c".into()),
        ..page(ErrorKind::ReturnAddress)
    };
    vec![
        sample("error-return-address", detailed.render()),
        sample("error-unknown-application", page(ErrorKind::UnknownApplication).render()),
        sample("error-bad-request", page(ErrorKind::BadRequest).render()),
        sample("error-expired", page(ErrorKind::Expired).render()),
        sample("error-forbidden", page(ErrorKind::Forbidden).render()),
        sample("error-not-found", page(ErrorKind::NotFound).render()),
        sample("error-method", page(ErrorKind::Method).render()),
        sample("error-busy", page(ErrorKind::TooBusy { seconds: 30 }).render()),
        sample("error-internal", page(ErrorKind::Internal).render()),
    ]
}
