//! RP-Initiated Logout: where a sign-out may lead.

use serde::{Deserialize, Serialize};

use crate::{
    catalogue::{Catalogue, Client},
    ids::ClientId,
    oauth::{params::Params, redirect_uri},
    oidc::id_token::IdTokenHint,
};

/// Beyond this a `state` is no state, bytes.
const MAX_STATE: usize = 2048;

/// A sign-out that waits for its confirmation; it travels sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutRequest {
    /// Who asked, if a valid hint said so.
    pub client_id: Option<ClientId>,
    /// Registered by that client.
    pub return_to: Option<String>,
    /// Returned unchanged.
    pub state: Option<String>,
}

/// Reads a request to the end-session endpoint. It never fails: what cannot be trusted is left out, and the
/// person then stays on our page (J05).
///
/// `hint` holds the claims of an `id_token_hint` whose signature is ours; expired ones are welcome (§4).
#[must_use]
pub fn read(params: &Params, hint: Option<&IdTokenHint>, issuer: &str, catalogue: &Catalogue) -> LogoutRequest {
    let Some(client) = asking(params, hint, issuer, catalogue) else { return LogoutRequest::default() };
    let return_to = params
        .get("post_logout_redirect_uri")
        // §3.1: "the value MUST have been previously registered", compared byte for byte.
        .filter(|uri| redirect_uri::matches(&client.post_logout_redirect_uris, uri))
        .map(str::to_owned);
    let state = params.get("state").filter(|state| return_to.is_some() && state.len() <= MAX_STATE).map(str::to_owned);
    LogoutRequest { client_id: Some(client.id.clone()), return_to, state }
}

/// The client that a valid hint names. Without one, anybody might have sent the person here.
fn asking<'a>(
    params: &Params,
    hint: Option<&IdTokenHint>,
    issuer: &str,
    catalogue: &'a Catalogue,
) -> Option<&'a Client> {
    let hint = hint.filter(|hint| hint.iss == issuer)?;
    // §2: "When both client_id and id_token_hint are present, the OP MUST verify" that they agree.
    if params.get("client_id").is_some_and(|id| id != hint.aud) {
        return None;
    }
    catalogue.client(&hint.aud)
}

impl LogoutRequest {
    /// Where the browser goes afterwards: `state` and nothing else is added (§3).
    #[must_use]
    pub fn destination(&self) -> Option<String> {
        let uri = self.return_to.as_ref()?;
        Some(match &self.state {
            Some(state) => redirect_uri::with_params(uri, &[("state", state)]),
            None => uri.clone(),
        })
    }
}
