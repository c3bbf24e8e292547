//! Shared accounts of the old portal: `TLPU_ADM` is an establishment and a profile in one identifier.

use std::fmt;

use thiserror::Error;

use crate::{
    catalogue::{Catalogue, Profile},
    ids::ProfileId,
    people::{email::Email, password::StoredHash},
    schools::uai::Uai,
    time::Timestamp,
};

const MAX_IDENTIFIER_BYTES: usize = 64;

/// An identifier of the old portal, in upper case: a code, and perhaps a suffix from the last `_` on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegacyIdentifier {
    text: String,
    code_bytes: usize,
}

/// Why a row or a field names no legacy account.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LegacyAccountError {
    /// Empty, too long, or with other characters than letters, digits, `-` and `_`.
    #[error("“{0}” is no identifier of the old portal")]
    Identifier(String),
    /// No profile is declared with this suffix.
    #[error("no profile has the suffix “{0}”")]
    UnknownSuffix(String),
    /// The column of the suffix says another thing than the identifier.
    #[error("the suffix “{column}” is not the identifier's (“{identifier}”)")]
    SuffixesDiffer {
        /// As the column has it.
        column: String,
        /// As the identifier has it.
        identifier: String,
    },
}

impl LegacyIdentifier {
    /// Reads an identifier in either case, blanks around it ignored.
    ///
    /// # Errors
    /// When it is empty, longer than 64 bytes, or has other characters than letters, digits, `-` and `_`.
    pub fn parse(text: &str) -> Result<Self, LegacyAccountError> {
        let upper = text.trim().to_ascii_uppercase();
        let is_plain = upper.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        let code_bytes = upper.rfind('_').unwrap_or(upper.len());
        if !is_plain || code_bytes == 0 || upper.len() > MAX_IDENTIFIER_BYTES {
            let shown = text.trim().chars().filter(|c| !c.is_control()).take(MAX_IDENTIFIER_BYTES).collect();
            return Err(LegacyAccountError::Identifier(shown));
        }
        Ok(Self { text: upper, code_bytes })
    }

    /// `TLPU_ADM`
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `TLPU`, the establishment's code in the old portal.
    #[must_use]
    pub fn code(&self) -> &str {
        self.text.split_at_checked(self.code_bytes).map_or("", |(code, _)| code)
    }

    /// `_ADM`, or nothing.
    #[must_use]
    pub fn suffix(&self) -> &str {
        self.text.split_at_checked(self.code_bytes).map_or("", |(_, suffix)| suffix)
    }

    /// The profile that this identifier stands for; `column` is the suffix that a file gives beside it (`ADM` and
    /// `_ADM` are the same), empty when it gives none.
    ///
    /// # Errors
    /// When no profile has this suffix, or when column and identifier contradict each other.
    pub fn profile<'a>(&self, column: &str, catalogue: &'a Catalogue) -> Result<&'a Profile, LegacyAccountError> {
        let column = with_underscore(column);
        if !column.is_empty() && column != self.suffix() {
            return Err(LegacyAccountError::SuffixesDiffer { column, identifier: self.suffix().to_owned() });
        }
        profile_of_suffix(self.suffix(), catalogue)
            .ok_or_else(|| LegacyAccountError::UnknownSuffix(self.suffix().to_owned()))
    }
}

impl fmt::Display for LegacyIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The profile that declares `suffix`.
///
/// Plain identifiers (no suffix) belong to the profile that declares `legacy_suffix = ""`; where none does, to the
/// first on the pages of those that declare no suffix at all: profiles without an old account come after it.
#[must_use]
pub fn profile_of_suffix<'a>(suffix: &str, catalogue: &'a Catalogue) -> Option<&'a Profile> {
    let profiles = catalogue.profiles_in_order();
    let declared = |profile: &&&Profile| profile.legacy_suffix.as_deref().is_some_and(|s| with_underscore(s) == suffix);
    let silent = |profile: &&&Profile| suffix.is_empty() && profile.legacy_suffix.is_none();
    profiles.iter().find(declared).or_else(|| profiles.iter().find(silent)).copied()
}

