//! Envelopes that travel: sealed with an authenticated cipher, opened only for the purpose that they were made for.
//!
//! AES-256-GCM-SIV (RFC 8452): a repeated nonce, should the random source ever fail, reveals no more than equality.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

use crate::random::{self, Random};

/// What an envelope is for. It is authenticated, so that one kind never passes for another (B09).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An authorization code.
    Code,
    /// An authorization request, or a page, that waits for a sign-in.
    Flow,
    /// A sign-out that waits for its confirmation.
    Logout,
    /// A key at rest, under the master key.
    KeyAtRest,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Code => b"sicorra-connect code",
            Self::Flow => b"sicorra-connect flow",
            Self::Logout => b"sicorra-connect logout",
            Self::KeyAtRest => b"sicorra-connect key at rest",
        }
    }
}

/// The envelope is not ours, was made for something else, or was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the envelope cannot be opened")]
pub struct SealError;

const KEY_ID_LEN: usize = 4;

struct SealingKey {
    id: [u8; KEY_ID_LEN],
    key: LessSafeKey,
}

/// Seals with the newest key, opens with any that is kept.
pub struct Sealer {
    newest: SealingKey,
    older: Vec<SealingKey>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(***)")
    }
}

fn sealing_key(secret: &[u8; 32]) -> Result<SealingKey, SealError> {
    let digest = openssl::sha::sha256(secret);
    let id = *digest.first_chunk::<KEY_ID_LEN>().ok_or(SealError)?;
    let key = UnboundKey::new(&AES_256_GCM_SIV, secret).map_err(|_| SealError)?;
    Ok(SealingKey { id, key: LessSafeKey::new(key) })
}

impl Sealer {
    /// A sealer over 32-byte keys, the newest first.
    ///
    /// # Errors
    /// When the cipher refuses a key.
    pub fn new(newest: &[u8; 32], older: &[[u8; 32]]) -> Result<Self, SealError> {
        Ok(Self { newest: sealing_key(newest)?, older: older.iter().map(sealing_key).collect::<Result<_, _>>()? })
    }

    /// Key id, nonce, ciphertext and tag of `plain`.
    ///
    /// # Errors
    /// When the cipher refuses, which it does for values beyond 64 GiB.
    pub fn seal_bytes(&self, purpose: Purpose, plain: &[u8], random: &dyn Random) -> Result<Vec<u8>, SealError> {
        let nonce = random::bytes::<NONCE_LEN>(random);
        let mut body = plain.to_vec();
        self.newest
            .key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose.label()), &mut body)
            .map_err(|_| SealError)?;
        let mut sealed = Vec::with_capacity(KEY_ID_LEN + NONCE_LEN + body.len());
        sealed.extend_from_slice(&self.newest.id);
        sealed.extend_from_slice(&nonce);
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// What [`Sealer::seal_bytes`] sealed.
    ///
    /// # Errors
    /// When the key is unknown, the purpose another, or a bit changed.
    pub fn open_bytes(&self, purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (id, rest) = sealed.split_first_chunk::<KEY_ID_LEN>().ok_or(SealError)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError)?;
        let key = std::iter::once(&self.newest).chain(&self.older).find(|key| key.id == *id).ok_or(SealError)?;
        let mut body = body.to_vec();
        let plain = key
            .key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(purpose.label()), &mut body)
            .map_err(|_| SealError)?;
        Ok(plain.to_vec())
    }

    /// An envelope as base64url text.
    ///
    /// # Errors
    /// When the value has no JSON form.
    pub fn seal<T: Serialize>(&self, purpose: Purpose, value: &T, random: &dyn Random) -> Result<String, SealError> {
        let plain = serde_json::to_vec(value).map_err(|_| SealError)?;
        Ok(URL_SAFE_NO_PAD.encode(self.seal_bytes(purpose, &plain, random)?))
    }

    /// The value of an envelope.
    ///
    /// # Errors
    /// When it is not one of ours for this purpose.
    pub fn open<T: DeserializeOwned>(&self, purpose: Purpose, envelope: &str) -> Result<T, SealError> {
        let sealed = URL_SAFE_NO_PAD.decode(envelope).map_err(|_| SealError)?;
        serde_json::from_slice(&self.open_bytes(purpose, &sealed)?).map_err(|_| SealError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;
    impl Random for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn an_envelope_opens_for_its_purpose_only() {
        let sealer = Sealer::new(&[1; 32], &[]).unwrap();
        let sealed = sealer.seal(Purpose::Code, &"value", &Sevens).unwrap();
        assert_eq!(sealer.open::<String>(Purpose::Code, &sealed).unwrap(), "value");
        assert_eq!(sealer.open::<String>(Purpose::Flow, &sealed), Err(SealError));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let sealer = Sealer::new(&[1; 32], &[]).unwrap();
        let sealed = sealer.seal(Purpose::Code, &"value", &Sevens).unwrap();
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let text = String::from_utf8(bytes).unwrap();
            assert_eq!(sealer.open::<String>(Purpose::Code, &text), Err(SealError), "at {at}");
        }
    }

    #[test]
    fn rotation_keeps_old_envelopes_readable() {
        let old = Sealer::new(&[1; 32], &[]).unwrap();
        let sealed = old.seal(Purpose::Flow, &1, &Sevens).unwrap();
        assert_eq!(Sealer::new(&[2; 32], &[[1; 32]]).unwrap().open(Purpose::Flow, &sealed), Ok(1));
        assert_eq!(Sealer::new(&[2; 32], &[]).unwrap().open::<i32>(Purpose::Flow, &sealed), Err(SealError));
    }
}
