//! Client authentication at the token endpoint (RFC 6749 §2.3, OpenID Connect Core §9).

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    catalogue::{Catalogue, Client, ClientAuthMethod},
    oauth::{error::TokenError, params::Params},
    secret::{Secret, TokenHash},
};

/// What a request offers as proof.
#[derive(Debug, PartialEq, Eq)]
pub struct Credentials {
    /// `client_id`
    pub client_id: String,
    /// How.
    pub method: ClientAuthMethod,
    secret: Option<Secret>,
}

/// Reads the credentials of a request.
///
/// # Errors
/// `invalid_request` when several methods are used at once (D06), `invalid_client` when there is none or it cannot be read.
pub fn read(authorization: Option<&str>, params: &Params) -> Result<Credentials, TokenError> {
    let in_body = params.get("client_secret");
    let Some(header) = authorization else {
        let client_id = params.get("client_id").ok_or(TokenError::INVALID_CLIENT)?.to_owned();
        let method = if in_body.is_some() { ClientAuthMethod::ClientSecretPost } else { ClientAuthMethod::None };
        return Ok(Credentials { client_id, method, secret: in_body.map(Secret::new) });
    };
    // RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request."
    if in_body.is_some() || params.is_repeated("client_secret") {
        return Err(TokenError::invalid_request("more than one client authentication method"));
    }
    let (client_id, secret) = basic(header).ok_or(TokenError::INVALID_CLIENT)?;
    if params.get("client_id").is_some_and(|other| other != client_id) {
        return Err(TokenError::invalid_request("client_id differs from the Authorization header"));
    }
    Ok(Credentials { client_id, method: ClientAuthMethod::ClientSecretBasic, secret: Some(secret) })
}

/// RFC 6749 §2.3.1: identifier and secret are form-encoded before they are joined and base64-encoded.
fn basic(header: &str) -> Option<(String, Secret)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let decode = |text: &str| {
        let pair = format!("v={}", text.replace('&', "%26").replace('=', "%3D"));
        Params::parse(pair.as_bytes()).ok()?.get("v").map(str::to_owned)
    };
    Some((decode(id)?, Secret::new(decode(secret).unwrap_or_default())))
}

/// The client that these credentials prove.
///
/// # Errors
/// `invalid_client`, the same for an unknown client, another method than the registered one, and a wrong secret.
pub fn authenticate<'a>(credentials: &Credentials, catalogue: &'a Catalogue) -> Result<&'a Client, TokenError> {
    let client = catalogue.client(&credentials.client_id).ok_or(TokenError::INVALID_CLIENT)?;
    // OpenID Connect Registration §2: the registered method is the one to use.
    if client.token_endpoint_auth_method != credentials.method {
        return Err(TokenError::INVALID_CLIENT);
    }
    if client.is_public() {
        return Ok(client);
    }
    let given = TokenHash::of(credentials.secret.as_ref().map_or("", Secret::expose));
    // No early exit: every live secret is compared, each in constant time (D07).
    let right = client.secret_hashes.iter().fold(false, |right, hash| right | (*hash == given));
    if right { Ok(client) } else { Err(TokenError::INVALID_CLIENT) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::error::ErrorCode;

    fn header(id: &str, secret: &str) -> String {
        format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
    }

    #[test]
    fn basic_credentials_are_form_decoded() {
        let read = read(Some(&header("a%3Ab", "s%2B+t%25=&")), &Params::default()).unwrap();
        assert_eq!((read.client_id.as_str(), read.method), ("a:b", ClientAuthMethod::ClientSecretBasic));
        assert_eq!(read.secret.unwrap().expose(), "s+ t%=&");
    }

    #[test]
    fn d06_two_methods_at_once_are_refused() {
        let params = Params::from([("client_secret", "s"), ("client_id", "a")]);
        assert_eq!(read(Some(&header("a", "s")), &params).unwrap_err().code, ErrorCode::InvalidRequest);
    }

    #[test]
    fn other_schemes_are_no_credentials() {
        for header in ["Bearer x", "Basic", "Basic !!", "Basic YQ=="] {
            assert_eq!(read(Some(header), &Params::default()).unwrap_err(), TokenError::INVALID_CLIENT, "{header}");
        }
    }
}
