//! The journal: who, what, when, from where. Append-only.

use idp_core::time::Timestamp;
use sqlx::query;

use crate::{StoreResult, Tx, on_db, statements};

statements! {
    APPEND = "insert into journal (id, at, actor, action, subject, uai, details, address)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
}

/// One act.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Random, unique.
    pub id: &'a str,
    /// An account id, or `cli`, `demo`, `job`.
    pub actor: &'a str,
    /// A fixed word such as `session.opened`.
    pub action: &'static str,
    /// What it was done to.
    pub subject: Option<&'a str>,
    /// At which establishment.
    pub uai: Option<&'a str>,
    /// JSON; never a secret.
    pub details: &'a str,
    /// From where.
    pub address: Option<&'a str>,
}

/// Appends an act, in the transaction of the change that it tells of.
///
/// # Errors
/// When the database refuses; then the change must not stand either.
pub async fn append(tx: &mut Tx, entry: &Entry<'_>, now: Timestamp) -> StoreResult<()> {
    on_db!(tx tx, conn => query(APPEND).bind(entry.id).bind(now.0).bind(entry.actor).bind(entry.action)
        .bind(entry.subject).bind(entry.uai).bind(entry.details).bind(entry.address).execute(conn).await?.rows_affected());
    Ok(())
}
