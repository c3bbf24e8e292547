//! The mails: one typed struct for each, which renders subject, text and HTML in one language.
//!
//! The HTML parts carry inline styles, since mail programs know little else, and nothing from elsewhere: no image, no
//! font, no script. They name no colour but the button's, so that dark mail programs keep the words legible.

mod account_exists;
mod confirm_account;
mod letter;

pub use account_exists::AccountExistsMail;
pub use confirm_account::ConfirmAccountMail;

/// A mail ready to be sent. It may carry a link that is a secret: it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The subject: one line, without any value from a person.
    pub subject: String,
    /// The `text/plain` part; lines end with `\n`.
    pub text: String,
    /// The `text/html` part, a whole document.
    pub html: String,
}
