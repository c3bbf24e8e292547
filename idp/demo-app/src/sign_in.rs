//! Departure to the provider and return: `/connexion` and `/retour`.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use openidconnect::CsrfToken;
use serde::Deserialize;
use url::Url;

use crate::pages::Failure;
use crate::provider::Pending;
use crate::{App, Session, cookies};

/// A sign-in under way, kept under its `state`.
#[derive(Clone)]
pub(crate) struct Flow {
    /// Value of the cookie of the browser that departed: only that browser may come back with this `state`.
    browser: String,
    pending: Pending,
    /// Where the person goes once signed in.
    target: Url,
}

/// Parameters of a sign-in that another site starts (OpenID Connect Core §4); all absent for our own button.
#[derive(Deserialize)]
pub(crate) struct Departure {
    iss: Option<String>,
    login_hint: Option<String>,
    target_link_uri: Option<String>,
}

/// `/connexion`. GET or POST, as OpenID Connect Core §4 asks: `Form` reads the query of the one, the body of the other.
pub(crate) async fn depart(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(departure): Form<Departure>,
) -> Response {
    start(&app, &headers, departure).await.unwrap_or_else(|failure| failure.page(&app.demo))
}

async fn start(app: &App, headers: &HeaderMap, departure: Departure) -> Result<Response, Failure> {
    // We trust one provider. Another one would receive our users.
    if departure.iss.is_some_and(|issuer| issuer != app.demo.issuer) {
        return Err(Failure::unknown_issuer());
    }
    let (url, state, pending) = app.provider.authorization_url(departure.login_hint).await?;
    // Kept whole: a relative `//other.example` would be another site.
    let target = departure
        .target_link_uri
        .and_then(|target| Url::parse(&target).ok())
        .filter(|target| target.origin() == app.base_url.origin())
        .unwrap_or_else(|| app.base_url.clone());
    // One cookie for several sign-ins under way, so that two tabs do not disturb each other.
    let browser = cookies::read(headers, &app.browser_cookie)
        .map_or_else(|| CsrfToken::new_random().into_secret(), str::to_owned);
    let cookie = cookies::set(&app.browser_cookie, &browser, app.flows.lifetime());
    app.flows.insert(Instant::now(), state.into_secret(), Flow { browser, pending, target });
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(url.as_str())).into_response())
}

/// Parameters with which the provider sends the browser back.
#[derive(Deserialize)]
pub(crate) struct Return {
    state: Option<String>,
    iss: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// `/retour`.
pub(crate) async fn come_back(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Query(answer): Query<Return>,
) -> Response {
    finish(&app, &headers, answer).await.unwrap_or_else(|failure| failure.page(&app.demo))
}

async fn finish(app: &App, headers: &HeaderMap, answer: Return) -> Result<Response, Failure> {
    let flow = flow_of(app, headers, answer.state.as_deref()).ok_or_else(Failure::stale)?;
    // The answer comes from the provider that we asked (RFC 9207 §2.4).
    if answer.iss.as_deref() != Some(app.demo.issuer.as_str()) {
        return Err(Failure::unknown_issuer());
    }
    if let Some(error) = answer.error {
        tracing::info!(
            client_id = app.demo.client_id,
            error,
            description = answer.error_description,
            "sign-in refused"
        );
        return Err(Failure::refused(&error, &app.demo.name));
    }
    let signed_in = app.provider.redeem(answer.code.ok_or_else(Failure::stale)?, flow.pending).await?;
    // A new identifier at each sign-in: nobody can have planted it in the browser beforehand.
    let key = CsrfToken::new_random().into_secret();
    let cookie = cookies::set(&app.session_cookie, &key, app.sessions.lifetime());
    if let Some(former) = cookies::read(headers, &app.session_cookie) {
        app.sessions.take(Instant::now(), former);
    }
    app.sessions.insert(Instant::now(), key, Arc::new(Session(signed_in)));
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(flow.target.as_str())).into_response())
}

/// The sign-in that this browser started under this `state`; it serves once.
fn flow_of(app: &App, headers: &HeaderMap, state: Option<&str>) -> Option<Flow> {
    let flow = app.flows.get(Instant::now(), state?)?;
    // Compared before it is taken: another browser that holds the `state` must not spoil the sign-in.
    if cookies::read(headers, &app.browser_cookie) != Some(flow.browser.as_str()) {
        return None;
    }
    app.flows.take(Instant::now(), state?)
}
