//! `/connexion`: e-mail and password, for an application or for the portal itself.

use askama::Template;

use crate::{Application, Chrome, Text, application::web_url};

/// `/connexion`
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignIn<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
    /// The application that asked; `None` when the user came by themselves.
    pub asked: Option<Asked>,
    /// Opaque text that ties the form to the request under way; may be empty.
    pub flow: String,
    /// What to show in the e-mail field: the hint of the application, or what was typed.
    pub email: String,
    /// The account that must sign in again (its e-mail address or name); the e-mail stays editable.
    pub reauth: Option<String>,
    /// What was wrong with the last try.
    pub errors: Vec<SignInError>,
    /// « Mot de passe oublié »; `None` while there is no such page.
    pub forgotten_url: Option<String>,
    /// « Retrouver mes applications », for users of the old shared accounts; `None` while there is no such page.
    pub legacy_help_url: Option<String>,
}

/// Who asks: an application, with the pages that its owner declared.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The application.
    pub application: Application,
    /// `policy_uri` (OpenID Connect Registration §2).
    pub policy_url: Option<String>,
    /// `tos_uri` (OpenID Connect Registration §2).
    pub tos_url: Option<String>,
}

impl Asked {
    pub(super) fn policy(&self) -> Option<&str> {
        self.policy_url.as_deref().and_then(web_url)
    }

    pub(super) fn has_links(&self) -> bool {
        self.policy().is_some() || self.tos().is_some()
    }

    pub(super) fn tos(&self) -> Option<&str> {
        self.tos_url.as_deref().and_then(web_url)
    }
}

/// What can be wrong with a try to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInError {
    /// Unknown account or wrong password: one message for both, so that nobody learns which.
    WrongCredentials,
    /// No e-mail address.
    EmailMissing,
    /// No `@`, or nothing before or after it.
    EmailShape,
    /// No password.
    PasswordMissing,
    /// An identifier of the old portal, which signs in no more: without `@`, starting with TL, TW, TA, TOG or TK.
    LegacyIdentifier,
    /// Too many tries.
    TooManyTries {
        /// How long to wait.
        minutes: u64,
    },
    /// The server has too much to do.
    Busy,
}

impl SignInError {
    /// The message, in words that say how to mend.
    fn message(self, text: &Text) -> String {
        if let SignInError::TooManyTries { minutes } = self {
            return text.count("sign-in-error-tries", "minutes", minutes);
        }
        text.t(self.key()).to_owned()
    }

    fn key(self) -> &'static str {
        match self {
            SignInError::WrongCredentials => "sign-in-error-credentials",
            SignInError::EmailMissing => "sign-in-error-email-missing",
            SignInError::EmailShape => "sign-in-error-email-shape",
            SignInError::PasswordMissing => "sign-in-error-password-missing",
            SignInError::LegacyIdentifier => "sign-in-error-legacy",
            SignInError::TooManyTries { .. } => "sign-in-error-tries",
            SignInError::Busy => "sign-in-error-busy",
        }
    }

    /// The id of the field to mend; `None` when no field is wrong.
    fn field(self) -> Option<&'static str> {
        use SignInError::*;
        match self {
            WrongCredentials | EmailMissing | EmailShape | LegacyIdentifier => Some("email"),
            PasswordMissing => Some("password"),
            TooManyTries { .. } | Busy => None,
        }
    }
}

impl SignIn<'_> {
    /// The message to show at a field.
    fn field_error(&self, field: &str) -> Option<String> {
        let error = self.errors.iter().find(|error| error.field() == Some(field))?;
        Some(error.message(self.chrome.text()))
    }

    /// Wrong credentials concern both fields, and only one carries the message.
    fn wrong_credentials(&self) -> bool {
        self.errors.contains(&SignInError::WrongCredentials)
    }
}
