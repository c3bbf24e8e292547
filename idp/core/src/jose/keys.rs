//! Signing keys: made, kept sealed, published.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use josekit::{
    JoseError,
    jwk::{Jwk, alg::ec::EcCurve},
};
use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::catalogue::SigningAlgorithm;

/// A key cannot be made or read.
#[derive(Debug, Error)]
pub enum KeyError {
    /// josekit's own words.
    #[error("key: {0}")]
    Jose(#[from] JoseError),
    /// A stored key whose JWK lacks a member.
    #[error("key: {0} is missing")]
    Missing(&'static str),
}

/// RFC 7518 §3.3 asks for 2048 bits or more.
const RSA_BITS: u32 = 2048;

/// A freshly made key pair: its `kid`, private JWK (to be sealed) and public JWK (to be published).
pub struct KeyPair {
    /// RFC 7638 thumbprint: the same key has the same name everywhere.
    pub kid: String,
    /// JSON of the private JWK.
    pub private_jwk: Vec<u8>,
    /// JSON of the public JWK, with `kid`, `use` and `alg`.
    pub public_jwk: String,
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyPair({}, ***)", self.kid)
    }
}

/// Makes a key pair. Randomness is OpenSSL's own: key generation takes no other.
///
/// # Errors
/// When OpenSSL fails.
pub fn generate(algorithm: SigningAlgorithm) -> Result<KeyPair, KeyError> {
    let mut jwk = match algorithm {
        SigningAlgorithm::RS256 => Jwk::generate_rsa_key(RSA_BITS)?,
        SigningAlgorithm::ES256 => Jwk::generate_ec_key(EcCurve::P256)?,
    };
    let kid = thumbprint(&jwk)?;
    jwk.set_key_id(&kid);
    jwk.set_algorithm(algorithm.as_str());
    jwk.set_key_use("sig");
    let public_jwk = Value::Object(public_members(&jwk, algorithm)?).to_string();
    Ok(KeyPair { kid, private_jwk: jwk.to_string().into_bytes(), public_jwk })
}

/// The required members of a public key, which are also those that its thumbprint covers (RFC 7638 §3.2).
fn required_members(algorithm: SigningAlgorithm) -> &'static [&'static str] {
    match algorithm {
        SigningAlgorithm::RS256 => &["e", "kty", "n"],
        SigningAlgorithm::ES256 => &["crv", "kty", "x", "y"],
    }
}

/// An allow-list, so that no private member can ever be published (L03).
fn public_members(jwk: &Jwk, algorithm: SigningAlgorithm) -> Result<Map<String, Value>, KeyError> {
    let mut public = Map::new();
    for name in required_members(algorithm).iter().chain(&["kid", "use", "alg"]) {
        let value = jwk.parameter(name).ok_or(KeyError::Missing(name))?;
        public.insert((*name).to_owned(), value.clone());
    }
    Ok(public)
}

fn thumbprint(jwk: &Jwk) -> Result<String, KeyError> {
    let names = match jwk.key_type() {
        "RSA" => required_members(SigningAlgorithm::RS256),
        _ => required_members(SigningAlgorithm::ES256),
    };
    let mut members = Map::new();
    for name in names {
        members.insert((*name).to_owned(), jwk.parameter(name).ok_or(KeyError::Missing(name))?.clone());
    }
    Ok(URL_SAFE_NO_PAD.encode(openssl::sha::sha256(Value::Object(members).to_string().as_bytes())))
}

/// The JWK Set document (RFC 7517 §5) of these public keys.
///
/// # Errors
/// When a stored key is no JSON.
pub fn jwks<'a>(public_jwks: impl Iterator<Item = &'a str>) -> Result<String, serde_json::Error> {
    let keys = public_jwks.map(serde_json::from_str::<Value>).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "keys": keys }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l03_nothing_private_is_published() {
        for algorithm in SigningAlgorithm::ALL {
            let pair = generate(algorithm).unwrap();
            let public: Map<String, Value> = serde_json::from_str(&pair.public_jwk).unwrap();
            for private in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
                assert!(!public.contains_key(private), "{private}");
            }
            assert_eq!(public["kid"], pair.kid.as_str());
            assert_eq!(public["alg"], algorithm.as_str());
        }
    }

    /// RFC 7638 §3.1.
    #[test]
    fn the_thumbprint_of_the_rfc_holds() {
        let jwk = Jwk::from_bytes(
            r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#,
        )
        .unwrap();
        assert_eq!(thumbprint(&jwk).unwrap(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
