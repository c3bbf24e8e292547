//! After the form: the mail is on its way. The page is the same whether the address had an account or not.

use askama::Template;

use crate::Chrome;

/// « Vérifiez votre messagerie »
#[derive(Template)]
#[template(path = "sign_up_sent.html")]
pub struct SignUpSent<'a> {
    /// The layout; `demo` adds the way to `/dev/courriels`.
    pub chrome: Chrome<'a>,
    /// Opaque text that ties the form to the sign-up; may be empty.
    pub flow: String,
    /// The e-mail address as typed.
    pub email: String,
    /// What became of « Renvoyer l'email », posted to `/self-service/creation-compte/renvoi`; `None` at first.
    pub resend: Option<Resend>,
}

/// What became of a demand to send the mail again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resend {
    /// Another mail is on its way; said as well where there was none to send.
    Sent,
    /// Too many of them.
    TooMany {
        /// How long to wait.
        minutes: u64,
    },
}

impl SignUpSent<'_> {
    fn sent_again(&self) -> bool {
        self.resend == Some(Resend::Sent)
    }

    /// Why no mail was sent again.
    fn refusal(&self) -> Option<String> {
        match self.resend {
            Some(Resend::TooMany { minutes }) => {
                Some(self.chrome.text().count("sent-error-too-many", "minutes", minutes))
            }
            _ => None,
        }
    }
}
