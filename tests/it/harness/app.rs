//! The running provider: the real router on a free port of 127.0.0.1, on the places of an [`Env`](super::Env).
//!
//! Several nodes of one test share database, ephemeral store, clock and randomness, as they would share their services
//! in production.

use std::{collections::BTreeMap, sync::Arc};

use idp::{
    app::SharedApp,
    config::{Settings, create_master_key},
    declared, demo, jobs,
    start::{node, serve},
};
use idp_core::{catalogue::Catalogue, random, time::Clock};
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use super::{Agent, Answer, Env};

/// Of the demo accounts that every provider starts with.
pub const TEACHER: &str = "tristan.blanc@maformation.example";
/// Two attachments.
pub const TWO_SCHOOLS: &str = "nadia.perret@maformation.example";
/// No attachment at all.
pub const NO_SCHOOL: &str = "edouard.blanc@maformation.example";

/// RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A node that answers until it is dropped.
pub struct Provider {
    pub app: SharedApp,
    /// `http://localhost:PORT`
    pub issuer: String,
    stop: watch::Sender<bool>,
    server: JoinHandle<anyhow::Result<()>>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.server.abort();
    }
}

impl Provider {
    /// The first node: demo establishments and people, demo clients (whose applications do not run).
    pub async fn start(env: &Env) -> Self {
        Self::with_ports(env, [8081, 8082, 8083]).await
    }

    /// The same, with the demo applications' registrations on these ports.
    pub async fn with_ports(env: &Env, ports: [u16; 3]) -> Self {
        Self::with(env, ports, env.clock(), |_| ()).await
    }

    /// The same, on another clock and with changed settings.
    pub async fn with(env: &Env, ports: [u16; 3], clock: Arc<dyn Clock>, change: impl FnOnce(&mut Settings)) -> Self {
        let declared = declared::demo_catalogue(ports).expect("the demo catalogue");
        let provider = Self::node(env, clock, change).await;
        provider.declare(&declared).await;
        demo::load_establishments(&provider.app).await.expect("demo establishments");
        demo::create_people(&provider.app).await.expect("demo people");
        provider
    }

    /// A further node over the same places, under the first one's issuer.
    pub async fn another(&self, env: &Env) -> Self {
        let issuer = self.issuer.clone();
        Self::node(env, env.clock(), |settings| settings.server.issuer = Some(issuer)).await
    }

