//! Redeeming an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.6): everything but the single use, which is the
//! insertion of the grant.

use crate::{
    authorize::code::Code,
    catalogue::Client,
    oauth::{error::TokenError, params::Params},
    time::Timestamp,
};

/// Why a code is not redeemed, and whether it must never be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The code stays as it is.
    Refused(TokenError),
    /// Somebody else holds the code: it is burnt (B04).
    Burn(TokenError),
}

impl From<Refusal> for TokenError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Refused(error) | Refusal::Burn(error) => error,
        }
    }
}

/// Checks a code that opened, for a client that is authenticated.
///
/// # Errors
/// `invalid_grant`, or `invalid_request` when a parameter is missing.
pub fn check(code: &Code, client: &Client, params: &Params, now: Timestamp) -> Result<(), Refusal> {
    // RFC 6749 §4.1.3: "ensure that the authorization code was issued to the authenticated client".
    if code.client != client.id {
        return Err(Refusal::Burn(TokenError::invalid_grant("the code was issued to another client")));
    }
    if now >= code.expires_at {
        return Err(Refusal::Refused(TokenError::invalid_grant("the code has expired")));
    }
    // RFC 6749 §4.1.3: "if included in the initial authorization request, ensure that their values are identical".
    if params.get("redirect_uri") != Some(code.redirect_uri.as_str()) {
        return Err(Refusal::Refused(TokenError::invalid_grant("redirect_uri is not the one of the request")));
    }
    check_verifier(code, params.get("code_verifier")).map_err(Refusal::Refused)
}

fn check_verifier(code: &Code, verifier: Option<&str>) -> Result<(), TokenError> {
    match (&code.challenge, verifier) {
        (Some(challenge), Some(verifier)) if challenge.is_met_by(verifier) => Ok(()),
        (Some(_), _) => Err(TokenError::invalid_grant("code_verifier does not match")),
        // RFC 9700 §4.8.2: a verifier without a challenge is a stripped challenge (B07).
        (None, Some(_)) => Err(TokenError::invalid_grant("the request had no code_challenge")),
        (None, None) => Ok(()),
    }
}
