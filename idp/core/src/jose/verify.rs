//! JWTs of ours that come back: access tokens and hints. Only our own keys, only the algorithm of the key.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use josekit::{
    jwk::Jwk,
    jws::{ES256, JwsVerifier, RS256},
};
use openssl::sha::sha256;
use serde::{Deserialize, de::DeserializeOwned};
use thiserror::Error;

use super::{keys::KeyError, sign::Typ};
use crate::catalogue::SigningAlgorithm;

/// No token of ours comes near it.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// The token is not one of ours, or not of this kind. The reason stays inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the token cannot be verified")]
pub struct VerifyError;

#[derive(Debug)]
struct VerifyingKey {
    algorithm: SigningAlgorithm,
    verifier: Box<dyn JwsVerifier>,
}

/// The public keys that tokens of ours may be signed with, by `kid`.
#[derive(Debug, Default)]
pub struct Verifier {
    keys: BTreeMap<String, VerifyingKey>,
    known: Mutex<Known>,
}

/// Hashes of tokens, in two halves: when one is full, it takes the other's place.
const HALF: usize = 8192;

/// SHA-256 of whole tokens whose signature was made here or verified here. It ends with its [`Verifier`], so that a
/// key that is withdrawn takes its tokens with it.
#[derive(Default)]
struct Known {
    newer: HashSet<[u8; 32]>,
    older: HashSet<[u8; 32]>,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Known({})", self.newer.len() + self.older.len())
    }
}

impl Known {
    fn holds(&self, digest: &[u8; 32]) -> bool {
        self.newer.contains(digest) || self.older.contains(digest)
    }

    fn add(&mut self, digest: [u8; 32]) {
        if self.newer.len() >= HALF {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(digest);
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

impl Verifier {
    /// Adds a public JWK.
    ///
    /// # Errors
    /// When it is no key of that algorithm.
    pub fn add(&mut self, algorithm: SigningAlgorithm, kid: &str, public_jwk: &str) -> Result<(), KeyError> {
        let jwk = Jwk::from_bytes(public_jwk.as_bytes())?;
        let verifier: Box<dyn JwsVerifier> = match algorithm {
            SigningAlgorithm::RS256 => Box::new(RS256.verifier_from_jwk(&jwk)?),
            SigningAlgorithm::ES256 => Box::new(ES256.verifier_from_jwk(&jwk)?),
        };
        self.keys.insert(kid.to_owned(), VerifyingKey { algorithm, verifier });
        Ok(())
    }

    /// Notes a token that was signed here just now: its signature need not be verified when it comes back.
    pub fn remember(&self, token: &str) {
        self.known().add(sha256(token.as_bytes()));
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // A set of hashes: whole after every statement.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The claims of a token of ours of that kind. Expiry, issuer and audience are the caller's to check.
    ///
    /// # Errors
    /// When anything about it is not as we would have made it.
    pub fn verify<T: DeserializeOwned>(&self, typ: Typ, token: &str) -> Result<T, VerifyError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(VerifyError);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(VerifyError)?;
        let (header, payload) = signed.split_once('.').ok_or(VerifyError)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| VerifyError);
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| VerifyError)?;
        // RFC 8725 §3.11: the kind is explicit. RFC 7515 §4.1.11: what we do not understand must be refused.
        if header.typ.as_deref() != Some(typ.as_str()) || header.crit.is_some() {
            return Err(VerifyError);
        }
        let key = self.keys.get(&header.kid).ok_or(VerifyError)?;
        // RFC 8725 §3.1: the key decides on the algorithm, never the token (D01).
        if header.alg != key.algorithm.as_str() {
            return Err(VerifyError);
        }
        let digest = sha256(token.as_bytes());
        if !self.known().holds(&digest) {
            key.verifier.verify(signed.as_bytes(), &decode(signature)?).map_err(|_| VerifyError)?;
            self.known().add(digest);
        }
        serde_json::from_slice(&decode(payload)?).map_err(|_| VerifyError)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::jose::{keys::generate, sign::SigningKey};

    fn pair(algorithm: SigningAlgorithm) -> (SigningKey, Verifier) {
        let pair = generate(algorithm).unwrap();
        let mut verifier = Verifier::default();
        verifier.add(algorithm, &pair.kid, &pair.public_jwk).unwrap();
        (SigningKey::from_jwk(algorithm, &pair.kid, &pair.private_jwk).unwrap(), verifier)
    }

    #[test]
    fn what_we_sign_we_verify() {
        for algorithm in SigningAlgorithm::ALL {
            let (key, verifier) = pair(algorithm);
            let token = key.sign(Typ::AccessToken, &json!({"sub": "a"})).unwrap();
            assert_eq!(verifier.verify::<Value>(Typ::AccessToken, &token).unwrap()["sub"], "a");
            assert_eq!(verifier.verify::<Value>(Typ::Jwt, &token), Err(VerifyError), "c09: another kind");
        }
    }

    #[test]
    fn d01_the_token_never_chooses_its_algorithm() {
        let (key, verifier) = pair(SigningAlgorithm::RS256);
        let token = key.sign(Typ::Jwt, &json!({"sub": "a"})).unwrap();
        let rest = token.split_once('.').unwrap().1;
        for alg in ["none", "NoNe", "HS256", "ES256", "PS256", ""] {
            let header = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "kid": key.kid(), "typ": "JWT"}).to_string());
            for forged in [format!("{header}.{rest}"), format!("{header}.{}.", rest.split_once('.').unwrap().0)] {
                assert_eq!(verifier.verify::<Value>(Typ::Jwt, &forged), Err(VerifyError), "{alg}");
            }
        }
    }

    #[test]
    fn a_known_token_is_still_of_one_kind_and_of_a_present_key() {
        let (key, verifier) = pair(SigningAlgorithm::ES256);
        let token = key.sign(Typ::AccessToken, &json!({"sub": "a"})).unwrap();
        verifier.remember(&token);
        assert!(verifier.verify::<Value>(Typ::AccessToken, &token).is_ok());
        assert_eq!(verifier.verify::<Value>(Typ::Jwt, &token), Err(VerifyError));
        let (_, other) = pair(SigningAlgorithm::ES256);
        other.remember(&token);
        assert_eq!(other.verify::<Value>(Typ::AccessToken, &token), Err(VerifyError), "no such key any more");
    }

    #[test]
    fn what_is_known_is_bounded() {
        let mut known = Known::default();
        let digest = |n: usize| sha256(&n.to_be_bytes());
        (0..3 * HALF).for_each(|n| known.add(digest(n)));
        assert!(known.newer.len() + known.older.len() <= 2 * HALF);
        assert!(known.holds(&digest(3 * HALF - 1)) && !known.holds(&digest(0)));
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let (key, verifier) = pair(SigningAlgorithm::ES256);
        let token = key.sign(Typ::Jwt, &json!({"sub": "a"})).unwrap();
        verifier.remember(&token);
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(verifier.verify::<Value>(Typ::Jwt, &changed), Err(VerifyError), "at {at}");
        }
    }
}
