//! UserInfo (OpenID Connect Core §5.3): always what is true now.

use axum::{
    Json,
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use idp_core::{
    authorize::step,
    ids::AccountId,
    jose::sign::Typ,
    oidc::{
        access_token::AccessTokenClaims,
        claims::{self, ScopedClaims},
    },
};
use idp_store::{StoreError, sql::grants};
use serde::Serialize;

use crate::{
    app::{App, SharedApp},
    http::{
        forms::Form,
        response::{Failure, failed_from},
    },
};

#[derive(Serialize)]
struct UserInfo {
    sub: AccountId,
    #[serde(flatten)]
    scoped: ScopedClaims,
}

/// What the endpoint answers when it tells nothing (RFC 6750 §3).
pub enum BearerFailure {
    /// No token: the scheme alone, without an error code (§3.1).
    Missing,
    /// Two tokens at once, or a token twice: 400.
    Malformed,
    /// Not ours, expired, revoked, or of another kind.
    Invalid,
    /// 500 or 503.
    Failed(Failure),
}

failed_from!(BearerFailure: StoreError);

impl IntoResponse for BearerFailure {
    fn into_response(self) -> Response {
        let challenge = |status: StatusCode, value: &'static str| {
            let error = value.split('"').nth(1).unwrap_or_default();
            let body = if error.is_empty() { serde_json::json!({}) } else { serde_json::json!({ "error": error }) };
            (status, [(WWW_AUTHENTICATE, value)], Json(body)).into_response()
        };
        match self {
            Self::Missing => challenge(StatusCode::UNAUTHORIZED, "Bearer"),
            Self::Malformed => challenge(StatusCode::BAD_REQUEST, "Bearer error=\"invalid_request\""),
            Self::Invalid => challenge(StatusCode::UNAUTHORIZED, "Bearer error=\"invalid_token\""),
            Self::Failed(failure) => failure.into_response().status().into_response(),
        }
    }
}

/// GET: the token in the header.
pub async fn by_get(State(app): State<SharedApp>, headers: HeaderMap) -> Result<Response, BearerFailure> {
    let token = bearer(&headers)?.ok_or(BearerFailure::Missing)?;
    answer(&app, &token).await
}

/// POST: the token in the header, or in a form (RFC 6750 §2.2).
pub async fn by_post(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    request: axum::extract::Request,
) -> Result<Response, BearerFailure> {
    let in_header = bearer(&headers)?;
    let in_body = if is_form(&headers) { form_token(request, &app).await? } else { None };
    match (in_header, in_body) {
        // RFC 6750 §2: "Clients MUST NOT use more than one method to transmit the token in each request."
        (Some(_), Some(_)) => Err(BearerFailure::Malformed),
        (Some(token), None) | (None, Some(token)) => answer(&app, &token).await,
        (None, None) => Err(BearerFailure::Missing),
    }
}

/// RFC 6750 §2.2: another body than a form holds no token, whatever it says.
fn is_form(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    media_type.to_ascii_lowercase().starts_with(b"application/x-www-form-urlencoded")
}

async fn form_token(request: axum::extract::Request, app: &SharedApp) -> Result<Option<String>, BearerFailure> {
    use axum::extract::FromRequest;
    let Ok(Form(params)) = Form::from_request(request, app).await else { return Err(BearerFailure::Malformed) };
    if params.is_repeated("access_token") {
        return Err(BearerFailure::Malformed);
    }
    Ok(params.get("access_token").map(str::to_owned))
}

/// The token of the Authorization header; the scheme's case is of no matter (RFC 9110 §11.1).
fn bearer(headers: &HeaderMap) -> Result<Option<String>, BearerFailure> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(BearerFailure::Malformed);
    }
    let value = value.to_str().map_err(|_| BearerFailure::Invalid)?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim().to_owned())),
        _ => Err(BearerFailure::Invalid),
    }
}

async fn answer(app: &App, token: &str) -> Result<Response, BearerFailure> {
    let claims: AccessTokenClaims =
        app.keys.load().verifier.verify(Typ::AccessToken, token).map_err(|_| BearerFailure::Invalid)?;
    if !claims.is_for(app.issuer.as_str(), app.now()) {
        return Err(BearerFailure::Invalid);
    }
    let grant = grants::find_live(&app.db, &claims.grant_id).await?.ok_or(BearerFailure::Invalid)?;
    let catalogue = app.catalogue.load_full();
    let client = catalogue.client(grant.client_id.as_str()).ok_or(BearerFailure::Invalid)?;
    let opening = if grant.scope.has("attachments") || grant.attachment.is_some() {
        step::opening(grant.held, client, &catalogue)
    } else {
        Vec::new()
    };
    let scoped = claims::scoped(&grant.scope, &grant.person, &opening, grant.attachment.as_ref(), client, &catalogue);
    Ok(Json(UserInfo { sub: grant.person.account.clone(), scoped }).into_response())
}
