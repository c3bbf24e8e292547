//! Demo mode: data to look at, accounts to sign in with, three applications beside the provider.

use std::io::Write;

use anyhow::Context;
use consent_ui::views::{DemoAccount, DemoApplication, DemoGuide};
use idp_core::{
    ids::{AccountId, AttachmentId, ProfileId},
    lang::Lang,
    people::{email::Email, password::Password},
    schools::uai::Uai,
};
use idp_store::sql::{
    accounts::{self, AccountStatus, NewAccount},
    attachments::{self, NewAttachment},
};

use crate::{
    app::App,
    config::Demo as Settings,
    import::{
        Source,
        establishments::import_establishments_bytes,
        legacy_accounts::{LegacyAccountsOptions, import_legacy_accounts_bytes},
    },
};

const DIRECTORY: &[u8] = include_bytes!("../../../config/demo/etablissements.csv");
const CODES: &[u8] = include_bytes!("../../../config/demo/codes.csv");
const LEGACY_ACCOUNTS: &[u8] = include_bytes!("../../../config/demo/anciens-comptes.csv");

/// Of every demo account. It is public, like everything of the demo.
pub const PASSWORD: &str = "Demo-Sicorra-2026!";

/// Names and order of the three applications, as their ports are configured.
pub const APPLICATIONS: [(&str, &str); 3] =
    [("semafor", "Semafor"), ("apera-net", "APERA-Net"), ("bourse-mobilite", "Bourse Mobilité")];

struct Held {
    uai: &'static str,
    profile: &'static str,
    administrator: bool,
    legacy_account: Option<&'static str>,
}

struct DemoPerson {
    email: &'static str,
    civility: &'static str,
    given_name: &'static str,
    family_name: &'static str,
    what: [&'static str; 2],
    held: &'static [Held],
}

const TEACHER: Held =
    Held { uai: "0380010E", profile: "enseignant", administrator: false, legacy_account: Some("TLPU") };

/// One for each thing that there is to see.
const PEOPLE: [DemoPerson; 4] = [
    DemoPerson {
        email: "tristan.blanc@maformation.example",
        civility: "monsieur",
        given_name: "Tristan",
        family_name: "Blanc",
        what: ["Enseignant au LP Gambetta (TLPU)", "Teacher at LP Gambetta (TLPU)"],
        held: &[TEACHER],
    },
    DemoPerson {
        email: "ludovic.valin@gambetta.example",
        civility: "monsieur",
        given_name: "Ludovic",
        family_name: "Valin",
        what: ["Chef d’établissement et administrateur (TLPU)", "Head and administrator (TLPU)"],
        held: &[Held {
            uai: "0380010E",
            profile: "chef-etablissement",
            administrator: true,
            legacy_account: Some("TLPU_ADM"),
        }],
    },
    DemoPerson {
        email: "nadia.perret@maformation.example",
        civility: "madame",
        given_name: "Nadia",
        family_name: "Perret",
        what: ["Deux établissements : à choisir à la connexion", "Two schools: chosen when signing in"],
        held: &[TEACHER, Held { uai: "0690023A", profile: "gestionnaire", administrator: false, legacy_account: None }],
    },
    DemoPerson {
        email: "edouard.blanc@maformation.example",
        civility: "monsieur",
        given_name: "Edouard",
        family_name: "Blanc",
        what: ["Aucun rattachement : aucune application ne s’ouvre", "No attachment: no application opens"],
        held: &[],
    },
];

/// What the pages say of the demo.
#[derive(Clone, Copy, Debug)]
pub struct Demo {
    settings: Settings,
}

impl Demo {
    /// The demo with these ports.
    #[must_use]
    pub const fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// Where each application answers, with its client id and name.
    pub fn applications(&self) -> impl Iterator<Item = (&'static str, &'static str, u16)> {
        APPLICATIONS.into_iter().zip(self.settings.application_ports).map(|((id, name), port)| (id, name, port))
    }

    /// For the home page.
    #[must_use]
    pub fn guide(&self, lang: Lang) -> DemoGuide {
        DemoGuide {
            accounts: PEOPLE
                .iter()
                .map(|person| DemoAccount {
                    email: person.email.to_owned(),
                    password: PASSWORD.to_owned(),
                    what: match (lang, person.what) {
                        (Lang::Fr, [french, _]) => french.to_owned(),
                        (Lang::En, [_, english]) => english.to_owned(),
                    },
                })
                .collect(),
            applications: self
                .applications()
                .map(|(_, name, port)| DemoApplication {
                    name: name.to_owned(),
                    url: format!("http://127.0.0.1:{port}/"),
                })
                .collect(),
        }
    }

    /// Ten lines for the terminal.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn announce(&self, issuer: &str, out: &mut dyn Write) -> std::io::Result<()> {
        writeln!(out, "Sicorra Connect, demo mode (this machine only)\n  provider          {issuer}")?;
        for (_, name, port) in self.applications() {
            writeln!(out, "  {name:<17} http://127.0.0.1:{port}/")?;
        }
        writeln!(out, "Accounts, all with the password {PASSWORD}")?;
        for person in &PEOPLE {
            writeln!(out, "  {:<34} {}", person.email, person.what.first().unwrap_or(&""))?;
        }
        out.flush()
    }
}

