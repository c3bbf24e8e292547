//! Password hashes of the old portal: what is accepted at import, and how each is recomputed from a password.
//!
//! Whatever can be guessed quickly is not stored as it comes: argon2id is laid over its digest
//! (`$wrapped$SCHEME$COST$SALT$argon2id$…`), and the old salt is kept so that a password still leads to that digest.

mod recipe;

use std::fmt;

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use subtle::ConstantTimeEq;
use thiserror::Error;

pub use self::recipe::Recipe;
use self::recipe::{Hasher, SHA_CRYPT_ROUNDS};
use super::{
    argon2_hash::{Argon2Hash, Memory, PasswordCost, SALT_BYTES},
    password::StoredHash,
};

/// How the text of a wrapped hash begins.
pub const WRAPPED: &str = "$wrapped$";

const MAX_TEXT_BYTES: usize = 1024;

// LDAP servers pad or not, and some leave stray bits in the last character.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Why a hash cannot be taken. No message repeats any of the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HashError {
    /// None of the known formats.
    #[error("unknown password hash format")]
    Unknown,
    /// A known format, badly formed.
    #[error("malformed {format} hash: {what}")]
    Malformed {
        /// `bcrypt`
        format: &'static str,
        /// Which part.
        what: &'static str,
    },
    /// Checking it would hold a thread for seconds.
    #[error("this {format} hash costs more than is accepted")]
    TooCostly {
        /// `bcrypt`
        format: &'static str,
    },
    /// A hash that is quickly guessed stands where only slow ones may.
    #[error("a fast hash may not be stored bare")]
    Weak,
    /// The cryptographic library refused.
    #[error("the hash could not be computed")]
    Computation,
}

/// A hash of the old portal, argon2 apart: how it is made, and what it gave. Prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct LegacyHash {
    recipe: Recipe,
    digest: Vec<u8>,
}

impl LegacyHash {
    /// Reads bcrypt (`$2a$`, `$2b$`, `$2y$`), PBKDF2 (PHC, passlib, Django), SHA-512-crypt (`$6$`), the `{…}` schemes
    /// of LDAP, and bare hexadecimal MD5, SHA-1, SHA-256 and SHA-512.
    ///
    /// # Errors
    /// Malformed, unknown, or above bcrypt cost 16, 10 million PBKDF2 iterations, 1 million SHA-crypt rounds.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(HashError::Unknown);
        }
        let parts: Vec<&str> = text.split('$').collect();
        match parts.as_slice() {
            ["", "2a" | "2b" | "2y", ..] => bcrypt_hash(text),
            ["", "6", rest @ ..] => sha_crypt(rest),
            ["", name, cost, salt, digest] => {
                let hasher = pbkdf2_hasher(name, "pbkdf2", "pbkdf2-")?;
                pbkdf2(hasher, cost, base64(salt, "pbkdf2")?, digest)
            }
            [name, cost, salt, digest] => {
                let hasher = pbkdf2_hasher(name, "pbkdf2_sha1", "pbkdf2_")?;
                // Django salts with the characters themselves.
                pbkdf2(hasher, cost, salt.as_bytes().to_vec(), digest)
            }
            [bare] if bare.starts_with('{') => ldap(bare),
            [bare] => bare_hex(bare),
            _ => Err(HashError::Unknown),
        }
    }

    /// How it is made.
    #[must_use]
    pub const fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// What it gave. Each call is a place to review.
    #[must_use]
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// Whether `password` gives this hash; compared in constant time.
    #[must_use]
    pub fn matches(&self, password: &[u8]) -> bool {
        self.recipe.digest(password).is_some_and(|digest| digest.ct_eq(&self.digest).into())
    }
}

impl fmt::Debug for LegacyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// One password hash of an import file. Prints as `***`.
#[derive(Clone)]
pub enum ImportedHash {
    /// argon2, stored as it is.
    Argon2(String),
    /// A slow hash, stored as it is.
    Slow(String, LegacyHash),
    /// A hash that is quickly guessed, stored wrapped.
    Fast(LegacyHash),
}

