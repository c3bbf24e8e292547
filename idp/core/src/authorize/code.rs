//! What an authorization code carries. It travels sealed; redeeming it is the insertion of its grant.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{AccountId, AttachmentId, ClientId, GrantId, SessionId},
    oauth::{pkce::Challenge, scope::Scope},
    time::Timestamp,
};

/// All that redeeming needs. Short names: the envelope is a URL parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The grant that redeeming creates. It has no row before.
    #[serde(rename = "g")]
    pub grant: GrantId,
    /// The client that asked.
    #[serde(rename = "c")]
    pub client: ClientId,
    /// As asked: compared at redemption (RFC 6749 §4.1.3).
    #[serde(rename = "r")]
    pub redirect_uri: String,
    /// PKCE.
    #[serde(rename = "p")]
    pub challenge: Option<Challenge>,
    /// Goes into the ID token.
    #[serde(rename = "n")]
    pub nonce: Option<String>,
    /// What was granted.
    #[serde(rename = "s")]
    pub scope: Scope,
    /// Who.
    #[serde(rename = "a")]
    pub account: AccountId,
    /// In which session.
    #[serde(rename = "i")]
    pub sid: SessionId,
    /// When the person signed in.
    #[serde(rename = "t")]
    pub auth_time: Timestamp,
    /// Assurance.
    #[serde(rename = "l")]
    pub acr: String,
    /// Methods, space-separated.
    #[serde(rename = "m")]
    pub amr: String,
    /// The attachment in use, fixed from here on.
    #[serde(rename = "h")]
    pub attachment: Option<AttachmentId>,
    /// Dead from this instant on.
    #[serde(rename = "x")]
    pub expires_at: Timestamp,
}
