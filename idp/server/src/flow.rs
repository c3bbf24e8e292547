//! What waits while a person signs in: an authorization request or a page, sealed, bound to one browser.

use axum_extra::extract::CookieJar;
use idp_core::{authorize::request::AuthorizationRequest, random, seal::Purpose, secret::TokenHash, time::Timestamp};
use idp_store::ephemeral::Space;
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    http::{cookies, response::Failure},
};

/// An envelope beyond this lies in the ephemeral store, and its key travels (bytes).
const MAX_TRAVELLING: usize = 3 * 1024;
/// Marks a key that travels in place of its envelope: no base64url character.
const STORED: char = '~';

/// Where the person was going.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flow {
    /// To an application.
    Authorize(Box<AuthorizationRequest>),
    /// To a page of ours: a path that this program wrote, never one that was sent to it (J04).
    Page(String),
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    /// Hash of the flow cookie; `None` for a request that came by cross-site POST and has seen no cookie.
    binding: Option<TokenHash>,
    expires_at: Timestamp,
    flow: Flow,
}

/// Whether an envelope must carry the mark of this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Pages and forms: always.
    Required,
    /// The resume address: a request fresh from a cross-site POST has none yet, and grants no more than a GET would.
    IfAny,
}

impl App {
    /// Seals a flow for this browser. The jar gains a flow cookie if it had none.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn seal_flow(&self, jar: CookieJar, flow: Flow) -> Result<(CookieJar, String), Failure> {
        let (jar, secret) = cookies::flow_secret(jar, &self.issuer, self.random.as_ref());
        Ok((jar, self.seal(Some(TokenHash::of(&secret)), flow).await?))
    }

    /// Seals a request that came without cookies.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn seal_unbound(&self, flow: Flow) -> Result<String, Failure> {
        self.seal(None, flow).await
    }

    async fn seal(&self, binding: Option<TokenHash>, flow: Flow) -> Result<String, Failure> {
        let expires_at = self.now() + self.lifetimes.flow;
        let envelope = Envelope { binding, expires_at, flow };
        let sealed = self.keys.load().sealer.seal(Purpose::Flow, &envelope, self.random.as_ref())?;
        if sealed.len() <= MAX_TRAVELLING {
            return Ok(sealed);
        }
        let key = random::token(self.random.as_ref());
        self.ephemeral
            .put(Space::AuthorizationRequest, &TokenHash::of(&key).encode(), sealed.as_bytes(), expires_at, self.now())
            .await?;
        Ok(format!("{STORED}{key}"))
    }

    /// Opens a flow that came back from this browser.
    ///
    /// # Errors
    /// [`Failure::Expired`] when it is not ours, too old, or another browser's (A12).
    pub async fn open_flow(&self, jar: &CookieJar, text: Option<&str>, rule: Binding) -> Result<Flow, Failure> {
        let text = text.ok_or(Failure::Expired)?;
        let stored;
        let sealed = match text.strip_prefix(STORED) {
            None => text,
            Some(key) => {
                let key = TokenHash::of(key).encode();
                let bytes = self.ephemeral.peek(Space::AuthorizationRequest, &key, self.now()).await?;
                stored = String::from_utf8(bytes.ok_or(Failure::Expired)?).map_err(|_| Failure::Expired)?;
                &stored
            }
        };
        let envelope: Envelope = self.keys.load().sealer.open(Purpose::Flow, sealed).map_err(|_| Failure::Expired)?;
        let cookie = cookies::read_flow(jar, &self.issuer).map(|secret| TokenHash::of(&secret));
        let bound = match envelope.binding {
            Some(binding) => cookie == Some(binding),
            None => rule == Binding::IfAny,
        };
        if !bound || self.now() >= envelope.expires_at {
            return Err(Failure::Expired);
        }
        Ok(envelope.flow)
    }
}
