//! Mailed links: single use, an expiry, one account, one address, one purpose.

use idp_core::{ids::AccountId, secret::TokenHash, time::Timestamp};
use sqlx::{FromRow, query, query_as};

use crate::{Db, StoreResult, Tx, on_db, statements};

statements! {
    ADD = "insert into mail_links (token_hash, purpose, account_id, address, browser_hash, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    /// A newer link voids the older ones (H03).
    VOID = "delete from mail_links where account_id = $1 and purpose = $2 and used_at is null";
    PEEK = "select account_id, address, browser_hash from mail_links
        where token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3";
    /// Single use, expiry and purpose are decided by the write itself (H02).
    USE = "update mail_links set used_at = $3 where token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3
        returning account_id, address, browser_hash";
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Confirms the address of a new account.
    ConfirmAccount,
    /// Sets a new password.
    NewPassword,
    /// Confirms a new contact address.
    ConfirmEmail,
    /// « Ce n'est pas moi »: takes a change of address back.
    CancelEmail,
    /// Ends every session.
    EndSessions,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmAccount => "confirm-account",
            Self::NewPassword => "new-password",
            Self::ConfirmEmail => "confirm-email",
            Self::CancelEmail => "cancel-email",
            Self::EndSessions => "end-sessions",
        }
    }
}

/// A link to be mailed.
#[derive(Clone, Debug)]
pub struct NewLink<'a> {
    /// SHA-256 of the token in the address.
    pub token_hash: TokenHash,
    /// What for.
    pub purpose: Purpose,
    /// Whose.
    pub account: &'a AccountId,
    /// What following it proves.
    pub address: &'a str,
    /// Of the browser that asked.
    pub browser_hash: Option<TokenHash>,
    /// Dead from here on.
    pub expires_at: Timestamp,
}

/// What a good link says. Whose it is comes from here alone (H04).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whose.
    pub account: AccountId,
    /// What it proves.
    pub address: String,
    /// Of the browser that asked.
    pub browser_hash: Option<TokenHash>,
}

#[derive(FromRow)]
struct Row {
    account_id: String,
    address: String,
    browser_hash: Option<Vec<u8>>,
}

impl From<Row> for Link {
    fn from(row: Row) -> Self {
        Self {
            account: AccountId::from(row.account_id),
            address: row.address,
            browser_hash: row.browser_hash.as_deref().and_then(TokenHash::from_bytes),
        }
    }
}

/// Keeps a link; older unused ones of the same account and purpose are void.
///
/// # Errors
/// When the database refuses.
pub async fn add(tx: &mut Tx, link: &NewLink<'_>, now: Timestamp) -> StoreResult<()> {
    void(tx, link.account, link.purpose).await?;
    on_db!(tx tx, conn => query(ADD).bind(link.token_hash.as_bytes()).bind(link.purpose.as_str())
        .bind(link.account.as_str()).bind(link.address).bind(link.browser_hash.as_ref().map(TokenHash::as_bytes))
        .bind(now.0).bind(link.expires_at.0).execute(conn).await?.rows_affected());
    Ok(())
}

/// Voids the unused links of an account for one purpose.
///
/// # Errors
/// When the database refuses.
pub async fn void(tx: &mut Tx, account: &AccountId, purpose: Purpose) -> StoreResult<()> {
    on_db!(tx tx, conn =>
        query(VOID).bind(account.as_str()).bind(purpose.as_str()).execute(conn).await?.rows_affected());
    Ok(())
}

/// Looks at a link without using it: opening the page changes nothing (H01).
///
/// # Errors
/// When the database is away.
pub async fn peek(db: &Db, token_hash: TokenHash, purpose: Purpose, now: Timestamp) -> StoreResult<Option<Link>> {
    let row: Option<Row> = on_db!(read db, pool => query_as(PEEK).bind(token_hash.as_bytes())
        .bind(purpose.as_str()).bind(now.0).fetch_optional(pool).await?);
    Ok(row.map(Link::from))
}

/// Uses a link, with what it allows, in one transaction (H05); `None` when it is used, void, expired or another's.
///
/// # Errors
/// When the database refuses.
pub async fn take(tx: &mut Tx, token_hash: TokenHash, purpose: Purpose, now: Timestamp) -> StoreResult<Option<Link>> {
    let row: Option<Row> = on_db!(tx tx, conn => query_as(USE).bind(token_hash.as_bytes()).bind(purpose.as_str())
        .bind(now.0).fetch_optional(conn).await?);
    Ok(row.map(Link::from))
}
