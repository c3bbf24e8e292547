//! What an application asks of the authorization endpoint (OpenID Connect Core §3.1.2.1).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    catalogue::{Catalogue, Client},
    ids::{AttachmentId, ClientId},
    lang::Lang,
    oauth::{error::ErrorCode, params::Params, pkce::Challenge, redirect_uri, scope::Scope},
    time::Timestamp,
};

/// Beyond this a `state` is no state (A17), bytes.
pub const MAX_STATE: usize = 2048;
/// Beyond this a `nonce` is no nonce, bytes.
const MAX_NONCE: usize = 1024;
/// Beyond this a hint helps nobody, bytes.
const MAX_LOGIN_HINT: usize = 254;

/// A fault that must never be sent to the redirect URI (RFC 6749 §4.1.2.1): the person sees a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PageFault {
    /// The parameters cannot be read.
    #[error("malformed parameters")]
    Malformed,
    /// `client_id` is missing or came twice.
    #[error("client_id is missing or repeated")]
    ClientMissing,
    /// No such client.
    #[error("unknown client")]
    UnknownClient,
    /// `redirect_uri` is missing or came twice.
    #[error("redirect_uri is missing or repeated")]
    RedirectUriMissing,
    /// It is not registered, byte for byte.
    #[error("redirect_uri is not registered for this client")]
    RedirectUriUnregistered,
}

/// A fault that the application is told of.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}: {description}", .code.as_str())]
pub struct ClientFault {
    /// `error`
    pub code: ErrorCode,
    /// `error_description`: printable ASCII without `"` and `\`.
    pub description: &'static str,
}

impl ClientFault {
    /// A fault with its description.
    #[must_use]
    pub const fn new(code: ErrorCode, description: &'static str) -> Self {
        Self { code, description }
    }
}

/// Who asks, and where the answer goes: enough to send an error back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identified<'a> {
    /// The registered client.
    pub client: &'a Client,
    /// Byte for byte one of its redirect URIs.
    pub redirect_uri: String,
    /// Returned unchanged; `None` when there was none, or one too long to be one.
    pub state: Option<String>,
}

/// Finds the client and checks its redirect URI, before anything may be answered to it.
///
/// # Errors
/// A page for the person: nothing goes to an address that nobody registered.
pub fn identify<'a>(params: &Params, catalogue: &'a Catalogue) -> Result<Identified<'a>, PageFault> {
    let client_id = params.get("client_id").ok_or(PageFault::ClientMissing)?;
    let client = catalogue.client(client_id).ok_or(PageFault::UnknownClient)?;
    // OpenID Connect Core §3.1.2.1: redirect_uri is REQUIRED, also where only one is registered.
    let redirect_uri = params.get("redirect_uri").ok_or(PageFault::RedirectUriMissing)?;
    if !redirect_uri::matches(&client.redirect_uris, redirect_uri) {
        return Err(PageFault::RedirectUriUnregistered);
    }
    let state = params.get("state").filter(|state| state.len() <= MAX_STATE).map(str::to_owned);
    Ok(Identified { client, redirect_uri: redirect_uri.to_owned(), state })
}

/// One value of `prompt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// No page at all.
    None,
    /// Sign in again.
    Login,
    /// Ask for consent again.
    Consent,
    /// Choose the attachment again.
    SelectAccount,
}

impl Prompt {
    /// Every value that is understood.
    pub const ALL: [Self; 4] = [Self::None, Self::Login, Self::Consent, Self::SelectAccount];

    /// The value as it travels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }
}

/// A valid authorization request. It travels sealed while the person signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// What is asked, limited to what the client may have.
    pub scope: Scope,
    /// Returned unchanged.
    pub state: Option<String>,
    /// Put into the ID token unchanged.
    pub nonce: Option<String>,
    /// PKCE.
    pub challenge: Option<Challenge>,
    /// `prompt`
    pub prompt: BTreeSet<Prompt>,
    /// Seconds since the last sign-in that are still good enough.
    pub max_age: Option<u64>,
    /// Fills the e-mail field.
    pub login_hint: Option<String>,
    /// A previous ID token, still to be verified by the caller.
    pub id_token_hint: Option<String>,
    /// The language of the pages.
    pub lang: Option<Lang>,
    /// When it reached us: a sign-in or consent after it answers `prompt=login` or `prompt=consent`.
    pub received_at: Timestamp,
    /// The attachment that the person chose for this request.
    pub chosen: Option<AttachmentId>,
}

impl AuthorizationRequest {
    /// Whether `prompt` holds this value.
    #[must_use]
    pub fn prompts(&self, prompt: Prompt) -> bool {
        self.prompt.contains(&prompt)
    }
}

