//! From a password to the digest that the old portal kept, format by format.

use std::{fmt, ops::RangeInclusive};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use openssl::{
    hash::{MessageDigest, hash},
    pkcs5::pbkdf2_hmac,
};
use zeroize::Zeroizing;

use super::{HashError, WRAPPED};
use crate::people::argon2_hash::Argon2Hash;

/// Where the digest begins in a bcrypt text, after `$2b$10$` and 22 characters of salt.
pub(super) const BCRYPT_DIGEST_AT: usize = 29;
/// Some seconds of one thread.
pub(super) const MAX_PBKDF2_ITERATIONS: u32 = 10_000_000;
/// The format begins at 1,000 rounds; a million is about a second of one thread.
pub(super) const SHA_CRYPT_ROUNDS: RangeInclusive<u32> = 1_000..=1_000_000;

// Slow formats at a cost below these are wrapped like the fast ones.
const SLOW_BCRYPT_COST: u32 = 8;
const SLOW_PBKDF2_ITERATIONS: u32 = 100_000;
const SLOW_SHA_CRYPT_ROUNDS: u32 = 5_000;

/// A hash function that the old formats use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hasher {
    /// RFC 1321
    Md5,
    /// FIPS 180-4
    Sha1,
    /// FIPS 180-4
    Sha256,
    /// FIPS 180-4
    Sha512,
}

impl Hasher {
    pub(super) const ALL: [Self; 4] = [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha512];

    const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hasher| hasher.name() == name)
    }

    /// Bytes of its digest.
    pub(super) const fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    fn function(self) -> MessageDigest {
        match self {
            Self::Md5 => MessageDigest::md5(),
            Self::Sha1 => MessageDigest::sha1(),
            Self::Sha256 => MessageDigest::sha256(),
            Self::Sha512 => MessageDigest::sha512(),
        }
    }
}

/// Everything but the password that a digest of the old portal depends on.
#[derive(Clone, PartialEq, Eq)]
pub enum Recipe {
    /// One pass over password and salt, in this order; LDAP's salted schemes, and bare digests (empty salt).
    Fast {
        /// Hash function.
        hasher: Hasher,
        /// Often empty.
        salt: Vec<u8>,
    },
    /// RFC 8018 §5.2
    Pbkdf2 {
        /// Of the HMAC.
        hasher: Hasher,
        /// At least one.
        iterations: u32,
        /// Bytes of output.
        length: usize,
        /// Never empty.
        salt: Vec<u8>,
    },
    /// SHA-512-crypt; its digest is the 86 characters of the text form.
    ShaCrypt {
        /// 5,000 unless said.
        rounds: u32,
        /// At most 16 characters.
        salt: Vec<u8>,
    },
    /// bcrypt; its digest is the 31 characters of the text form.
    Bcrypt {
        /// Binary logarithm of the rounds.
        cost: u32,
        /// Decoded.
        salt: [u8; 16],
    },
}

impl Recipe {
    /// Whether a stolen hash of this kind could be guessed at more than some 10,000 passwords a second.
    #[must_use]
    pub const fn is_weak(&self) -> bool {
        match self {
            Self::Fast { .. } => true,
            Self::Pbkdf2 { iterations, .. } => *iterations < SLOW_PBKDF2_ITERATIONS,
            Self::ShaCrypt { rounds, .. } => *rounds < SLOW_SHA_CRYPT_ROUNDS,
            Self::Bcrypt { cost, .. } => *cost < SLOW_BCRYPT_COST,
        }
    }

    /// The digest of a password; `None` when the library refuses the hash function (a FIPS build without MD5).
    ///
    /// bcrypt sees the first 72 bytes alone, here as in the old portal: what opened the account there opens it here,
    /// once, and the upgrade then covers the whole password.
    #[must_use]
    pub fn digest(&self, password: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let digest = match self {
            Self::Fast { hasher, salt } => {
                let input = Zeroizing::new([password, salt].concat());
                hash(hasher.function(), &input).ok()?.to_vec()
            }
            Self::Pbkdf2 { hasher, iterations, length, salt } => {
                let mut output = vec![0; *length];
                let iterations = usize::try_from(*iterations).ok()?;
                pbkdf2_hmac(password, salt, iterations, hasher.function(), &mut output).ok()?;
                output
            }
            Self::ShaCrypt { rounds, salt } => {
                let params = sha_crypt::Params::new(*rounds).ok()?;
                sha_crypt_text(&sha_crypt::sha512_crypt(password, salt, params))
            }
            Self::Bcrypt { cost, salt } => {
                let parts = bcrypt::hash_with_salt(password, *cost, *salt).ok()?;
                parts.to_string().into_bytes().split_off(BCRYPT_DIGEST_AT)
            }
        };
        Some(Zeroizing::new(digest))
    }

