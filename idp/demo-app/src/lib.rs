//! An application that signs people in with Sicorra Connect: an example to read, and to run beside the provider.
//!
//! Read in this order: [`claims`] (what an application learns), `provider` (the protocol), `sign_in` (departure and
//! return). `pages`, `cookies` and `memory` are what any web application has already.

pub mod claims;
mod cookies;
mod memory;
mod pages;
mod provider;
mod sign_in;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::map_response_with_state;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use openidconnect::CsrfToken;
use openidconnect::core::CoreJwsSigningAlgorithm;
pub use openidconnect::{AuthType, ClientSecret};
use serde::Deserialize;
use url::Url;

use crate::memory::Memory;
use crate::pages::{Message, Person, Visitor, page};
use crate::provider::{Provider, SignedIn};

/// A person has this long to sign in at the provider.
const FLOW_LIFETIME: Duration = Duration::from_secs(10 * 60);
/// Short, because this example does not listen to back-channel logout: roles that were taken away last no longer.
const SESSION_LIFETIME: Duration = Duration::from_secs(30 * 60);

/// One application: its registration at the provider, and its look.
#[derive(Clone, Debug)]
pub struct DemoApp {
    /// The provider, exactly as its tokens spell it (`http://localhost:8080`).
    pub issuer: String,
    /// As registered.
    pub client_id: String,
    /// None for a public client; printed redacted.
    pub client_secret: Option<ClientSecret>,
    /// How the secret goes to the token endpoint, as registered (`token_endpoint_auth_method`): in the `Authorization`
    /// header or in the body.
    pub client_auth: AuthType,
    /// Algorithm of ID tokens registered for this client (`id_token_signed_response_alg`).
    pub id_token_alg: IdTokenAlg,
    /// Where this application answers, without path: `http://127.0.0.1:8081`. Registered: `/retour` as redirect URI,
    /// `/deconnecte` as post-logout redirect URI, `/connexion` as `initiate_login_uri`.
    pub base_url: String,
    /// Title of the pages.
    pub name: String,
    /// One or two sentences under it.
    pub description: String,
    /// Colour of the pages.
    pub accent: Accent,
}

/// Signature algorithms of ID tokens that this application accepts (RFC 7518 §3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdTokenAlg {
    /// The default of OpenID Connect.
    #[default]
    Rs256,
    /// The recommended one: smaller and faster.
    Es256,
}

impl From<IdTokenAlg> for CoreJwsSigningAlgorithm {
    fn from(alg: IdTokenAlg) -> Self {
        match alg {
            IdTokenAlg::Rs256 => Self::RsaSsaPkcs1V15Sha256,
            IdTokenAlg::Es256 => Self::EcdsaP256Sha256,
        }
    }
}

/// Colours, so that several applications side by side look like different sites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accent {
    /// Deep blue.
    #[default]
    Blue,
    /// Deep green.
    Green,
    /// Brick.
    Brick,
}

impl Accent {
    /// Name of the class in `static/style.css`.
    fn class(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Green => "green",
            Self::Brick => "brick",
        }
    }
}

/// What the handlers share.
struct App {
    demo: DemoApp,
    base_url: Url,
    provider: Provider,
    browser_cookie: String,
    session_cookie: String,
    flows: Memory<sign_in::Flow>,
    sessions: Memory<Arc<Session>>,
    /// `state` values of sign-outs under way.
    sign_outs: Memory<()>,
}

/// Somebody who is signed in.
struct Session(SignedIn);

impl App {
    fn session(&self, headers: &HeaderMap) -> Option<Arc<Session>> {
        self.sessions.get(Instant::now(), cookies::read(headers, &self.session_cookie)?)
    }
}

/// Serves `app` on `listener` until `shutdown` completes. The provider may start later.
///
/// # Errors
/// An address that is not a URL, or a listener that fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    app: DemoApp,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    Ok(axum::serve(listener, router(app)?).with_graceful_shutdown(shutdown).await?)
}

/// The whole application.
///
/// # Errors
/// `base_url` is not a URL, or the HTTP client cannot be made.
pub fn router(demo: DemoApp) -> anyhow::Result<Router> {
    let base_url = Url::parse(&demo.base_url)?;
    let csp = HeaderValue::try_from(format!(
        // Chromium applies `form-action` to the redirects after a form too: signing out leads to the provider.
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {}; base-uri 'none'; \
         frame-ancestors 'none'",
        Url::parse(&demo.issuer)?.origin().ascii_serialization()
    ))?;
    let app = App {
        provider: Provider::new(demo.clone(), base_url.clone())?,
        browser_cookie: cookies::name(&base_url, &demo.client_id, "browser"),
        session_cookie: cookies::name(&base_url, &demo.client_id, "session"),
        flows: Memory::new(FLOW_LIFETIME),
        sessions: Memory::new(SESSION_LIFETIME),
        sign_outs: Memory::new(FLOW_LIFETIME),
        base_url,
        demo,
    };
    Ok(Router::new()
        .route("/", get(home))
        .route("/connexion", get(sign_in::depart).post(sign_in::depart))
        .route("/retour", get(sign_in::come_back))
        .route("/deconnexion", post(sign_out))
        .route("/deconnecte", get(signed_out))
        .layer(map_response_with_state(csp, secure))
        .route("/style.css", get(|| async { asset("text/css", include_str!("../static/style.css")) }))
        .route("/icon.svg", get(|| async { asset("image/svg+xml", include_str!("../static/icon.svg")) }))
        .with_state(Arc::new(app)))
}

