//! What a person fills in to create an account (P01).

use unicode_normalization::UnicodeNormalization;

use super::{
    email::{Email, SignInName},
    new_password::{self, PasswordFault},
    password::{Password, PasswordError},
};
use crate::oauth::params::Params;

/// The longest name, characters.
const MAX_NAME: usize = 100;

/// How a person wishes to be addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Civility {
    /// Madame
    Madame,
    /// Monsieur
    Monsieur,
}

impl Civility {
    /// The value in forms and rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Madame => "madame",
            Self::Monsieur => "monsieur",
        }
    }

    /// Reads the value; nobody has to choose.
    #[must_use]
    pub fn parse(text: Option<&str>) -> Option<Self> {
        [Self::Madame, Self::Monsieur].into_iter().find(|civility| text == Some(civility.as_str()))
    }
}

/// A form that may become an account.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// Sign-in identifier and first contact address.
    pub email: Email,
    /// Checked against the rule.
    pub password: Password,
    /// As chosen.
    pub civility: Option<Civility>,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub family_name: String,
}

/// One thing to mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUpFault {
    /// Nothing in the e-mail field.
    EmailMissing,
    /// No address.
    EmailShape,
    /// Nothing in the password field.
    PasswordMissing,
    /// The rule is not met.
    Password(PasswordFault),
    /// The two passwords differ.
    ConfirmationDiffers,
    /// No first name.
    GivenNameMissing,
    /// No last name.
    FamilyNameMissing,
    /// Too long, or not a name (H09, H10).
    GivenNameShape,
    /// Too long, or not a name.
    FamilyNameShape,
}

/// Reads the form.
///
/// # Errors
/// With everything that is to be mended, in the order of the fields.
pub fn read(params: &Params) -> Result<SignUp, Vec<SignUpFault>> {
    let mut faults = Vec::new();
    let email = match params.get("email").map(SignInName::parse) {
        Some(SignInName::Email(email)) => Some(email),
        Some(_) => {
            faults.push(SignUpFault::EmailShape);
            None
        }
        None => {
            faults.push(SignUpFault::EmailMissing);
            None
        }
    };
    let typed_names = [params.get("given_name").unwrap_or_default(), params.get("family_name").unwrap_or_default()];
    let personal = [typed_names[0], typed_names[1], email.as_ref().map_or("", Email::as_str)];
    let password = password(params, &personal, &mut faults);
    let given_name = name(typed_names[0], SignUpFault::GivenNameMissing, SignUpFault::GivenNameShape, &mut faults);
    let family_name = name(typed_names[1], SignUpFault::FamilyNameMissing, SignUpFault::FamilyNameShape, &mut faults);
    match (email, password, given_name, family_name) {
        (Some(email), Some(password), Some(given_name), Some(family_name)) if faults.is_empty() => {
            let civility = Civility::parse(params.get("civility"));
            Ok(SignUp { email, password, civility, given_name, family_name })
        }
        _ => Err(faults),
    }
}

/// A new password, typed twice.
pub fn password(params: &Params, personal: &[&str], faults: &mut Vec<SignUpFault>) -> Option<Password> {
    let typed = params.get("password").unwrap_or_default();
    let password = match Password::parse(typed) {
        Ok(password) => password,
        Err(error) => {
            faults.push(match error {
                PasswordError::Empty => SignUpFault::PasswordMissing,
                PasswordError::TooLong => SignUpFault::Password(PasswordFault::TooLong),
                PasswordError::Control => SignUpFault::Password(PasswordFault::Control),
            });
            return None;
        }
    };
    let wrong = new_password::faults(&password, personal);
    faults.extend(wrong.iter().copied().map(SignUpFault::Password));
    if params.get("password_confirmation") != Some(typed) {
        faults.push(SignUpFault::ConfirmationDiffers);
        return None;
    }
    wrong.is_empty().then_some(password)
}

/// A person's name: NFC, trimmed, no control character, nothing that a mail program makes a link of (H09, H10).
fn name(typed: &str, missing: SignUpFault, shape: SignUpFault, faults: &mut Vec<SignUpFault>) -> Option<String> {
    let name: String = typed.trim().nfc().collect();
    if name.is_empty() {
        faults.push(missing);
        return None;
    }
    let strange = |c: char| c.is_control() || matches!(c, '<' | '>' | '@' | '\u{2028}' | '\u{2029}');
    if name.chars().count() > MAX_NAME || name.contains("://") || name.contains("www.") || name.contains(strange) {
        faults.push(shape);
        return None;
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(changes: &[(&'static str, &'static str)]) -> Params {
        let mut pairs = vec![
            ("email", "edouard.blanc@maformation.example"),
            ("password", "Quatre éléphants 7"),
            ("password_confirmation", "Quatre éléphants 7"),
            ("given_name", " Edouard "),
            ("family_name", "BLANC"),
        ];
        for (name, value) in changes {
            pairs.retain(|(other, _)| other != name);
            pairs.push((name, value));
        }
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Params::parse(query.as_bytes()).unwrap()
    }

    #[test]
    fn p01_a_complete_form_is_read() {
        let read = read(&form(&[("civility", "monsieur")])).unwrap();
        assert_eq!((read.given_name.as_str(), read.civility), ("Edouard", Some(Civility::Monsieur)));
    }

    #[test]
    fn each_thing_to_mend_is_told() {
        use SignUpFault::*;
        for (change, fault) in [
            (("email", ""), EmailMissing),
            (("email", "TLPU"), EmailShape),
            (("password", ""), PasswordMissing),
            (("password_confirmation", "autre"), ConfirmationDiffers),
            (("given_name", "  "), GivenNameMissing),
            (("family_name", ""), FamilyNameMissing),
        ] {
            assert!(read(&form(&[change])).unwrap_err().contains(&fault), "{change:?}");
        }
    }

    #[test]
    fn h09_h10_names_carry_no_line_break_and_no_link() {
        for name in ["a\r\nBcc: x@y.example", "https://evil.example", "www.evil.example", "<b>", "a\u{2028}b"] {
            let faults = read(&form(&[("given_name", name)])).unwrap_err();
            assert_eq!(faults, [SignUpFault::GivenNameShape], "{name}");
        }
        for name in ["Jean-François", "O’Neil", "N'Guyen", "d’Ormesson", "Łukasz"] {
            assert!(read(&form(&[("given_name", name)])).is_ok(), "{name}");
        }
    }
}
