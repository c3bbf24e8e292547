//! The durable outbox: what leaves, with its tries.

use idp_core::{ids::AccountId, time::Timestamp};
use sqlx::{FromRow, query, query_as};

use crate::{Db, StoreResult, Tx, on_db, statements};

statements! {
    /// One row for one event: asking twice sends once.
    ENQUEUE = "insert into outbox (id, kind, event, account_id, recipient, payload, created_at, due_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (event) do nothing";
    DUE = "select id, kind, recipient, payload, created_at, attempts from outbox
        where delivered_at is null and failed_at is null and due_at <= $1 order by due_at, id limit $2";
    /// Whoever moves the due time has the row, until then: a conditional write, no lock.
    CLAIM = "update outbox set due_at = $3, attempts = attempts + 1
        where id = $1 and attempts = $2 and delivered_at is null and failed_at is null";
    /// What has left is forgotten: the text may hold a link that still works (H15).
    DELIVERED = "update outbox set delivered_at = $2, last_error = null, payload = '' where id = $1";
    DISPLAYED = "update outbox set delivered_at = $2, last_error = null where id = $1";
    /// Of the newest try only: a worker that was held up for longer than its claim says nothing any more.
    AGAIN = "update outbox set due_at = $3, last_error = $4
        where id = $1 and attempts = $2 and delivered_at is null and failed_at is null";
    FAILED = "update outbox set failed_at = $3, last_error = $4, payload = ''
        where id = $1 and attempts = $2 and delivered_at is null and failed_at is null";
    LATEST = "select id, kind, recipient, payload, created_at, attempts from outbox where payload <> ''
        order by created_at desc, id limit $1";
}

/// Something to be sent.
#[derive(Clone, Debug)]
pub struct NewMessage<'a> {
    /// Random; the left part of a mail's Message-ID.
    pub id: &'a str,
    /// `mail`
    pub kind: &'a str,
    /// Names the event: a second message for it is not queued.
    pub event: &'a str,
    /// Whom it concerns.
    pub account: Option<&'a AccountId>,
    /// One address.
    pub recipient: &'a str,
    /// JSON.
    pub payload: &'a str,
}

/// Something that waits.
#[derive(Clone, Debug, FromRow)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// `mail`
    pub kind: String,
    /// One address.
    pub recipient: String,
    /// JSON.
    pub payload: String,
    /// When it was queued, milliseconds.
    pub created_at: i64,
    /// Tries so far, a claimed one included.
    pub attempts: i64,
}

/// Queues a message with the change that causes it; `false` when its event is queued already.
///
/// # Errors
/// When the database refuses.
pub async fn enqueue(tx: &mut Tx, message: &NewMessage<'_>, now: Timestamp) -> StoreResult<bool> {
    let queued = on_db!(tx tx, conn => query(ENQUEUE).bind(message.id).bind(message.kind).bind(message.event)
        .bind(message.account.map(AccountId::as_str)).bind(message.recipient).bind(message.payload).bind(now.0)
        .execute(conn).await?.rows_affected());
    Ok(queued == 1)
}

/// What is due, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn due(db: &Db, limit: i64, now: Timestamp) -> StoreResult<Vec<Message>> {
    Ok(on_db!(read db, pool => query_as(DUE).bind(now.0).bind(limit).fetch_all(pool).await?))
}

/// Takes a message until `until`, when another worker may try; `false` when another has it.
///
/// The caller's copy then says which try this is, as [`again`] and [`failed`] ask.
///
/// # Errors
/// When the database refuses.
pub async fn claim(db: &Db, message: &mut Message, until: Timestamp) -> StoreResult<bool> {
    let taken = on_db!(write db, pool => query(CLAIM).bind(&message.id).bind(message.attempts).bind(until.0)
        .execute(pool).await?.rows_affected());
    message.attempts = message.attempts.saturating_add(1);
    Ok(taken == 1)
}

/// Notes that a message left, and forgets its text.
///
/// # Errors
/// When the database refuses.
pub async fn delivered(db: &Db, message: &Message, now: Timestamp) -> StoreResult<()> {
    on_db!(write db, pool => query(DELIVERED).bind(&message.id).bind(now.0).execute(pool).await?.rows_affected());
    Ok(())
}

/// Notes that a message is shown in the place of being sent, and keeps its text for [`latest`].
///
/// # Errors
/// When the database refuses.
pub async fn displayed(db: &Db, message: &Message, now: Timestamp) -> StoreResult<()> {
    on_db!(write db, pool => query(DISPLAYED).bind(&message.id).bind(now.0).execute(pool).await?.rows_affected());
    Ok(())
}

/// Notes that a claimed message did not leave, why, and when to try again.
///
/// # Errors
/// When the database refuses.
pub async fn again(db: &Db, message: &Message, at: Timestamp, error: &str) -> StoreResult<()> {
    on_db!(write db, pool => query(AGAIN).bind(&message.id).bind(message.attempts).bind(at.0).bind(error)
        .execute(pool).await?.rows_affected());
    Ok(())
}

/// Notes that a claimed message will never leave, and why; forgets its text.
///
/// # Errors
/// When the database refuses.
pub async fn failed(db: &Db, message: &Message, error: &str, now: Timestamp) -> StoreResult<()> {
    on_db!(write db, pool => query(FAILED).bind(&message.id).bind(message.attempts).bind(now.0).bind(error)
        .execute(pool).await?.rows_affected());
    Ok(())
}

/// The newest messages whose text is kept, for the demo's mailbox.
///
/// # Errors
/// When the database is away.
pub async fn latest(db: &Db, limit: i64) -> StoreResult<Vec<Message>> {
    Ok(on_db!(read db, pool => query_as(LATEST).bind(limit).fetch_all(pool).await?))
}