/// Loads what is missing: a second start finds its data again.
///
/// # Errors
/// When the database refuses.
pub async fn load(app: &App) -> anyhow::Result<()> {
    if accounts::count(&app.db).await? > 0 {
        return Ok(());
    }
    load_establishments(app).await?;
    let (clock, random) = (app.clock.as_ref(), app.random.as_ref());
    let catalogue = app.catalogue.load_full();
    let legacy = Source { name: "anciens-comptes.csv", bytes: LEGACY_ACCOUNTS };
    let options = LegacyAccountsOptions::default();
    import_legacy_accounts_bytes(&app.db, &catalogue, clock, random, legacy, options).await?;
    create_people(app).await
}

/// The fixture of some sixty establishments, with the portal's codes.
///
/// # Errors
/// When the database refuses.
pub async fn load_establishments(app: &App) -> anyhow::Result<()> {
    let (clock, random) = (app.clock.as_ref(), app.random.as_ref());
    let directory = Source { name: "etablissements.csv", bytes: DIRECTORY };
    let codes = Source { name: "codes.csv", bytes: CODES };
    import_establishments_bytes(&app.db, clock, random, directory, Some(codes), false).await?;
    Ok(())
}

/// The demo accounts with their attachments; the establishments must be there.
///
/// # Errors
/// When the database refuses.
pub async fn create_people(app: &App) -> anyhow::Result<()> {
    // One hash for all: they share a public password, and a first start should not wait for four.
    let password_hash = app.passwords.hash(Password::parse(PASSWORD)?).await?;
    let (now, random) = (app.now(), app.random.as_ref());
    let mut tx = app.db.begin().await?;
    for person in &PEOPLE {
        let (id, email) = (AccountId::random(random), Email::parse(person.email)?);
        let account = NewAccount {
            id: &id,
            email: email.as_str(),
            email_key: email.key(),
            contact_verified_at: Some(now),
            password_hash: &password_hash,
            civility: Some(person.civility),
            given_name: person.given_name,
            family_name: person.family_name,
            locale: Lang::Fr.tag(),
            status: AccountStatus::Active,
        };
        accounts::create(&mut tx, &account, now).await?;
        for held in person.held {
            let attachment = NewAttachment {
                id: &AttachmentId::random(random),
                account: &id,
                uai: &Uai::parse(held.uai).with_context(|| format!("demo establishment {}", held.uai))?,
                profile: &ProfileId::from(held.profile),
                administrator: held.administrator,
                legacy_account: held.legacy_account,
            };
            attachments::create(&mut tx, &attachment, now).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// The three applications, from their registrations.
#[cfg(feature = "demo")]
pub mod applications {
    use std::{future::Future, net::Ipv4Addr};

    use idp_core::{
        catalogue::{ClientAuthMethod, SigningAlgorithm},
        lang::Lang,
        secret::Secret,
    };
    use idp_demo_app::{Accent, AuthType, ClientSecret, DemoApp, IdTokenAlg};
    use tokio::net::TcpListener;

    use super::Demo;
    use crate::{app::App, declared::demo_secrets, start::listen};

    /// Takes the ports of the three applications.
    ///
    /// # Errors
    /// When one is in use.
    pub async fn bind(demo: &Demo) -> anyhow::Result<Vec<TcpListener>> {
        let mut listeners = Vec::new();
        for (id, _, port) in demo.applications() {
            let how = format!("{id} is a demo application: --application-ports A,B,C takes other ports");
            listeners.push(listen((Ipv4Addr::LOCALHOST, port).into(), &how).await?);
        }
        Ok(listeners)
    }

    /// Starts them; each ends when its `shutdown` resolves.
    ///
    /// # Errors
    /// When the demo catalogue cannot be read.
    pub fn spawn<S>(app: &App, demo: &Demo, listeners: Vec<TcpListener>, shutdown: impl Fn() -> S) -> anyhow::Result<()>
    where
        S: Future<Output = ()> + Send + 'static,
    {
        let catalogue = app.catalogue.load_full();
        let secrets = demo_secrets()?;
        let accents = [Accent::Blue, Accent::Green, Accent::Brick];
        for (((id, name, port), listener), accent) in demo.applications().zip(listeners).zip(accents) {
            let client = catalogue.client(id);
            let application = client.and_then(|client| catalogue.application_of(client));
            let relying_party = DemoApp {
                issuer: app.issuer.as_str().to_owned(),
                client_id: id.to_owned(),
                client_secret: secrets.get(id).map(Secret::expose).map(|secret| ClientSecret::new(secret.to_owned())),
                client_auth: match client.map(|client| client.token_endpoint_auth_method) {
                    Some(ClientAuthMethod::ClientSecretBasic) => AuthType::BasicAuth,
                    _ => AuthType::RequestBody,
                },
                id_token_alg: match client.map(|client| client.id_token_signed_response_alg) {
                    Some(SigningAlgorithm::ES256) => IdTokenAlg::Es256,
                    _ => IdTokenAlg::Rs256,
                },
                base_url: format!("http://127.0.0.1:{port}"),
                name: name.to_owned(),
                description: application.map_or("", |application| application.description.get(Lang::Fr)).to_owned(),
                accent,
            };
            let until = shutdown();
            tokio::spawn(async move {
                if let Err(error) = idp_demo_app::serve(listener, relying_party, until).await {
                    tracing::error!(error = format!("{error:#}"), "demo application stopped");
                }
            });
        }
        Ok(())
    }
}