impl ImportedHash {
    /// Reads a cell. `{CRYPT}`, `{BCRYPT}` and `{ARGON2}` before a hash are dropped.
    ///
    /// # Errors
    /// As [`LegacyHash::parse`] and [`Argon2Hash::parse`].
    pub fn parse(cell: &str) -> Result<Self, HashError> {
        let text = without_label(cell.trim());
        if text.starts_with("$argon2") {
            Argon2Hash::parse(text)?;
            return Ok(Self::Argon2(text.to_owned()));
        }
        let legacy = LegacyHash::parse(text)?;
        Ok(if legacy.recipe.is_weak() { Self::Fast(legacy) } else { Self::Slow(text.to_owned(), legacy) })
    }

    /// Whether `stored` came from this very hash. For a wrapped one, the argon2 over this digest is recomputed with the
    /// stored salt: nothing that is quick to guess is kept for the sake of comparing.
    #[must_use]
    pub fn is_stored_as(&self, stored: &StoredHash, memory: &mut Memory) -> bool {
        match self {
            Self::Argon2(text) => stored.expose() == text,
            Self::Slow(_, legacy) | Self::Fast(legacy) => stored.was_made_from(legacy, memory),
        }
    }

    /// The text to store.
    ///
    /// # Errors
    /// Never in practice: see [`PasswordCost::hash`].
    pub fn store(&self, cost: PasswordCost, salt: [u8; SALT_BYTES], memory: &mut Memory) -> Result<String, HashError> {
        match self {
            Self::Argon2(text) | Self::Slow(text, _) => Ok(text.clone()),
            Self::Fast(legacy) => {
                let argon2 = cost.hash(&legacy.digest, salt, memory)?;
                Ok(format!("{WRAPPED}{}{argon2}", legacy.recipe))
            }
        }
    }
}

impl fmt::Debug for ImportedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

fn without_label(text: &str) -> &str {
    let labelled = text.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    match labelled {
        Some((label, rest)) if ["crypt", "bcrypt", "argon2"].iter().any(|one| label.eq_ignore_ascii_case(one)) => rest,
        _ => text,
    }
}

fn bcrypt_hash(text: &str) -> Result<LegacyHash, HashError> {
    let parts: bcrypt::HashParts =
        text.parse().map_err(|_| HashError::Malformed { format: "bcrypt", what: "not 60 characters of bcrypt" })?;
    let cost = parts.get_cost();
    if cost < 4 {
        return Err(HashError::Malformed { format: "bcrypt", what: "cost" });
    }
    if cost > 16 {
        return Err(HashError::TooCostly { format: "bcrypt" });
    }
    let digest = text.as_bytes().get(recipe::BCRYPT_DIGEST_AT..).unwrap_or_default().to_vec();
    Ok(LegacyHash { recipe: Recipe::Bcrypt { cost, salt: parts.get_salt_raw() }, digest })
}

fn sha_crypt(fields: &[&str]) -> Result<LegacyHash, HashError> {
    let malformed = |what| HashError::Malformed { format: "sha512-crypt", what };
    let (rounds, salt, digest) = match *fields {
        [salt, digest] => (5000, salt, digest),
        [rounds, salt, digest] => {
            let rounds = rounds.strip_prefix("rounds=").and_then(|rounds| rounds.parse().ok());
            (rounds.ok_or(malformed("rounds"))?, salt, digest)
        }
        _ => return Err(malformed("fields")),
    };
    if rounds > *SHA_CRYPT_ROUNDS.end() {
        return Err(HashError::TooCostly { format: "sha512-crypt" });
    }
    if !SHA_CRYPT_ROUNDS.contains(&rounds) {
        return Err(malformed("rounds"));
    }
    if salt.len() > 16 {
        return Err(malformed("salt over 16 characters"));
    }
    if digest.len() != 86 || !digest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./".contains(&byte)) {
        return Err(malformed("hash is not 86 characters"));
    }
    let recipe = Recipe::ShaCrypt { rounds, salt: salt.as_bytes().to_vec() };
    Ok(LegacyHash { recipe, digest: digest.as_bytes().to_vec() })
}

