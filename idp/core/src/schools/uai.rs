//! The national number of an establishment: seven digits and a check letter, `0380010E`.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

const CHECK_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

/// A valid UAI, in upper case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Uai(Arc<str>);

/// Why a text is no UAI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UaiError {
    /// Not seven digits and a letter.
    #[error("a UAI is seven digits and a letter")]
    Shape,
    /// The letter does not follow from the digits.
    #[error("the check letter should be {expected}")]
    CheckLetter {
        /// The letter that these digits take.
        expected: char,
    },
}

impl Uai {
    /// Reads a UAI in either case, spaces around it ignored.
    ///
    /// # Errors
    /// When the shape or the check letter is wrong.
    pub fn parse(text: &str) -> Result<Self, UaiError> {
        let text = text.trim();
        let (digits, letter) = text.split_at_checked(7).ok_or(UaiError::Shape)?;
        if letter.len() != 1 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(UaiError::Shape);
        }
        let number: usize = digits.parse().map_err(|_| UaiError::Shape)?;
        let expected = CHECK_LETTERS.get(number % CHECK_LETTERS.len()).map_or(' ', |byte| char::from(*byte));
        if !letter.chars().all(|given| given.is_ascii_alphabetic()) {
            return Err(UaiError::Shape);
        }
        if !letter.chars().all(|given| given.to_ascii_uppercase() == expected) {
            return Err(UaiError::CheckLetter { expected });
        }
        Ok(Self(Arc::from(text.to_ascii_uppercase())))
    }

    /// `0380010E`
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Uai {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_letter_follows_from_the_digits() {
        assert_eq!(Uai::parse(" 0380010e ").map(|uai| uai.to_string()), Ok("0380010E".to_owned()));
        assert_eq!(Uai::parse("0380010F"), Err(UaiError::CheckLetter { expected: 'E' }));
    }

    #[test]
    fn other_shapes_are_refused() {
        for text in ["", "380010E", "03800100E", "038001OE", "0380010é", "0380010€", "03800101"] {
            assert_eq!(Uai::parse(text), Err(UaiError::Shape), "{text}");
        }
    }
}