/// `adm`, `ADM` and `_ADM` are one suffix.
fn with_underscore(suffix: &str) -> String {
    let suffix = suffix.trim().trim_start_matches('_').to_ascii_uppercase();
    if suffix.is_empty() { suffix } else { format!("_{suffix}") }
}

/// A shared account of the old portal, as imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegacyAccount {
    /// `TLPU_ADM`
    pub identifier: LegacyIdentifier,
    /// The establishment.
    pub uai: Uai,
    /// Whom it was shared by. Whether that makes an administrator is the profile's matter (`Profile::administrator`).
    pub profile: ProfileId,
    /// Where the establishment reads its mail about this account (P10).
    pub email: Option<Email>,
    /// Never a bare fast hash.
    pub password: StoredHash,
    /// When the right password replaced the imported hash, if it did.
    pub upgraded_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::LocalText;

    fn profile(id: &str, legacy_suffix: Option<&str>, position: i64) -> (ProfileId, Profile) {
        let profile = Profile {
            id: id.into(),
            name: LocalText::french(id),
            legacy_suffix: legacy_suffix.map(str::to_owned),
            administrator: id == "chef",
            exclusive: false,
            opens: [].into(),
            position,
        };
        (profile.id.clone(), profile)
    }

    fn catalogue(profiles: impl IntoIterator<Item = (ProfileId, Profile)>) -> Catalogue {
        Catalogue { profiles: profiles.into_iter().collect(), ..Catalogue::default() }
    }

    fn four() -> Catalogue {
        catalogue([
            profile("enseignant", None, 1),
            profile("agent", None, 5),
            profile("chef", Some("_ADM"), 2),
            profile("equipement", Some("EQP"), 3),
        ])
    }

    #[test]
    fn an_identifier_is_a_code_and_a_suffix() {
        let identifier = LegacyIdentifier::parse(" tlpu_adm ").unwrap();
        assert_eq!((identifier.as_str(), identifier.code(), identifier.suffix()), ("TLPU_ADM", "TLPU", "_ADM"));
        let plain = LegacyIdentifier::parse("TLPU").unwrap();
        assert_eq!((plain.code(), plain.suffix()), ("TLPU", ""));
        for text in ["", "_ADM", "TL PU", "TLPU@x", "TLPÜ", &"T".repeat(65)] {
            assert!(LegacyIdentifier::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_suffix_names_the_profile_and_its_administrator_role() {
        let catalogue = four();
        let find = |text: &str, column: &str| {
            LegacyIdentifier::parse(text)
                .unwrap()
                .profile(column, &catalogue)
                .map(|p| (p.id.to_string(), p.administrator))
        };
        assert_eq!(find("TLPU_ADM", "").unwrap(), ("chef".to_owned(), true));
        assert_eq!(find("TLPU_ADM", "adm").unwrap(), ("chef".to_owned(), true));
        assert_eq!(find("TLPU_EQP", "_EQP").unwrap(), ("equipement".to_owned(), false));
        assert_eq!(find("TLPU", "").unwrap().0, "enseignant", "the first on the pages");
        assert_eq!(find("TLPU_XXX", ""), Err(LegacyAccountError::UnknownSuffix("_XXX".into())));
        assert!(matches!(find("TLPU", "ADM"), Err(LegacyAccountError::SuffixesDiffer { .. })));
    }

    #[test]
    fn an_explicitly_empty_suffix_wins_over_silence() {
        let catalogue = catalogue([profile("agent", None, 1), profile("enseignant", Some(""), 2)]);
        assert_eq!(profile_of_suffix("", &catalogue).unwrap().id.as_str(), "enseignant");
    }

    #[test]
    fn without_a_profile_for_it_a_plain_identifier_is_unknown() {
        assert!(profile_of_suffix("", &catalogue([profile("chef", Some("_ADM"), 1)])).is_none());
    }
}
