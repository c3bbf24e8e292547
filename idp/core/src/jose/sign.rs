//! JWTs that we make (RFC 7519), in compact form (RFC 7515 §7.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use josekit::{
    jwk::Jwk,
    jws::{ES256, JwsSigner, RS256},
};
use serde::Serialize;
use thiserror::Error;

use super::keys::KeyError;
use crate::catalogue::SigningAlgorithm;

/// The `typ` of a JWT, so that one kind never passes for another (RFC 8725 §3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typ {
    /// An ID token.
    Jwt,
    /// An access token (RFC 9068 §2.1).
    AccessToken,
}

impl Typ {
    /// The header's value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "JWT",
            Self::AccessToken => "at+jwt",
        }
    }
}

/// A token could not be signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// The claims have no JSON form.
    #[error("claims: {0}")]
    Json(#[from] serde_json::Error),
    /// OpenSSL failed.
    #[error("signature: {0}")]
    Jose(#[from] josekit::JoseError),
}

/// A private key, parsed once, with its headers encoded once.
#[derive(Debug)]
pub struct SigningKey {
    kid: String,
    algorithm: SigningAlgorithm,
    signer: Box<dyn JwsSigner>,
    id_token_header: String,
    access_token_header: String,
}

impl SigningKey {
    /// Reads a private JWK.
    ///
    /// # Errors
    /// When it is no key of that algorithm.
    pub fn from_jwk(algorithm: SigningAlgorithm, kid: &str, private_jwk: &[u8]) -> Result<Self, KeyError> {
        let jwk = Jwk::from_bytes(private_jwk)?;
        let signer: Box<dyn JwsSigner> = match algorithm {
            SigningAlgorithm::RS256 => Box::new(RS256.signer_from_jwk(&jwk)?),
            SigningAlgorithm::ES256 => Box::new(ES256.signer_from_jwk(&jwk)?),
        };
        let header = |typ: Typ| {
            let header = serde_json::json!({ "typ": typ.as_str(), "alg": algorithm.as_str(), "kid": kid });
            URL_SAFE_NO_PAD.encode(header.to_string())
        };
        Ok(Self {
            kid: kid.to_owned(),
            algorithm,
            signer,
            id_token_header: header(Typ::Jwt),
            access_token_header: header(Typ::AccessToken),
        })
    }

    /// The key's name.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// What it signs with.
    #[must_use]
    pub const fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// Signs claims, straight from their struct: this is the hot path.
    ///
    /// # Errors
    /// When OpenSSL fails.
    pub fn sign(&self, typ: Typ, claims: &impl Serialize) -> Result<String, SignError> {
        let header = match typ {
            Typ::Jwt => &self.id_token_header,
            Typ::AccessToken => &self.access_token_header,
        };
        let payload = serde_json::to_vec(claims)?;
        let mut token = String::with_capacity(header.len() + payload.len() * 4 / 3 + 360);
        token.push_str(header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&payload, &mut token);
        let signature = self.signer.sign(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
        Ok(token)
    }
}

/// The left half of a SHA-256, as `at_hash` wants it (OpenID Connect Core §3.1.3.6). Both algorithms hash with SHA-256.
#[must_use]
pub fn left_half_hash(value: &str) -> String {
    let digest = openssl::sha::sha256(value.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.first_chunk::<16>().map_or(&[][..], |half| &half[..]))
}
