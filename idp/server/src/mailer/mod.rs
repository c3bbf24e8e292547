//! Mail: written into the outbox with the change that causes it, delivered later by [`crate::jobs::outbox`].

mod compose;
pub mod letters;
mod smtp;

use idp_core::{
    ids::AccountId,
    people::email::Email,
    random::{self, Random},
    time::Timestamp,
};
use idp_store::{
    StoreResult, Tx,
    sql::outbox::{self, NewMessage},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::Notify;

pub use smtp::{Delivery, LIMIT, Smtp};

/// What a mail is called in the outbox.
pub const KIND: &str = "mail";

/// What a subject may have, in characters: unbroken, a longer word would pass the longest line (RFC 5322 §2.1.1).
const LONGEST_SUBJECT: usize = 250;

/// One mail to one person, in two shapes of the same text. It holds nothing that could add a header or a recipient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Letter {
    recipient: String,
    subject: String,
    text: String,
    html: String,
    /// Milliseconds; past it the mail is not tried again.
    valid_until: Option<i64>,
}

/// A letter as it lies in the outbox, before it is believed.
#[derive(Deserialize)]
struct Written {
    recipient: String,
    subject: String,
    text: String,
    html: String,
    valid_until: Option<i64>,
}

/// Why a mail is not queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LetterError {
    /// Not one plain address.
    #[error("the recipient is not one e-mail address")]
    Recipient,
    /// Empty, too long, or with a line break or another control character: a header could follow it.
    #[error("the subject is empty, too long, or has a control character")]
    Subject,
    /// With a control character other than line feeds and tabs.
    #[error("the text has a control character")]
    Text,
}

impl Letter {
    /// A mail. Lines of `text` and `html` end in line feeds.
    ///
    /// # Errors
    /// When a part has a character that mail gives a meaning to (CR, LF, NUL: lettre's RUSTSEC-2026-0561).
    pub fn new(
        recipient: &Email,
        subject: impl Into<String>,
        text: impl Into<String>,
        html: impl Into<String>,
    ) -> Result<Self, LetterError> {
        let recipient = recipient.as_str().to_owned();
        let (subject, text, html) = (subject.into(), text.into(), html.into());
        Self::try_from(Written { recipient, subject, text, html, valid_until: None })
    }

    /// The same, not tried again once `instant` has come: its links are dead then.
    #[must_use]
    pub fn valid_until(self, instant: Timestamp) -> Self {
        Self { valid_until: Some(instant.0), ..self }
    }

    /// The address.
    #[must_use]
    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    /// One line.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The plain text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The HTML document.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.html
    }

    /// When trying again is of no more use, if its author said so.
    #[must_use]
    pub fn end(&self) -> Option<Timestamp> {
        self.valid_until.map(Timestamp)
    }
}

impl TryFrom<Written> for Letter {
    type Error = LetterError;

    fn try_from(written: Written) -> Result<Self, LetterError> {
        let Written { recipient, subject, text, html, valid_until } = written;
        if !Email::parse(&recipient).is_ok_and(|email| email.as_str() == recipient) {
            return Err(LetterError::Recipient);
        }
        // Two characters end a line for some readers without being control characters.
        if subject.trim().is_empty()
            || subject.chars().count() > LONGEST_SUBJECT
            || subject.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
        {
            return Err(LetterError::Subject);
        }
        if [&text, &html].iter().any(|part| part.contains(|c: char| c.is_control() && c != '\n' && c != '\t')) {
            return Err(LetterError::Text);
        }
        Ok(Self { recipient, subject, text, html, valid_until })
    }
}

impl std::fmt::Debug for Letter {
    // The text holds links that sign in.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// Queues a mail in the transaction of its cause; `false` when `event` has one already. After the commit,
/// [`Mailer::wake`] sends it without delay.
///
/// `event` names what happened, once and for all: `signup:ACCOUNT:ATTEMPT`.
///
/// # Errors
/// When the database refuses.
pub async fn queue(
    tx: &mut Tx,
    letter: &Letter,
    event: &str,
    account: Option<&AccountId>,
    random: &dyn Random,
    now: Timestamp,
) -> StoreResult<bool> {
    let (id, payload) = (random::uuid(random), serde_json::json!(letter).to_string());
    let message = NewMessage { id: &id, kind: KIND, event, account, recipient: letter.recipient(), payload: &payload };
    outbox::enqueue(tx, &message, now).await
}

/// How mail leaves.
pub enum Transport {
    /// Through a relay.
    Smtp(Box<Smtp>),
    /// Not at all: the demo shows it at `/dev/courriels`.
    None,
}

/// The node's way to send, and the bell that says that something is to be sent.
pub struct Mailer {
    /// How mail leaves.
    pub transport: Transport,
    queued: Notify,
}

impl Mailer {
    /// Over this transport.
    #[must_use]
    pub fn new(transport: Transport) -> Self {
        Self { transport, queued: Notify::new() }
    }

    /// Says that a mail has been queued and committed.
    pub fn wake(&self) {
        self.queued.notify_one();
    }

    /// Until [`Mailer::wake`] is called, or has been since the last time.
    pub async fn woken(&self) {
        self.queued.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email() -> Email {
        Email::parse("marie@lycee.example").unwrap()
    }

    #[test]
    fn h09_a_subject_or_text_with_line_breaks_or_controls_makes_no_letter() {
        for evil in ["", " ", "a\r\nBcc: b@c.example", "a\nb", "a\rb", "a\0b", "a\u{b}b", "a\u{85}b", "a\u{2028}b"] {
            assert_eq!(Letter::new(&email(), evil, "t", "h"), Err(LetterError::Subject), "{evil:?}");
        }
        assert_eq!(Letter::new(&email(), "é".repeat(251), "t", "h"), Err(LetterError::Subject));
        for evil in ["a\rb", "a\r\nb", "a\0b", "a\u{1b}[2Jb", "a\u{85}b"] {
            assert_eq!(Letter::new(&email(), "s", evil, "h"), Err(LetterError::Text), "{evil:?}");
            assert_eq!(Letter::new(&email(), "s", "t", evil), Err(LetterError::Text), "{evil:?}");
        }
        assert!(Letter::new(&email(), "Élève : « oui »", "a\n\tb\n.\n", "<p>a</p>\n").is_ok());
    }

    #[test]
    fn h07_a_row_of_the_outbox_is_checked_like_a_new_letter() {
        let good = Letter::new(&email(), "s", "t", "h").unwrap().valid_until(Timestamp(1));
        let json = serde_json::json!(good);
        assert_eq!(serde_json::from_value::<Letter>(json.clone()).unwrap(), good);
        for (field, evil) in [
            ("recipient", "a@b.example, c@d.example"),
            ("recipient", "a@b.example\r\nRCPT TO:<c@d.example>"),
            ("recipient", "Marie <a@b.example>"),
            ("recipient", ""),
            ("subject", "a\nBcc: c@d.example"),
            ("text", "\0"),
        ] {
            let mut changed = json.clone();
            changed[field] = evil.into();
            assert!(serde_json::from_value::<Letter>(changed).is_err(), "{field} {evil:?}");
        }
    }
}