    async fn node(env: &Env, clock: Arc<dyn Clock>, change: impl FnOnce(&mut Settings)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        create_master_key(&env.folder().join("master.key"), env.random().as_ref()).expect("a master key");
        let mut settings = Settings::demo(env.folder(), port);
        change(&mut settings);
        let checked = settings.validate().expect("settings");
        let (db, ephemeral) = (env.db().await, env.ephemeral().await);
        let app = node(&checked, db, ephemeral, clock, env.random()).await.expect("a node");
        let (stop, mut stopped) = watch::channel(false);
        let until = async move {
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let server = tokio::spawn(serve(app.clone(), listener, until));
        Self { app, issuer: format!("http://localhost:{port}"), stop, server }
    }

    /// Puts a catalogue in force, here at once.
    pub async fn declare(&self, catalogue: &Catalogue) {
        let app = &self.app;
        declared::apply(&app.db, app.clock.as_ref(), app.random.as_ref(), catalogue, true).await.expect("applied");
        jobs::reload::reload(app, 0).await.expect("reloaded");
    }

    /// Changes one client of the catalogue in force.
    pub async fn change_client(&self, id: &str, change: impl FnOnce(&mut idp_core::catalogue::Client)) {
        let mut catalogue = Catalogue::clone(&self.app.catalogue.load());
        let mut client = catalogue.client(id).expect("a client").clone();
        change(&mut client);
        catalogue.clients.insert(client.id.clone(), client);
        // Written, not only put in memory: the node reads the database again every second.
        self.declare(&catalogue).await;
    }

    /// A browser of its own, without scripts.
    pub fn agent(&self) -> Agent {
        Agent::new(&self.issuer)
    }

    /// A browser on which somebody has signed in.
    pub async fn signed_in(&self, email: &str) -> Agent {
        let agent = self.agent();
        let page = agent.get("/connexion").await;
        let answer = agent.submit_sign_in(&page, email, demo::PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        agent
    }

    /// A valid authorization request of a demo client, to be changed.
    pub fn request(&self, client_id: &str) -> Request {
        let catalogue = self.app.catalogue.load();
        let client = catalogue.client(client_id).expect("a client");
        let state = random::token(self.app.random.as_ref());
        let pairs = [
            ("client_id", client_id),
            ("redirect_uri", client.redirect_uris[0].as_str()),
            ("response_type", "code"),
            ("scope", "openid profile email attachments"),
            ("state", &state),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        Request(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// Walks a signed-in browser to a code, agreeing on the way.
    pub async fn code(&self, agent: &Agent, request: &Request) -> String {
        let answer = self.authorize(agent, request).await;
        answer.redirect_param("code").unwrap_or_else(|| panic!("no code: {answer:?}"))
    }

    /// Walks a signed-in browser to the answer for the client, agreeing on the way.
    pub async fn authorize(&self, agent: &Agent, request: &Request) -> Answer {
        let mut answer = agent.get(&request.path()).await;
        for _ in 0..6 {
            let Some(location) = answer.location() else { return answer };
            if !location.starts_with('/') {
                return answer;
            }
            let page = agent.get(&location).await;
            answer = if location.starts_with("/consentement") {
                agent.post("/consentement", &[("flow", &page.field("flow")), ("decision", "accept")]).await
            } else {
                page
            };
        }
        answer
    }

    /// `POST /oauth2/token` as that demo client.
    pub async fn redeem(&self, client_id: &str, code: &str, change: &[(&str, &str)]) -> Answer {
        let redirect_uri = self.app.catalogue.load().client(client_id).expect("a client").redirect_uris[0].clone();
        let mut form = BTreeMap::from([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ]);
        form.extend(change.iter().copied());
        let pairs: Vec<_> = form.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        self.token(client_id, &pairs).await
    }

    /// `POST /oauth2/token` with that demo client's own authentication.
    pub async fn token(&self, client_id: &str, form: &[(&str, &str)]) -> Answer {
        let secret = declared::demo_secrets().expect("secrets").get(client_id).map(|secret| secret.expose().to_owned());
        let mut form = form.to_vec();
        let mut headers = Vec::new();
        let basic;
        match (client_id, &secret) {
            ("semafor", Some(secret)) => {
                basic = super::basic(client_id, secret);
                headers.push(("authorization", basic.as_str()));
            }
            (_, Some(secret)) => form.extend([("client_id", client_id), ("client_secret", secret)]),
            (_, None) => form.push(("client_id", client_id)),
        }
        self.agent().post_with("/oauth2/token", &form, &headers).await
    }

    /// The tokens of a full road, as JSON.
    pub async fn tokens(&self, agent: &Agent, client_id: &str) -> Value {
        let code = self.code(agent, &self.request(client_id)).await;
        let answer = self.redeem(client_id, &code, &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// UserInfo with a token.
    pub async fn userinfo(&self, access_token: &str) -> Answer {
        self.agent().get_with("/oauth2/userinfo", &[("authorization", &format!("Bearer {access_token}"))]).await
    }
}

/// The parameters of an authorization request.
#[derive(Clone)]
pub struct Request(Vec<(String, String)>);

impl Request {
    /// Replaces a parameter; an empty value removes it.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(other, _)| other != name);
        if !value.is_empty() {
            self.0.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Adds a parameter, whatever is there.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }

    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// As a GET.
    pub fn path(&self) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs()).finish();
        format!("/oauth2/authorize?{query}")
    }
}
