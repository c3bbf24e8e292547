//! The state that every handler shares, and the whole router on one screen.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use axum::{
    Router,
    body::Bytes,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    routing::{get, post},
};
use consent_ui::Ui;
use idp_core::{
    catalogue::{Catalogue, Lifetimes},
    oidc::discovery::{self, paths},
    random::Random,
    time::{Clock, Timestamp},
};
use idp_store::{Db, ephemeral::Ephemeral};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

use crate::{
    account::{choose, confirm, consent, home, mailbox, my_space, no_access, sign_in, sign_out, sign_up},
    config::Issuer,
    demo::Demo,
    http::{assets, csrf, limits, response},
    keys::KeyRing,
    mailer::Mailer,
    oidc::{authorize, cors, documents, logout, token, userinfo},
    passwords::PasswordPool,
};

/// The largest body of any form (K01).
const MAX_BODY: usize = 64 * 1024;

/// What a node holds. Everything that changes is in a store or behind an `ArcSwap`.
pub struct App {
    /// The one address from which every other is made (H06).
    pub issuer: Issuer,
    /// When a request is given up.
    pub request_timeout: Duration,
    /// How long things live.
    pub lifetimes: Lifetimes,
    /// What is kept for good.
    pub db: Db,
    /// What may be lost.
    pub ephemeral: Ephemeral,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Unpredictable values.
    pub random: Arc<dyn Random>,
    /// Applications, profiles, clients; at most one second old.
    pub catalogue: ArcSwap<Catalogue>,
    /// Keys; at most one second old.
    pub keys: ArcSwap<KeyRing>,
    /// Hashes passwords, a few at a time.
    pub passwords: PasswordPool,
    /// How mail leaves.
    pub mail: Mailer,
    /// Texts and layout of the pages.
    pub ui: Ui,
    /// The metadata document, made once.
    pub discovery: Bytes,
    /// What the home page says in demo mode.
    pub demo: Option<Demo>,
}

/// How handlers take it.
pub type SharedApp = Arc<App>;

impl App {
    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The metadata document of an issuer.
    #[must_use]
    pub fn discovery_of(issuer: &Issuer) -> Bytes {
        Bytes::from(discovery::document(issuer.as_str()).to_string())
    }
}

/// Every address of the program.
pub fn router(app: SharedApp) -> Router {
    Router::new()
        .merge(protocol(&app))
        .merge(pages(&app))
        .route("/static/{*path}", get(assets::serve))
        .fallback(response::not_found)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(limits::refuse_oversize))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, app.request_timeout))
        .layer(CatchPanicLayer::custom(response::after_panic))
        .layer(middleware::from_fn_with_state(app.clone(), response::finish))
        // Beside the layers: these answer from memory, and are asked more than everything else together.
        .merge(published())
        .with_state(app)
}

/// What the provider publishes of itself.
fn published() -> Router<SharedApp> {
    Router::new()
        .route(paths::OPENID_CONFIGURATION, get(documents::metadata))
        .route(paths::OAUTH_SERVER, get(documents::metadata))
        .route(paths::JWKS, get(documents::jwks))
        .layer(middleware::from_fn(limits::refuse_oversize))
}

/// For programs: no cookies decide here, but at the authorization and end-session endpoints.
fn protocol(app: &SharedApp) -> Router<SharedApp> {
    let by_client = Router::new()
        .route(paths::TOKEN, post(token::redeem))
        .route(paths::USERINFO, get(userinfo::by_get).post(userinfo::by_post))
        .layer(cors::declared_origins(app));
    // J08: no CORS on what browsers navigate to.
    let navigated = Router::new()
        .route(paths::AUTHORIZE, get(authorize::by_get).post(authorize::by_post))
        .route(paths::RESUME, get(authorize::resume))
        .route(paths::END_SESSION, get(logout::by_get).post(logout::by_post));
    by_client.merge(navigated)
}

/// For people.
fn pages(app: &SharedApp) -> Router<SharedApp> {
    Router::new()
        .route("/", get(home::show))
        .route("/connexion", get(sign_in::show).post(sign_in::submit))
        .route("/connexion/structure", get(choose::show).post(choose::submit))
        .route("/connexion/sans-acces", get(no_access::show).post(no_access::give_up))
        .route("/consentement", get(consent::show).post(consent::submit))
        .route("/mon-espace", get(my_space::show).post(my_space::choose))
        .route("/deconnexion", get(sign_out::show).post(sign_out::submit))
        .route("/deconnexion/faite", get(sign_out::done))
        .route(sign_up::PATH, get(sign_up::show).post(sign_up::submit))
        .route("/self-service/creation-compte/renvoi", post(sign_up::resend))
        .route(confirm::PATH, get(confirm::show).post(confirm::submit))
        .route("/dev/courriels", get(mailbox::list))
        .route("/dev/courriels/{id}", get(mailbox::show))
        .layer(csrf::layer(app))
}
