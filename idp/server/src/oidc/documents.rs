//! What the provider publishes of itself.

use axum::{
    body::Bytes,
    extract::State,
    http::{
        HeaderValue,
        header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};

use crate::{
    app::{App, SharedApp},
    http::response::secure,
};

/// Relying parties may keep these for five minutes: new keys are published long before they sign.
const CACHING: &str = "public, max-age=300";

/// The metadata document (OpenID Connect Discovery §4.2, RFC 8414 §3.2).
pub async fn metadata(State(app): State<SharedApp>) -> Response {
    document(&app, "application/json", app.discovery.clone())
}

/// The JWK Set (RFC 7517 §5).
pub async fn jwks(State(app): State<SharedApp>) -> Response {
    document(&app, "application/jwk-set+json", app.keys.load().jwks.clone())
}

fn document(app: &App, media_type: &'static str, body: Bytes) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(CACHING));
    // For everybody's scripts, never with credentials (J08).
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    secure(app, &mut response);
    response
}
