//! The token endpoint (RFC 6749 §3.2): a code for tokens.

use std::time::Duration;

use axum::{
    Json,
    extract::{RawQuery, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{AUTHORIZATION, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use idp_core::{
    authorize::code::Code,
    catalogue::{Catalogue, Client},
    jose::sign::{SignError, Typ, left_half_hash},
    oauth::{
        client_auth,
        error::{ErrorCode, TokenError},
        params::Params,
    },
    oidc::{access_token::AccessTokenClaims, claims, id_token::IdTokenClaims},
    random,
    seal::Purpose,
    secret::TokenHash,
    time::Timestamp,
    token::code::{self as rule, Refusal},
};
use idp_store::{
    StoreError,
    ephemeral::{Hit, Quota},
    sql::{accounts, attachments, grants},
};
use serde::Serialize;

use crate::{
    app::{App, SharedApp},
    http::{
        browser::Peer,
        forms::{Form, FormError},
        response::{Failure, failed_from},
    },
};

/// Wrong secrets of one client from one address: twenty at once, then one every three seconds (D07). A right secret
/// is never held up.
const WRONG_SECRETS: Quota = Quota { burst: 20, period: Duration::from_secs(3) };

/// RFC 6749 §5.1
#[derive(Serialize)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
    id_token: String,
}

/// What the endpoint answers when it does not give tokens.
pub enum TokenFailure {
    /// RFC 6749 §5.2
    Refused(TokenError),
    /// The client tried HTTP Basic: RFC 6749 §5.2 asks for the scheme to be named.
    BasicRefused,
    /// Too many wrong secrets.
    TooMany(Duration),
    /// 500 or 503.
    Failed(Failure),
}

failed_from!(TokenFailure: StoreError, SignError, anyhow::Error);

impl From<TokenError> for TokenFailure {
    fn from(error: TokenError) -> Self {
        Self::Refused(error)
    }
}

impl IntoResponse for TokenFailure {
    fn into_response(self) -> Response {
        let seconds = |wait: Duration| HeaderValue::from(wait.as_secs().max(1));
        match self {
            Self::Refused(error) if error.code == ErrorCode::InvalidClient => {
                (StatusCode::UNAUTHORIZED, Json(error)).into_response()
            }
            Self::Refused(error) => (StatusCode::BAD_REQUEST, Json(error)).into_response(),
            Self::BasicRefused => {
                let scheme = [(WWW_AUTHENTICATE, "Basic realm=\"token\"")];
                (StatusCode::UNAUTHORIZED, scheme, Json(TokenError::INVALID_CLIENT)).into_response()
            }
            Self::TooMany(wait) => {
                let error = TokenError::new(ErrorCode::InvalidClient, "too many failed attempts");
                (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds(wait))], Json(error)).into_response()
            }
            Self::Failed(failure) => {
                let status = failure.into_response().status();
                let code = match status {
                    StatusCode::SERVICE_UNAVAILABLE => ErrorCode::TemporarilyUnavailable,
                    _ => ErrorCode::ServerError,
                };
                (status, Json(TokenError::new(code, "try again later"))).into_response()
            }
        }
    }
}

/// `POST /oauth2/token`
pub async fn redeem(
    State(app): State<SharedApp>,
    Peer(peer): Peer,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    form: Result<Form, FormError>,
) -> Result<Response, TokenFailure> {
    let params = match form {
        Ok(Form(params)) => params,
        Err(error) => {
            let body = Json(TokenError::invalid_request("the body is not a form"));
            return Ok((error.status(), body).into_response());
        }
    };
    let address = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    // RFC 6749 §2.3.1: client credentials "MUST NOT be included in the request URI" (D06).
    if address.get("client_secret").is_some() || address.is_repeated("client_secret") {
        return Err(TokenError::invalid_request("client_secret must not be in the address").into());
    }
    let params = params.beside(&address);
    if params.has_repeated() || headers.get_all(AUTHORIZATION).iter().count() > 1 {
        return Err(TokenError::invalid_request("a parameter is repeated").into());
    }
    let catalogue = app.catalogue.load_full();
    let client = authenticate(&app, &catalogue, &headers, &params, &peer).await?;
    match params.get("grant_type") {
        Some("authorization_code") => {
            let tokens = by_code(&app, &catalogue, client, &params).await?;
            // RFC 6749 §5.1 asks for it beside `Cache-Control: no-store`, which every answer has.
            Ok(([(PRAGMA, "no-cache")], Json(tokens)).into_response())
        }
        Some(_) => Err(TokenError::new(ErrorCode::UnsupportedGrantType, "this grant_type is not supported").into()),
        None => Err(TokenError::invalid_request("grant_type is missing").into()),
    }
}

