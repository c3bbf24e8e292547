//! What a new password must be (P02 is the floor), and what it must not contain.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::password::Password;

/// The fewest characters (P02).
pub const MIN_CHARACTERS: usize = 8;
/// The most characters: enough for any phrase, few enough to look at.
pub const MAX_CHARACTERS: usize = 128;
/// A name or an address part below this length is in too many words to be meant.
const MIN_PERSONAL: usize = 3;

/// Words that passwords are made of most, in French and English, folded.
const COMMON: &str = include_str!("common_passwords.txt");

/// One thing that is wrong with a new password. Each can be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer than [`MIN_CHARACTERS`].
    TooShort,
    /// More than [`MAX_CHARACTERS`].
    TooLong,
    /// No lower-case letter.
    NoLower,
    /// No upper-case letter.
    NoUpper,
    /// No digit.
    NoDigit,
    /// No special character.
    NoSpecial,
    /// A word that everybody tries first, dressed with digits and signs.
    Common,
    /// A control character, which no keyboard types.
    Control,
    /// The person's own name or address, or the service's name.
    Personal,
}

/// Everything that is wrong with a new password; nothing, when it may be used.
///
/// `personal` holds the person's names and e-mail address.
#[must_use]
pub fn faults(password: &Password, personal: &[&str]) -> Vec<PasswordFault> {
    let text = password.expose();
    let length = text.chars().count();
    let has = |wanted: fn(char) -> bool| text.chars().any(wanted);
    let checks = [
        (length < MIN_CHARACTERS, PasswordFault::TooShort),
        (length > MAX_CHARACTERS, PasswordFault::TooLong),
        (!has(char::is_lowercase), PasswordFault::NoLower),
        (!has(char::is_uppercase), PasswordFault::NoUpper),
        (!has(|c| c.is_ascii_digit()), PasswordFault::NoDigit),
        (!has(|c| !c.is_alphanumeric()), PasswordFault::NoSpecial),
        (is_common(text), PasswordFault::Common),
        (is_personal(text, personal), PasswordFault::Personal),
    ];
    checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect()
}

/// Without accents, case, digits and signs; the usual stand-ins for letters read as letters.
fn folded(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '@' | '4' => 'a',
            '3' => 'e',
            '1' | '!' => 'i',
            '0' => 'o',
            '$' | '5' => 's',
            other => other,
        })
        .collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).collect()
}

/// « Azerty123! » and « P@ssw0rd2026 » are the words that they are made of.
fn is_common(text: &str) -> bool {
    // Digits at the end are dressing, digits inside may stand for letters.
    let core = text.trim_matches(|c: char| !c.is_alphabetic() && !matches!(c, '@' | '$'));
    let (plain, read) = (letters(&folded(&letters(core))), letters(&folded(core)));
    COMMON.lines().any(|word| !word.is_empty() && (word == plain || word == read))
}

fn is_personal(text: &str, personal: &[&str]) -> bool {
    let text = folded(text);
    let parts = personal.iter().flat_map(|value| value.split(['@', '.', ' ', '-', '_'])).map(folded);
    let mut own = parts.filter(|part| part.chars().count() >= MIN_PERSONAL);
    text.contains("sicorra") || own.any(|part| text.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<PasswordFault> {
        faults(&Password::parse(text).unwrap(), &["Tristan", "Blanc", "tristan.blanc@maformation.example"])
    }

    #[test]
    fn p02_each_part_of_the_rule_is_told() {
        use PasswordFault::*;
        assert_eq!(of("a"), [TooShort, NoUpper, NoDigit, NoSpecial]);
        assert_eq!(of("BDFHJLNP"), [NoLower, NoDigit, NoSpecial]);
        assert_eq!(of(&format!("Aa1!{}", "x".repeat(125))), [TooLong]);
        assert_eq!(of("Quatre éléphants 7"), []);
    }

    #[test]
    fn words_that_everybody_tries_are_refused_in_any_dress() {
        for text in ["Azerty123!", "P@ssw0rd2026", "Motdepasse1!", "!Bonjour2026", "Password-1"] {
            assert!(of(text).contains(&PasswordFault::Common), "{text}");
        }
        assert_eq!(of("Bonjour-la-Drome-7"), []);
    }

    #[test]
    fn own_names_and_the_services_name_are_refused() {
        for text in ["Tristan-2026!", "1Bl@ncXyz!?", "Sicorra-2026!", "Maformation1!"] {
            assert!(of(text).contains(&PasswordFault::Personal), "{text}");
        }
    }
}
