//! `/self-service/creation-compte`: the form that opens an account.

use askama::Template;

use crate::{Chrome, Text};

/// `/self-service/creation-compte`
#[derive(Template)]
#[template(path = "sign_up.html")]
pub struct SignUp<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
    /// Opaque text that ties the form to the browser; may be empty.
    pub flow: String,
    /// The e-mail address as typed.
    pub email: String,
    /// The civility as chosen.
    pub civility: Option<Civility>,
    /// The first name as typed.
    pub given_name: String,
    /// The family name as typed.
    pub family_name: String,
    /// What was wrong with the last try, in the order of the fields. The passwords are to be typed again.
    pub errors: Vec<SignUpError>,
}

/// The civility, which nobody has to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Civility {
    /// « Madame »
    Madame,
    /// « Monsieur »
    Monsieur,
}

impl Civility {
    /// Both, in the order of the form.
    pub const ALL: [Civility; 2] = [Civility::Madame, Civility::Monsieur];

    /// The value of the field `civility`: `madame` or `monsieur`.
    pub fn value(self) -> &'static str {
        if self == Civility::Madame { "madame" } else { "monsieur" }
    }

    /// The civility of a value of the field; `None` for anything else.
    pub fn from_value(value: &str) -> Option<Civility> {
        Civility::ALL.into_iter().find(|civility| civility.value() == value)
    }

    fn label(self, text: &Text) -> &str {
        match self {
            Civility::Madame => text.t("sign-up-madame"),
            Civility::Monsieur => text.t("sign-up-monsieur"),
        }
    }
}

/// Which of the two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameField {
    /// « Prénom »
    Given,
    /// « Nom »
    Family,
}

/// What can be wrong with a try to sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUpError {
    /// No e-mail address.
    EmailMissing,
    /// Not an address that can receive mail.
    EmailShape,
    /// No password.
    PasswordMissing,
    /// Fewer than 8 characters.
    PasswordTooShort,
    /// Parts of the rule are not met: `true` for what is to be added.
    PasswordNeeds {
        /// No lower-case letter.
        lower: bool,
        /// No upper-case letter.
        upper: bool,
        /// No digit.
        digit: bool,
        /// No special character.
        special: bool,
    },
    /// More than 128 characters.
    PasswordTooLong,
    /// A control character, which no keyboard types.
    PasswordControl,
    /// One of those that are tried first.
    PasswordCommon,
    /// It contains the person's own name or e-mail address, or the service's name.
    PasswordPersonal,
    /// The second typing is not the first.
    ConfirmationDiffers,
    /// No first name.
    GivenNameMissing,
    /// No family name.
    FamilyNameMissing,
    /// A name with `://` or a control character, or of more than 100 characters.
    NameShape(NameField),
    /// The server has too much to do.
    Busy,
    /// Too many accounts asked for.
    TooMany {
        /// How long to wait.
        minutes: u64,
    },
}

impl SignUpError {
    /// The message, in words that say how to mend.
    fn message(self, text: &Text) -> String {
        match self {
            SignUpError::TooMany { minutes } => text.count("sign-up-error-too-many", "minutes", minutes),
            SignUpError::PasswordNeeds { lower, upper, digit, special } => {
                let parts = [
                    (lower, "sign-up-rule-lower"),
                    (upper, "sign-up-rule-upper"),
                    (digit, "sign-up-rule-digit"),
                    (special, "sign-up-rule-special"),
                ];
                let missing: Vec<&str> = parts.iter().filter(|part| part.0).map(|part| text.t(part.1)).collect();
                text.with("sign-up-error-password-needs", "parts", &enumerate(&missing, text.t("list-and")))
            }
            _ => text.t(self.key()).to_owned(),
        }
    }

    fn key(self) -> &'static str {
        match self {
            SignUpError::EmailMissing => "sign-in-error-email-missing",
            SignUpError::EmailShape => "sign-in-error-email-shape",
            SignUpError::PasswordMissing => "sign-up-error-password-missing",
            SignUpError::PasswordTooShort => "sign-up-error-password-short",
            SignUpError::PasswordNeeds { .. } => "sign-up-error-password-needs",
            SignUpError::PasswordTooLong => "sign-up-error-password-long",
            SignUpError::PasswordControl => "sign-up-error-password-control",
            SignUpError::PasswordCommon => "sign-up-error-password-common",
            SignUpError::PasswordPersonal => "sign-up-error-password-personal",
            SignUpError::ConfirmationDiffers => "sign-up-error-confirmation",
            SignUpError::GivenNameMissing => "sign-up-error-given-name",
            SignUpError::FamilyNameMissing => "sign-up-error-family-name",
            SignUpError::NameShape(NameField::Given) => "sign-up-error-given-name-shape",
            SignUpError::NameShape(NameField::Family) => "sign-up-error-family-name-shape",
            SignUpError::Busy => "sign-in-error-busy",
            SignUpError::TooMany { .. } => "sign-up-error-too-many",
        }
    }

    /// The id of the field to mend; `None` when no field is wrong.
    fn field(self) -> Option<&'static str> {
        use SignUpError::*;
        match self {
            EmailMissing | EmailShape => Some("email"),
            PasswordMissing
            | PasswordTooShort
            | PasswordNeeds { .. }
            | PasswordTooLong
            | PasswordControl
            | PasswordCommon
            | PasswordPersonal => Some("password"),
            ConfirmationDiffers => Some("password_confirmation"),
            GivenNameMissing | NameShape(NameField::Given) => Some("given_name"),
            FamilyNameMissing | NameShape(NameField::Family) => Some("family_name"),
            Busy | TooMany { .. } => None,
        }
    }
}

/// « a, b et c »
fn enumerate(parts: &[&str], and: &str) -> String {
    match parts.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} {and} {last}", others.join(", ")),
        None => String::new(),
    }
}

impl SignUp<'_> {
    /// The messages to show at a field.
    fn field_error(&self, field: &str) -> Option<String> {
        let errors = self.errors.iter().filter(|error| error.field() == Some(field));
        let messages: Vec<String> = errors.map(|error| error.message(self.chrome.text())).collect();
        (!messages.is_empty()).then(|| messages.join(" "))
    }

    /// Something else was wrong, and the passwords were not kept.
    fn passwords_again(&self) -> bool {
        !self.errors.is_empty() && self.field_error("password").is_none()
    }

    fn is_civility(&self, civility: &Civility) -> bool {
        self.civility == Some(*civility)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Lang, Texts};

    #[test]
    fn what_a_password_lacks_is_said_as_a_list() {
        let texts = Texts::load();
        let needs = |lower, upper, digit, special| {
            SignUpError::PasswordNeeds { lower, upper, digit, special }.message(texts.of(Lang::Fr))
        };
        assert!(needs(false, false, true, false).ends_with(" un chiffre."));
        assert!(
            needs(true, true, true, true)
                .ends_with("un caractère minuscule, un caractère majuscule, un chiffre et un caractère spécial.")
        );
    }

    #[test]
    fn a_civility_is_read_as_it_is_written() {
        for civility in Civility::ALL {
            assert_eq!(Civility::from_value(civility.value()), Some(civility));
        }
        assert_eq!(Civility::from_value("Docteur"), None);
    }
}