/// `bare` is the name that stands for SHA-1 by custom; after `prefix` the hash function is named.
fn pbkdf2_hasher(name: &str, bare: &str, prefix: &str) -> Result<Hasher, HashError> {
    if name == bare {
        return Ok(Hasher::Sha1);
    }
    let hasher = name.strip_prefix(prefix).and_then(Hasher::from_name);
    hasher.filter(|hasher| *hasher != Hasher::Md5).ok_or(HashError::Unknown)
}

fn pbkdf2(hasher: Hasher, cost: &str, salt: Vec<u8>, digest: &str) -> Result<LegacyHash, HashError> {
    let malformed = |what| HashError::Malformed { format: "pbkdf2", what };
    let digest = base64(digest, "pbkdf2")?;
    let mut iterations = None;
    for field in cost.split(',') {
        match field.split_once('=') {
            None => iterations = field.parse().ok(),
            Some(("i", value)) => iterations = value.parse().ok(),
            Some(("l", value)) if value.parse() == Ok(digest.len()) => {}
            Some(_) => return Err(malformed("parameters")),
        }
    }
    let iterations: u32 = iterations.ok_or(malformed("iterations"))?;
    if iterations > recipe::MAX_PBKDF2_ITERATIONS {
        return Err(HashError::TooCostly { format: "pbkdf2" });
    }
    if iterations == 0 {
        return Err(malformed("iterations"));
    }
    if salt.is_empty() {
        return Err(malformed("no salt"));
    }
    if !(16..=64).contains(&digest.len()) {
        return Err(malformed("hash is not 16 to 64 bytes"));
    }
    Ok(LegacyHash { recipe: Recipe::Pbkdf2 { hasher, iterations, length: digest.len(), salt }, digest })
}

fn ldap(text: &str) -> Result<LegacyHash, HashError> {
    let (scheme, value) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')).ok_or(HashError::Unknown)?;
    let (hasher, salted) = match scheme.to_ascii_uppercase().as_str() {
        "MD5" => (Hasher::Md5, false),
        "SMD5" => (Hasher::Md5, true),
        "SHA" => (Hasher::Sha1, false),
        "SSHA" => (Hasher::Sha1, true),
        "SHA256" => (Hasher::Sha256, false),
        "SSHA256" => (Hasher::Sha256, true),
        "SHA512" => (Hasher::Sha512, false),
        "SSHA512" => (Hasher::Sha512, true),
        _ => return Err(HashError::Unknown),
    };
    let bytes = base64(value, "LDAP")?;
    let (digest, salt) = bytes
        .split_at_checked(hasher.length())
        .ok_or(HashError::Malformed { format: "LDAP", what: "shorter than its digest" })?;
    if salt.is_empty() == salted {
        let what = if salted { "no salt" } else { "longer than its digest" };
        return Err(HashError::Malformed { format: "LDAP", what });
    }
    Ok(LegacyHash { recipe: Recipe::Fast { hasher, salt: salt.to_vec() }, digest: digest.to_vec() })
}

fn bare_hex(text: &str) -> Result<LegacyHash, HashError> {
    let hasher = Hasher::ALL.into_iter().find(|hasher| text.len() == hasher.length() * 2).ok_or(HashError::Unknown)?;
    let nibble = |byte: &u8| char::from(*byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let nibbles: Option<Vec<u8>> = text.as_bytes().iter().map(nibble).collect();
    let nibbles = nibbles.ok_or(HashError::Unknown)?;
    let digest = nibbles.chunks(2).map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble)).collect();
    Ok(LegacyHash { recipe: Recipe::Fast { hasher, salt: Vec::new() }, digest })
}

/// Either alphabet: passlib writes `.` for `+`.
fn base64(text: &str, format: &'static str) -> Result<Vec<u8>, HashError> {
    LENIENT.decode(text.replace('.', "+")).map_err(|_| HashError::Malformed { format, what: "base64" })
}

#[cfg(test)]
mod tests;
