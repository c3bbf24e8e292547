//! What people agreed to share, per client.

use idp_core::{
    authorize::step::Consent,
    ids::{AccountId, ClientId},
    oauth::scope::Scope,
    time::Timestamp,
};
use sqlx::{query, query_as};

use crate::{Db, StoreResult, Tx, on_db, statements};

statements! {
    FIND = "select scope, granted_at from consents where account_id = $1 and client_id = $2";
    GIVE = "insert into consents (account_id, client_id, scope, granted_at) values ($1, $2, $3, $4)
        on conflict (account_id, client_id) do update set scope = excluded.scope, granted_at = excluded.granted_at";
}

/// The consent of a person to a client.
///
/// # Errors
/// When the database is away.
pub async fn find(db: &Db, account: &AccountId, client: &ClientId) -> StoreResult<Option<Consent>> {
    let row: Option<(String, i64)> = on_db!(read db, pool =>
        query_as(FIND).bind(account.as_str()).bind(client.as_str()).fetch_optional(pool).await?);
    Ok(row.map(|(scope, at)| Consent { scope: Scope::parse(&scope), granted_at: Timestamp(at) }))
}

/// Notes a consent, in place of an earlier one.
///
/// # Errors
/// When the database refuses.
pub async fn give(
    tx: &mut Tx,
    account: &AccountId,
    client: &ClientId,
    scope: &Scope,
    now: Timestamp,
) -> StoreResult<()> {
    on_db!(tx tx, conn => query(GIVE).bind(account.as_str()).bind(client.as_str()).bind(scope.to_string())
        .bind(now.0).execute(conn).await?.rows_affected());
    Ok(())
}
