//! Access tokens as JWTs (RFC 9068).

use serde::{Deserialize, Serialize};

use crate::{ids::GrantId, time::Timestamp};

/// The payload of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// Issuer.
    pub iss: String,
    /// The resource: our own UserInfo endpoint, named by the issuer.
    pub aud: String,
    /// Account.
    pub sub: String,
    /// Client.
    pub client_id: String,
    /// Space-separated.
    pub scope: String,
    /// Seconds since 1970.
    pub exp: i64,
    /// Seconds since 1970.
    pub iat: i64,
    /// Unique.
    pub jti: String,
    /// The grant that it comes from: its end is the token's end.
    pub grant_id: GrantId,
}

impl AccessTokenClaims {
    /// RFC 9068 §4: issuer and audience are ours, and the token has not expired.
    #[must_use]
    pub fn is_for(&self, issuer: &str, now: Timestamp) -> bool {
        self.iss == issuer && self.aud == issuer && now.as_seconds() < self.exp
    }
}
