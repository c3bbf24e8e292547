//! The answer of the authorization endpoint: a redirect with parameters (RFC 6749 §4.1.2), always with `iss`
//! (RFC 9207 §2).

use crate::{authorize::request::ClientFault, oauth::redirect_uri::with_params};

/// Where the browser goes with a code.
#[must_use]
pub fn success(redirect_uri: &str, code: &str, state: Option<&str>, issuer: &str) -> String {
    let mut params = vec![("code", code)];
    params.extend(state.map(|state| ("state", state)));
    params.push(("iss", issuer));
    with_params(redirect_uri, &params)
}

/// Where the browser goes with an error.
#[must_use]
pub fn error(redirect_uri: &str, fault: &ClientFault, state: Option<&str>, issuer: &str) -> String {
    let mut params = vec![("error", fault.code.as_str()), ("error_description", fault.description)];
    params.extend(state.map(|state| ("state", state)));
    params.push(("iss", issuer));
    with_params(redirect_uri, &params)
}
