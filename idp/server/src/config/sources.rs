//! Secrets: given by value or by file, never both, and never printed.

use std::{fmt, path::PathBuf};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use idp_core::secret::Secret;
use zeroize::Zeroize;

use super::Problem;

/// Where one secret comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Written in the settings or in the environment.
    Value(Secret),
    /// In a file of its own.
    File(PathBuf),
}

/// Why a pair of keys names no source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceError {
    /// `x` and `x_file` are both given.
    Both,
    /// Neither is.
    Neither,
}

impl TryFrom<(&Option<Secret>, &Option<PathBuf>)> for Source {
    type Error = SourceError;

    fn try_from(pair: (&Option<Secret>, &Option<PathBuf>)) -> Result<Self, SourceError> {
        match pair {
            (Some(value), None) => Ok(Self::Value(value.clone())),
            (None, Some(file)) => Ok(Self::File(file.clone())),
            (Some(_), Some(_)) => Err(SourceError::Both),
            (None, None) => Err(SourceError::Neither),
        }
    }
}

impl Source {
    /// The secret itself, without the line end that editors add. `key` is its place without `_file`.
    ///
    /// # Errors
    /// When the file cannot be read, or when nothing is in it.
    pub fn read(&self, key: &str) -> Result<Secret, Problem> {
        let (place, secret) = match self {
            Self::Value(secret) => (key.to_owned(), secret.clone()),
            Self::File(path) => {
                let place = format!("{key}_file");
                let mut text = std::fs::read_to_string(path)
                    .map_err(|error| Problem::new(&place, format!("cannot read {}: {error}", path.display())))?;
                let secret = Secret::new(text.trim_end_matches(['\r', '\n']));
                text.zeroize();
                (place, secret)
            }
        };
        if secret.expose().is_empty() {
            return Err(Problem::new(place, "is empty"));
        }
        Ok(secret)
    }
}

/// Reads `x` or `x_file`; `Ok(None)` when neither is given.
pub(super) fn optional(key: &str, value: &Option<Secret>, file: &Option<PathBuf>) -> Result<Option<Secret>, Problem> {
    match Source::try_from((value, file)) {
        Ok(source) => source.read(key).map(Some),
        Err(SourceError::Neither) => Ok(None),
        Err(SourceError::Both) => Err(Problem::new(key, format!("give {key} or {key}_file, not both"))),
    }
}

/// Like [`optional`], where one of the two must be given.
pub(super) fn required(key: &str, value: &Option<Secret>, file: &Option<PathBuf>) -> Result<Secret, Problem> {
    optional(key, value, file)?.ok_or_else(|| Problem::missing(&format!("{key}_file")))
}

/// The 256-bit key under which signing and sealing keys are stored. Prints as `***`, wiped when dropped.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// The 32 bytes of 64 hexadecimal digits, or of base64 (either alphabet, padded or not).
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let mut bytes = hex(text).or_else(|| {
            [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].iter().find_map(|b| b.decode(text).ok())
        })?;
        let key = <[u8; 32]>::try_from(bytes.as_slice()).ok().map(Self);
        bytes.zeroize();
        key
    }

    /// The key itself.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Drop for MasterKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The bytes of 64 hexadecimal digits.
pub(crate) fn hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..64).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_key_is_hexadecimal_or_base64() {
        let bytes = [0xfbu8; 32];
        for text in [STANDARD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes), "fb".repeat(32), "FB".repeat(32)] {
            assert_eq!(MasterKey::decode(&text).unwrap().as_bytes(), &bytes, "{text}");
        }
        for text in ["", "fb", "not a key", &"fb".repeat(31), &"+f".repeat(32), &STANDARD.encode([1u8; 16])] {
            assert!(MasterKey::decode(text).is_none(), "{text}");
        }
        assert_eq!(format!("{:?}", MasterKey(bytes)), "***");
    }

    #[test]
    fn value_and_file_together_are_refused() {
        let value = Some(Secret::new("hunter2"));
        let file = Some(PathBuf::from("/nowhere"));
        assert_eq!(optional("mail.password", &None, &None), Ok(None));
        assert_eq!(optional("mail.password", &value, &None), Ok(value.clone()));
        let both = optional("mail.password", &value, &file).unwrap_err().to_string();
        assert_eq!(both, "mail.password: give mail.password or mail.password_file, not both");
        let unreadable = optional("mail.password", &None, &file).unwrap_err().to_string();
        assert!(unreadable.starts_with("mail.password_file: cannot read /nowhere: "), "{unreadable}");
        let missing = required("secrets.master_key", &None, &None).unwrap_err().to_string();
        assert!(missing.contains("secrets.master_key_file: missing"), "{missing}");
        assert!(missing.contains("IDP__SECRETS__MASTER_KEY_FILE"), "{missing}");
    }
}
