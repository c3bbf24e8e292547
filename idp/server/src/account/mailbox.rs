//! `/dev/courriels`, in demo mode only: the mails that would have left.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use consent_ui::views::{MailHeader, MailLine, MailSegment, Mailbox, MailboxMessage};
use idp_store::sql::outbox::{self, Message};

use crate::{
    app::SharedApp,
    http::{
        browser::Browser,
        dates,
        response::{Failure, page},
    },
    mailer::Letter,
};

/// As many as one looks through.
const SHOWN: i64 = 50;

/// The list, newest first. Outside demo mode there is no such page.
pub async fn list(State(app): State<SharedApp>, browser: Browser) -> Result<Response, Failure> {
    if app.demo.is_none() {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    let mails = outbox::latest(&app.db, SHOWN).await?;
    let mails = mails.iter().filter_map(|message| {
        let letter = letter(message)?;
        let date = dates::minute(message.created_at);
        Some(MailLine {
            id: message.id.clone(),
            to: message.recipient.clone(),
            subject: letter.subject().to_owned(),
            date,
        })
    });
    Ok(page(Mailbox { chrome: browser.chrome(&app, None), mails: mails.collect() }.render()?))
}

/// One mail, its text part with addresses to follow.
pub async fn show(State(app): State<SharedApp>, browser: Browser, Path(id): Path<String>) -> Result<Response, Failure> {
    if app.demo.is_none() {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    let mails = outbox::latest(&app.db, SHOWN).await?;
    let found = mails.iter().find(|message| message.id == id).and_then(|message| Some((message, letter(message)?)));
    let Some((message, letter)) = found else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let header = |name: &str, value: String| MailHeader { name: name.to_owned(), value };
    let view = MailboxMessage {
        chrome: browser.chrome(&app, None),
        headers: vec![
            header("To", message.recipient.clone()),
            header("Subject", letter.subject().to_owned()),
            header("Date", dates::minute(message.created_at)),
        ],
        body: MailSegment::of(letter.text()),
        subject: letter.subject().to_owned(),
    };
    Ok(page(view.render()?))
}

fn letter(message: &Message) -> Option<Letter> {
    serde_json::from_str(&message.payload).ok()
}
