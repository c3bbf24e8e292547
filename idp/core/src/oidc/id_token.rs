//! ID tokens (OpenID Connect Core §2).

use serde::Serialize;

use crate::oidc::claims::ScopedClaims;

/// The assurance that a self-declared account with a password gives (claims.md, rule 6).
pub const ACR_PASSWORD: &str = "eidas0";

/// The payload of an ID token, serialised in this order.
#[derive(Clone, Debug, Serialize)]
pub struct IdTokenClaims<'a> {
    /// Issuer.
    pub iss: &'a str,
    /// Account.
    pub sub: &'a str,
    /// Client.
    pub aud: &'a str,
    /// Seconds since 1970.
    pub exp: i64,
    /// Seconds since 1970.
    pub iat: i64,
    /// When the person signed in, seconds since 1970.
    pub auth_time: i64,
    /// As asked; absent when none was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    /// Assurance.
    pub acr: &'a str,
    /// Methods (RFC 8176).
    pub amr: &'a [&'a str],
    /// Left half of the access token's hash (§3.1.3.6).
    pub at_hash: String,
    /// For clients that set `claims_in_id_token`.
    #[serde(flatten)]
    pub scoped: Option<ScopedClaims>,
}

/// What a hint tells: enough to know whose it was and for which client.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct IdTokenHint {
    /// Issuer.
    pub iss: String,
    /// Account.
    pub sub: String,
    /// Client.
    pub aud: String,
}
