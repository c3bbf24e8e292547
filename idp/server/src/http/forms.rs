//! Forms, read with the same care as protocol parameters.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use idp_core::oauth::params::Params;

/// The parameters of an `application/x-www-form-urlencoded` body.
pub struct Form(pub Params);

/// Why a body is no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormError {
    /// Another media type (J11).
    MediaType,
    /// Larger than any form (K01).
    TooLarge,
    /// Not a parameter list.
    Malformed,
}

impl FormError {
    /// The status that says so.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for FormError {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = FormError;

    async fn from_request(request: Request, state: &S) -> Result<Self, FormError> {
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(FormError::MediaType);
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| FormError::TooLarge)?;
        Params::parse(&body).map(Form).map_err(|_| FormError::Malformed)
    }
}