async fn authenticate<'a>(
    app: &App,
    catalogue: &'a Catalogue,
    headers: &HeaderMap,
    params: &Params,
    peer: &str,
) -> Result<&'a Client, TokenFailure> {
    let header = headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let offered = client_auth::read(header, params);
    let claimed = offered.as_ref().map_or("", |offered| offered.client_id.as_str()).to_owned();
    let error = match offered.and_then(|offered| client_auth::authenticate(&offered, catalogue)) {
        Ok(client) => return Ok(client),
        Err(error) if error.code != ErrorCode::InvalidClient => return Err(error.into()),
        Err(error) => error,
    };
    let key = format!("client-secret:{}:{peer}", TokenHash::of(&claimed).encode());
    if let Hit::Limited { retry_after } = app.ephemeral.hit(&key, WRONG_SECRETS, app.now()).await? {
        return Err(TokenFailure::TooMany(retry_after));
    }
    Err(if header.is_some() { TokenFailure::BasicRefused } else { error.into() })
}

async fn by_code(app: &App, catalogue: &Catalogue, client: &Client, params: &Params) -> Result<Tokens, TokenFailure> {
    let sealed = params.get("code").ok_or(TokenError::invalid_request("code is missing"))?;
    let now = app.now();
    let opened: Result<Code, _> = app.keys.load().sealer.open(Purpose::Code, sealed);
    let code = opened.map_err(|_| TokenError::invalid_grant("the code is not one of ours"))?;
    if let Err(refusal) = rule::check(&code, client, params, now) {
        match refusal {
            Refusal::Burn(_) => grants::burn(&app.db, &code, now).await?,
            // A code that was used is replayed, whatever else is wrong with the request or its age (B02).
            Refusal::Refused(_) => grants::replayed(&app.db, &code.grant, now).await?,
        }
        return Err(TokenError::from(refusal).into());
    }
    match grants::redeem(&app.db, &code, now).await? {
        grants::Redemption::Fresh => issue(app, catalogue, client, &code, now).await,
        grants::Redemption::Replayed => Err(TokenError::invalid_grant("the code was used before").into()),
        grants::Redemption::Gone => Err(TokenError::invalid_grant("the session has ended").into()),
    }
}

async fn issue(
    app: &App,
    catalogue: &Catalogue,
    client: &Client,
    code: &Code,
    now: Timestamp,
) -> Result<Tokens, TokenFailure> {
    let keys = app.keys.load_full();
    let signer = keys.signer(client.id_token_signed_response_alg)?;
    let (issuer, iat) = (app.issuer.as_str(), now.as_seconds());
    let access_token = signer.sign(
        Typ::AccessToken,
        &AccessTokenClaims {
            iss: issuer.to_owned(),
            aud: issuer.to_owned(),
            sub: code.account.to_string(),
            client_id: client.id.to_string(),
            scope: code.scope.to_string(),
            exp: (now + app.lifetimes.access_token).as_seconds(),
            iat,
            jti: TokenHash::of(&random::token(app.random.as_ref())).encode(),
            grant_id: code.grant.clone(),
        },
    )?;
    // Most of them come back to UserInfo at once.
    keys.verifier.remember(&access_token);
    let scoped = if client.claims_in_id_token { Some(scoped(app, catalogue, client, code).await?) } else { None };
    let id_token = signer.sign(
        Typ::Jwt,
        &IdTokenClaims {
            iss: issuer,
            sub: code.account.as_str(),
            aud: client.id.as_str(),
            exp: (now + app.lifetimes.id_token).as_seconds(),
            iat,
            auth_time: code.auth_time.as_seconds(),
            nonce: code.nonce.as_deref(),
            acr: &code.acr,
            amr: &code.amr.split(' ').collect::<Vec<_>>(),
            at_hash: left_half_hash(&access_token),
            scoped,
        },
    )?;
    let expires_in = app.lifetimes.access_token.as_secs();
    Ok(Tokens { access_token, token_type: "Bearer", expires_in, scope: code.scope.to_string(), id_token })
}

/// For old libraries that never call UserInfo (claims.md, rule 7).
async fn scoped(
    app: &App,
    catalogue: &Catalogue,
    client: &Client,
    code: &Code,
) -> Result<claims::ScopedClaims, TokenFailure> {
    let person = accounts::find_person(&app.db, &code.account).await?;
    let person = person.ok_or(TokenError::invalid_grant("the account has ended"))?;
    let held = attachments::held_by(&app.db, &code.account).await?;
    let opening = idp_core::authorize::step::opening(held, client, catalogue);
    Ok(claims::scoped(&code.scope, &person, &opening, code.attachment.as_ref(), client, catalogue))
}
