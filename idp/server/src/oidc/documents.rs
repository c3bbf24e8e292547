//! What the provider publishes of itself.

use axum::{
    extract::State,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::IntoResponse,
};

use crate::app::SharedApp;

/// Relying parties may keep these for five minutes: new keys are published long before they sign.
const CACHING: &str = "public, max-age=300";

/// The metadata document (OpenID Connect Discovery §4.2, RFC 8414 §3.2).
pub async fn metadata(State(app): State<SharedApp>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, CACHING)], app.discovery.clone())
}

/// The JWK Set (RFC 7517 §5).
pub async fn jwks(State(app): State<SharedApp>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/jwk-set+json"), (CACHE_CONTROL, CACHING)], app.keys.load().jwks.clone())
}
