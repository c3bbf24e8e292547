//! `/self-service/validation-compte`: what the link of the confirmation mail opens, and what comes of it.

use askama::Template;

use crate::{Chrome, Text, application::web_url};

/// `/self-service/validation-compte`: opening it changes nothing, its buttons do.
#[derive(Template)]
#[template(path = "confirm_account.html")]
pub struct ConfirmAccount<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
    /// The token of the link, posted with the form.
    pub token: String,
    /// The address that the account signs in with.
    pub email: String,
    /// The link was opened in another browser than the sign-up's: the password is asked, so that nobody activates an
    /// account whose password somebody else chose.
    pub ask_password: bool,
    /// What was wrong with the last try.
    pub errors: Vec<ConfirmError>,
}

/// What can be wrong with a try to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmError {
    /// No password.
    PasswordMissing,
    /// Not the password of the sign-up.
    PasswordWrong,
    /// Too many tries.
    TooManyTries {
        /// How long to wait.
        minutes: u64,
    },
    /// The server has too much to do.
    Busy,
}

impl ConfirmError {
    /// The message, in words that say how to mend.
    fn message(self, text: &Text) -> String {
        if let ConfirmError::TooManyTries { minutes } = self {
            return text.count("sign-in-error-tries", "minutes", minutes);
        }
        text.t(self.key()).to_owned()
    }

    fn key(self) -> &'static str {
        match self {
            ConfirmError::PasswordMissing => "sign-in-error-password-missing",
            ConfirmError::PasswordWrong => "confirm-error-password",
            ConfirmError::TooManyTries { .. } => "sign-in-error-tries",
            ConfirmError::Busy => "sign-in-error-busy",
        }
    }

    /// The id of the field to mend; `None` when no field is wrong.
    fn field(self) -> Option<&'static str> {
        match self {
            ConfirmError::PasswordMissing | ConfirmError::PasswordWrong => Some("password"),
            ConfirmError::TooManyTries { .. } | ConfirmError::Busy => None,
        }
    }
}

impl ConfirmAccount<'_> {
    /// The message to show at the password.
    fn password_error(&self) -> Option<String> {
        let error = self.errors.iter().find(|error| error.field().is_some())?;
        Some(error.message(self.chrome.text()))
    }
}

/// The link is too old, already used, or replaced by a newer one (410).
#[derive(Template)]
#[template(path = "confirm_expired.html")]
pub struct ConfirmExpired<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
}

/// The account is confirmed.
#[derive(Template)]
#[template(path = "confirmed.html")]
pub struct Confirmed<'a> {
    /// The layout; nobody is signed in.
    pub chrome: Chrome<'a>,
    /// The address to sign in with.
    pub email: String,
    /// Where « Se connecter » leads: `/connexion`, or back to what the person was doing before they signed up.
    pub sign_in_url: String,
}

impl Confirmed<'_> {
    fn sign_in(&self) -> &str {
        web_url(&self.sign_in_url).unwrap_or("/connexion")
    }
}

/// « Ce n'est pas moi » was chosen: the account is deleted.
#[derive(Template)]
#[template(path = "not_me_done.html")]
pub struct NotMeDone<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
}