    /// Reads `$wrapped$SCHEME$COST$SALT$argon2id$…`, the form that only this program writes.
    ///
    /// # Errors
    /// When any part is not as written here.
    pub fn parse_wrapped(text: &str) -> Result<(Self, Argon2Hash), HashError> {
        let malformed = |what| HashError::Malformed { format: "wrapped", what };
        let rest = text.strip_prefix(WRAPPED).ok_or(malformed("prefix"))?;
        let (recipe, _) = rest.split_once("$argon2id$").ok_or(malformed("no argon2id"))?;
        let argon2 = Argon2Hash::parse(rest.get(recipe.len()..).unwrap_or_default())?;
        let [name, cost, salt] = *recipe.split('$').collect::<Vec<_>>() else { return Err(malformed("fields")) };
        let salt = STANDARD_NO_PAD.decode(salt).map_err(|_| malformed("salt"))?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| malformed("cost"));
        let recipe = match name.split_once('-') {
            Some(("pbkdf2", hasher)) => {
                let (iterations, length) = cost.split_once(',').ok_or(malformed("cost"))?;
                let hasher = Hasher::from_name(hasher).ok_or(malformed("scheme"))?;
                let length = length.parse().map_err(|_| malformed("cost"))?;
                Self::Pbkdf2 { hasher, iterations: number(iterations)?, length, salt }
            }
            Some(("sha512", "crypt")) => Self::ShaCrypt { rounds: number(cost)?, salt },
            None if name == "bcrypt" => {
                Self::Bcrypt { cost: number(cost)?, salt: salt.try_into().map_err(|_| malformed("salt"))? }
            }
            None => Self::Fast { hasher: Hasher::from_name(name).ok_or(malformed("scheme"))?, salt },
            Some(_) => return Err(malformed("scheme")),
        };
        if recipe.is_weak() { Ok((recipe, argon2)) } else { Err(malformed("a slow scheme")) }
    }
}

/// `SCHEME$COST$SALT`, as [`Recipe::parse_wrapped`] reads it.
impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let salt = match self {
            Self::Fast { hasher, salt } => {
                write!(f, "{}$", hasher.name())?;
                salt.as_slice()
            }
            Self::Pbkdf2 { hasher, iterations, length, salt } => {
                write!(f, "pbkdf2-{}${iterations},{length}", hasher.name())?;
                salt
            }
            Self::ShaCrypt { rounds, salt } => {
                write!(f, "sha512-crypt${rounds}")?;
                salt
            }
            Self::Bcrypt { cost, salt } => {
                write!(f, "bcrypt${cost}")?;
                salt
            }
        };
        write!(f, "${}", STANDARD_NO_PAD.encode(salt))
    }
}

impl fmt::Debug for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The 86 characters of a SHA-512-crypt: triples of bytes 21 apart, each turned once further, lowest bits first.
fn sha_crypt_text(digest: &[u8; 64]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let byte = |at: usize| digest.get(at).copied().map_or(0, u32::from);
    let mut text = Vec::with_capacity(86);
    let mut write = |mut bits: u32, characters: usize| {
        for _ in 0..characters {
            text.extend(ALPHABET.get(usize::try_from(bits & 0x3f).unwrap_or(0)));
            bits >>= 6;
        }
    };
    let (mut high, mut middle, mut low) = (0, 21, 42);
    for _ in 0..21 {
        write(byte(high) << 16 | byte(middle) << 8 | byte(low), 4);
        (high, middle, low) = (middle + 1, low + 1, high + 1);
    }
    write(byte(63), 2);
    text
}