/// `/`.
async fn home(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    match app.session(&headers) {
        Some(session) => page(&Person::new(&app.demo, &session)),
        None => page(&Visitor { app: &app.demo }),
    }
}

/// `/deconnexion`: ends our session, then the provider's. A POST, which `SameSite=Lax` protects from other sites.
async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let now = Instant::now();
    let session = cookies::read(&headers, &app.session_cookie).and_then(|key| app.sessions.take(now, key));
    let mut next = None;
    if let Some(session) = session {
        let state = CsrfToken::new_random();
        app.sign_outs.insert(now, state.secret().clone(), ());
        next = app.provider.logout_url(&session.0.id_token, state).await.unwrap_or_else(|error| {
            tracing::warn!(error = format!("{error:#}"), "the provider's session stays open");
            None
        });
    }
    let forget = cookies::set(&app.session_cookie, "", Duration::ZERO);
    let next = next.as_ref().map_or("/deconnecte", Url::as_str);
    ([(header::SET_COOKIE, forget)], Redirect::to(next)).into_response()
}

/// What the provider adds to the post-logout redirect URI.
#[derive(Deserialize)]
struct SignedOut {
    state: Option<String>,
}

/// `/deconnecte`: back from the provider. Without our `state`, nobody was signed out everywhere, and we do not say so.
async fn signed_out(State(app): State<Arc<App>>, headers: HeaderMap, Query(back): Query<SignedOut>) -> Response {
    let everywhere = back.state.and_then(|state| app.sign_outs.take(Instant::now(), &state)).is_some();
    if app.session(&headers).is_some() {
        return Redirect::to("/").into_response();
    }
    let name = &app.demo.name;
    let text = if everywhere {
        format!("Vous avez quitté {name} et votre compte Région.")
    } else {
        format!("Vous n’avez pas de session ouverte dans {name}.")
    };
    page(&Message { app: &app.demo, title: "Vous êtes déconnecté", text: &text })
}

/// Headers of every page: no script, no frame, nothing kept by caches (pages name people).
async fn secure(State(csp): State<HeaderValue>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, csp);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // The address of `/retour` holds a code: it is told to nobody.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn asset(mime: &'static str, content: &'static str) -> Response {
    ([(header::CONTENT_TYPE, mime), (header::CACHE_CONTROL, "max-age=3600")], content).into_response()
}

#[cfg(test)]
mod tests {
    use super::{Accent, AuthType, ClientSecret, DemoApp, IdTokenAlg, router};
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt as _;

    pub(crate) fn app() -> DemoApp {
        DemoApp {
            // Nothing listens there: a test that passes has not asked the provider.
            issuer: "http://localhost:1".to_owned(),
            client_id: "semafor".to_owned(),
            client_secret: Some(ClientSecret::new("hidden".to_owned())),
            client_auth: AuthType::BasicAuth,
            id_token_alg: IdTokenAlg::Es256,
            base_url: "http://127.0.0.1:8083".to_owned(),
            name: "Semafor".to_owned(),
            description: "Gestion administrative.".to_owned(),
            accent: Accent::Green,
        }
    }

    async fn status(path: &str) -> StatusCode {
        let request = Request::get(path).body(Body::empty()).unwrap();
        router(app()).unwrap().oneshot(request).await.unwrap().status()
    }

    #[test]
    fn a_client_secret_is_not_printed() {
        assert!(!format!("{:?}", app()).contains("hidden"));
    }

    #[tokio::test]
    async fn the_home_page_needs_no_provider_and_runs_no_script() {
        let request = Request::get("/").body(Body::empty()).unwrap();
        let response = router(app()).unwrap().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let csp = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(csp.starts_with("default-src 'none'") && csp.contains("form-action 'self' http://localhost:1;"));
    }

    #[tokio::test]
    async fn a_sign_in_started_for_another_issuer_is_refused() {
        assert_eq!(status("/connexion?iss=https%3A%2F%2Fevil.example").await, StatusCode::BAD_REQUEST);
    }

    #[tokio::test]
    async fn a_provider_that_does_not_answer_gives_a_page() {
        assert_eq!(status("/connexion").await, StatusCode::BAD_GATEWAY);
    }

    #[tokio::test]
    async fn a_return_that_nobody_started_is_refused() {
        assert_eq!(status("/retour").await, StatusCode::BAD_REQUEST);
        assert_eq!(status("/retour?state=x&code=y&iss=http%3A%2F%2Flocalhost%3A1").await, StatusCode::BAD_REQUEST);
    }

    #[tokio::test]
    async fn signing_out_without_a_session_stays_here() {
        let request = Request::post("/deconnexion").body(Body::empty()).unwrap();
        let response = router(app()).unwrap().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["location"], "/deconnecte");
    }
}