/// Reads the rest of a request whose client is known.
///
/// # Errors
/// What the client is told at its redirect URI.
pub fn validate(
    params: &Params,
    from: &Identified<'_>,
    received_at: Timestamp,
) -> Result<AuthorizationRequest, ClientFault> {
    use ErrorCode::{InvalidRequest, InvalidScope, RequestNotSupported, RequestUriNotSupported};
    if params.has_repeated() {
        return Err(ClientFault::new(InvalidRequest, "a parameter is repeated"));
    }
    if params.get("state").is_some_and(|state| state.len() > MAX_STATE) {
        return Err(ClientFault::new(InvalidRequest, "state is longer than 2048 bytes"));
    }
    if params.get("request").is_some() {
        return Err(ClientFault::new(RequestNotSupported, "request objects are not supported"));
    }
    if params.get("request_uri").is_some() {
        return Err(ClientFault::new(RequestUriNotSupported, "request_uri is not supported"));
    }
    check_response(params)?;
    let scope = Scope::parse(params.get("scope").unwrap_or_default()).limited_to(&from.client.scopes);
    // OpenID Connect Core §3.1.2.1: requests MUST contain the openid scope value.
    if !scope.has("openid") {
        return Err(ClientFault::new(InvalidScope, "the scope openid is missing"));
    }
    let nonce = params.get("nonce").map(str::to_owned);
    if nonce.as_ref().is_some_and(|nonce| nonce.len() > MAX_NONCE) {
        return Err(ClientFault::new(InvalidRequest, "nonce is longer than 1024 bytes"));
    }
    Ok(AuthorizationRequest {
        client_id: from.client.id.clone(),
        redirect_uri: from.redirect_uri.clone(),
        scope,
        state: from.state.clone(),
        nonce,
        challenge: challenge(params, from.client)?,
        prompt: prompt(params)?,
        max_age: max_age(params)?,
        login_hint: params.get("login_hint").filter(|hint| hint.len() <= MAX_LOGIN_HINT).map(str::to_owned),
        id_token_hint: params.get("id_token_hint").map(str::to_owned),
        lang: params.get("ui_locales").and_then(Lang::preferred),
        received_at,
        chosen: None,
    })
}

/// Only the code, only in the query (RFC 9700 §2.1.2).
fn check_response(params: &Params) -> Result<(), ClientFault> {
    match params.get("response_type") {
        Some("code") => {}
        Some(_) => {
            return Err(ClientFault::new(ErrorCode::UnsupportedResponseType, "only response_type=code is supported"));
        }
        None => return Err(ClientFault::new(ErrorCode::InvalidRequest, "response_type is missing")),
    }
    match params.get("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err(ClientFault::new(ErrorCode::InvalidRequest, "this response_mode is not supported")),
    }
}

fn challenge(params: &Params, client: &Client) -> Result<Option<Challenge>, ClientFault> {
    let refuse = |description| Err(ClientFault::new(ErrorCode::InvalidRequest, description));
    let Some(text) = params.get("code_challenge") else {
        // RFC 9700 §2.1.1: "clients MUST use PKCE"; a method without a challenge is a stripped one.
        if client.needs_pkce() || params.get("code_challenge_method").is_some() {
            return refuse("code_challenge is missing");
        }
        return Ok(None);
    };
    // RFC 7636 §4.3: the method defaults to plain, which RFC 9700 §2.1.1 rules out.
    if params.get("code_challenge_method") != Some("S256") {
        return refuse("code_challenge_method must be S256");
    }
    match Challenge::parse(text) {
        Some(challenge) => Ok(Some(challenge)),
        None => refuse("code_challenge is not the base64url form of a SHA-256"),
    }
}

fn prompt(params: &Params) -> Result<BTreeSet<Prompt>, ClientFault> {
    let mut prompts = BTreeSet::new();
    for value in params.get("prompt").unwrap_or_default().split(' ').filter(|value| !value.is_empty()) {
        let Some(prompt) = Prompt::ALL.into_iter().find(|prompt| prompt.as_str() == value) else {
            return Err(ClientFault::new(ErrorCode::InvalidRequest, "unknown prompt value"));
        };
        prompts.insert(prompt);
    }
    // OpenID Connect Core §3.1.2.1: "If this parameter contains none with any other value, an error is returned."
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(ClientFault::new(ErrorCode::InvalidRequest, "prompt=none allows no other value"));
    }
    Ok(prompts)
}

fn max_age(params: &Params) -> Result<Option<u64>, ClientFault> {
    params
        .get("max_age")
        .map(|text| {
            text.parse().map_err(|_| ClientFault::new(ErrorCode::InvalidRequest, "max_age is not a number of seconds"))
        })
        .transpose()
}
