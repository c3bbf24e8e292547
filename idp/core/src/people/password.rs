//! Passwords of persons: what may be typed, what is kept, and the one function that compares them.

use std::fmt;

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::{
    argon2_hash::{Argon2Hash, Memory, PasswordCost, SALT_BYTES},
    legacy_hash::{HashError, LegacyHash, Recipe, WRAPPED},
};
use crate::{
    random::{self, Random},
    secret::Secret,
};

/// The longest password that is looked at, in bytes of UTF-8 as typed.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// A typed password, brought into the form of RFC 8265 §4.2 (OpaqueString). Prints as `***`.
///
/// Unassigned code points pass: refusing them would tie a password to one version of Unicode.
#[derive(Clone, Debug)]
pub struct Password {
    normalised: Secret,
    typed: Option<Secret>,
}

/// Why a text is no password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Nothing was typed.
    #[error("the password is empty")]
    Empty,
    /// More than [`MAX_PASSWORD_BYTES`].
    #[error("the password is longer than {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
    /// A control character, which no keyboard types.
    #[error("the password contains a control character")]
    Control,
}

impl Password {
    /// Normalises what was typed: other spaces become U+0020, then NFC. Case and width stay.
    ///
    /// # Errors
    /// Empty, longer than 1,024 bytes (refused before any work), or with a control character.
    pub fn parse(typed: &str) -> Result<Self, PasswordError> {
        if typed.is_empty() {
            return Err(PasswordError::Empty);
        }
        if typed.len() > MAX_PASSWORD_BYTES {
            return Err(PasswordError::TooLong);
        }
        if typed.chars().any(char::is_control) {
            return Err(PasswordError::Control);
        }
        let normalised = Secret::new(typed.chars().map(ascii_space).nfc().collect::<String>());
        let typed = (normalised.expose() != typed).then(|| Secret::new(typed));
        Ok(Self { normalised, typed })
    }

    /// The normalised text. Each call is a place to review.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.normalised.expose()
    }

    /// Hashes the normalised text with a fresh salt, for storage.
    ///
    /// # Errors
    /// Never in practice: see [`PasswordCost::hash`].
    pub fn hash(&self, cost: PasswordCost, random: &dyn Random, memory: &mut Memory) -> Result<String, HashError> {
        let salt = random::bytes::<SALT_BYTES>(random);
        Ok(cost.hash(self.expose().as_bytes(), salt, memory)?.to_string())
    }
}

// Every character of general category Zs (RFC 8265 §4.2.1, rule 2).
const fn ascii_space(character: char) -> char {
    match character {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        other => other,
    }
}

/// What the database keeps of a password: argon2id, or a hash of the old portal. Prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredHash {
    text: String,
    scheme: Scheme,
}

#[derive(Clone, PartialEq, Eq)]
enum Scheme {
    Argon2(Argon2Hash),
    /// A slow hash of the old portal, as it was.
    Legacy(LegacyHash),
    /// argon2id over the digest of a fast one.
    Wrapped(Recipe, Argon2Hash),
}

/// What a comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right.
    Right {
        /// What is stored is weaker than what is made today: hash again and write, on condition of the old hash.
        upgrade: bool,
    },
    /// It is not, or there was nothing to compare with.
    Wrong,
}

impl Verdict {
    /// `true` for either kind of right.
    #[must_use]
    pub const fn is_right(self) -> bool {
        matches!(self, Self::Right { .. })
    }
}

impl StoredHash {
    /// Reads a stored hash: argon2, a slow hash of the old portal, or a wrapped one.
    ///
    /// # Errors
    /// When it is malformed or too costly, and for a fast hash, which is never stored bare.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        let scheme = if text.starts_with("$argon2") {
            Scheme::Argon2(Argon2Hash::parse(text)?)
        } else if text.starts_with(WRAPPED) {
            let (recipe, argon2) = Recipe::parse_wrapped(text)?;
            Scheme::Wrapped(recipe, argon2)
        } else {
            let legacy = LegacyHash::parse(text)?;
            if legacy.recipe().is_weak() {
                return Err(HashError::Weak);
            }
            Scheme::Legacy(legacy)
        };
        Ok(Self { text: text.to_owned(), scheme })
    }

    /// The text as stored, for a conditional write. Each call is a place to review.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Whether this is what `legacy` becomes when it is stored. Costs one argon2 for a fast format.
    #[must_use]
    pub fn was_made_from(&self, legacy: &LegacyHash, memory: &mut Memory) -> bool {
        match &self.scheme {
            Scheme::Wrapped(recipe, argon2) => recipe == legacy.recipe() && argon2.matches(legacy.digest(), memory),
            Scheme::Legacy(own) => own == legacy,
            Scheme::Argon2(_) => false,
        }
    }

    fn matches(&self, password: &Secret, memory: &mut Memory) -> bool {
        let password = password.expose().as_bytes();
        match &self.scheme {
            Scheme::Argon2(argon2) => argon2.matches(password, memory),
            Scheme::Legacy(legacy) => legacy.matches(password),
            Scheme::Wrapped(recipe, argon2) => {
                recipe.digest(password).is_some_and(|digest| argon2.matches(&digest, memory))
            }
        }
    }
}

