//! A letter as the bytes of a mail: always the same headers, always one recipient, the same bytes at every try.

use std::time::{Duration, SystemTime};

use idp_core::time::Timestamp;
use lettre::{
    Address, Message,
    address::{AddressError, Envelope},
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use thiserror::Error;

use super::Letter;

/// Why a letter is no mail.
#[derive(Debug, Error)]
pub(super) enum ComposeError {
    #[error("the address is not accepted: {0}")]
    Address(#[from] AddressError),
    #[error("the mail cannot be written: {0}")]
    Message(#[from] lettre::error::Error),
}

/// What every mail of a node has in common.
pub(super) struct Letterhead {
    /// The `From` of every mail.
    pub sender: Address,
    /// The right part of the Message-ID.
    pub host: String,
}

impl Letterhead {
    /// The mail that outbox row `id` becomes (RFC 5322 §3.6, RFC 2046 §5.1.4, RFC 3834 §5).
    ///
    /// Date and boundary come from the row, so that a second copy is the same mail to whoever receives both.
    pub fn compose(&self, letter: &Letter, id: &str, created_at: Timestamp) -> Result<Message, ComposeError> {
        let recipient: Address = letter.recipient().parse()?;
        let envelope = Envelope::new(Some(self.sender.clone()), vec![recipient.clone()])?;
        let both = MultiPart::alternative()
            .boundary(format!("part-{id}"))
            .singlepart(SinglePart::plain(letter.text().to_owned()))
            .singlepart(SinglePart::html(letter.html().to_owned()));
        let message = Message::builder()
            .from(Mailbox::new(None, self.sender.clone()))
            .to(Mailbox::new(None, recipient))
            .subject(letter.subject())
            .date(instant(created_at))
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .raw_header(auto_submitted())
            .envelope(envelope)
            .multipart(both)?;
        Ok(message)
    }
}

/// Keeps holiday notices from answering.
fn auto_submitted() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}

fn instant(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or(0))
}
