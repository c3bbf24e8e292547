//! What is refused before any work is done for it (K01).

use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

/// The longest address that is looked at, bytes.
const MAX_URI: usize = 8 * 1024;
/// All header names and values together, bytes.
const MAX_HEADERS: usize = 32 * 1024;

/// Answers 414 or 431 to what no browser of ours sends.
pub async fn refuse_oversize(request: Request, next: Next) -> Response {
    let uri = request.uri().path().len() + request.uri().query().map_or(0, str::len);
    if uri > MAX_URI {
        return StatusCode::URI_TOO_LONG.into_response();
    }
    let headers: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers > MAX_HEADERS {
        return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response();
    }
    next.run(request).await
}