impl fmt::Debug for StoredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Compares a password with what is stored; every password check ends here.
///
/// The normalised form is tried first. The old portal hashed what was typed, so the typed form is tried too
/// wherever the two differ, and a success that way asks for an upgrade.
pub fn verify(stored: &StoredHash, password: &Password, cost: PasswordCost, memory: &mut Memory) -> Verdict {
    if stored.matches(&password.normalised, memory) {
        let current = matches!(&stored.scheme, Scheme::Argon2(argon2) if argon2.is_at_least(cost));
        return Verdict::Right { upgrade: !current };
    }
    match &password.typed {
        Some(typed) if stored.matches(typed, memory) => Verdict::Right { upgrade: true },
        _ => Verdict::Wrong,
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

    fn hash(password: &Password, cost: PasswordCost) -> StoredHash {
        StoredHash::parse(&password.hash(cost, &Sevens, &mut Memory::default()).unwrap()).unwrap()
    }

    #[test]
    fn a_password_verifies_against_its_own_hash_only() {
        let (cost, mut memory) = (PasswordCost::default(), Memory::default());
        let stored = hash(&Password::parse("Été 2026!").unwrap(), cost);
        let check = |text: &str, memory: &mut Memory| verify(&stored, &Password::parse(text).unwrap(), cost, memory);
        assert_eq!(check("Été 2026!", &mut memory), Verdict::Right { upgrade: false });
        assert_eq!(check("E\u{301}te\u{301}\u{a0}2026!", &mut memory), Verdict::Right { upgrade: false }, "normalised");
        assert_eq!(check("été 2026!", &mut memory), Verdict::Wrong);
        assert_eq!(check("Été 2026! ", &mut memory), Verdict::Wrong, "nothing is trimmed");
    }

    #[test]
    fn a_hash_cheaper_than_todays_cost_asks_for_an_upgrade() {
        let password = Password::parse("Aa1!aaaa").unwrap();
        let stored = hash(&password, PasswordCost::new(7_168, 5, 1).unwrap());
        let verdict = verify(&stored, &password, PasswordCost::default(), &mut Memory::default());
        assert_eq!(verdict, Verdict::Right { upgrade: true });
    }

    #[test]
    fn what_no_keyboard_types_and_what_is_too_long_is_refused_before_any_work() {
        assert_eq!(Password::parse("").unwrap_err(), PasswordError::Empty);
        assert_eq!(Password::parse(&"a".repeat(1025)).unwrap_err(), PasswordError::TooLong);
        assert_eq!(Password::parse(&"é".repeat(513)).unwrap_err(), PasswordError::TooLong);
        for text in ["a\0b", "a\nb", "a\u{7f}", "a\u{85}"] {
            assert_eq!(Password::parse(text).unwrap_err(), PasswordError::Control, "{text:?}");
        }
        assert!(Password::parse(&"a".repeat(1024)).is_ok());
    }

    #[test]
    fn opaque_string_keeps_case_and_width_and_maps_spaces() {
        // RFC 8265 §4.3, examples 1 to 4.
        for (typed, kept) in [
            ("correct horse battery staple", "correct horse battery staple"),
            ("Correct Horse Battery Staple", "Correct Horse Battery Staple"),
            ("πßå", "πßå"),
            ("Jack of \u{2666}s", "Jack of \u{2666}s"),
            ("foo\u{1680}bar\u{3000}", "foo bar "),
            ("ｗｉｄｅ\u{212b}", "ｗｉｄｅ\u{c5}"),
        ] {
            assert_eq!(Password::parse(typed).unwrap().expose(), kept);
        }
    }

    #[test]
    fn nothing_of_a_password_or_hash_is_printed() {
        let password = Password::parse("e\u{301}Secret").unwrap();
        let stored = hash(&password, PasswordCost::default());
        let printed = format!("{password:?} {stored:?}");
        assert!(!printed.contains("ecret") && !printed.contains("argon2"), "{printed}");
    }
}
