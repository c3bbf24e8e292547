//! Shared accounts of the old portal: found for linking, written by imports, upgraded by use.

use idp_core::{
    people::{email::Email, password::StoredHash},
    schools::{
        legacy_account::{LegacyAccount, LegacyIdentifier},
        uai::Uai,
    },
    time::Timestamp,
};
use sqlx::FromRow;

use crate::{Db, StoreError, StoreResult, Tx, on_db, statements};

statements! {
    FIND = "select identifier, uai, profile, email, password_hash, upgraded_at from legacy_accounts where identifier = $1";
    ALL = "select identifier, uai, profile, email, password_hash, upgraded_at from legacy_accounts order by identifier";
    UAIS = "select uai from establishments";
    /// Of a hash that use has upgraded since the import looked, the upgraded one stays.
    SAVE = "insert into legacy_accounts
                (identifier, uai, profile, email, password_hash, imported_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $6)
            on conflict (identifier) do update set
                uai = excluded.uai,
                profile = excluded.profile,
                email = excluded.email,
                password_hash = case when legacy_accounts.upgraded_at is null
                                     then excluded.password_hash else legacy_accounts.password_hash end,
                updated_at = excluded.updated_at";
    /// The old hash is the condition: of two people who sign in at once, one writes.
    UPGRADE = "update legacy_accounts set password_hash = $3, upgraded_at = $4, updated_at = $4
               where identifier = $1 and password_hash = $2";
}

#[derive(FromRow)]
struct Row {
    identifier: String,
    uai: String,
    profile: String,
    email: Option<String>,
    password_hash: String,
    upgraded_at: Option<i64>,
}

impl TryFrom<Row> for LegacyAccount {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let inconsistent = |column| StoreError::inconsistent("legacy_accounts", column, &row.identifier);
        Ok(Self {
            identifier: LegacyIdentifier::parse(&row.identifier).map_err(|_| inconsistent("identifier"))?,
            uai: Uai::parse(&row.uai).map_err(|_| inconsistent("uai"))?,
            email: row.email.as_deref().map(Email::parse).transpose().map_err(|_| inconsistent("email"))?,
            password: StoredHash::parse(&row.password_hash).map_err(|_| inconsistent("password_hash"))?,
            profile: row.profile.into(),
            upgraded_at: row.upgraded_at.map(Timestamp),
        })
    }
}

/// The account of this identifier.
///
/// # Errors
/// When the database fails, or holds a row that no import wrote.
pub async fn find(db: &Db, identifier: &LegacyIdentifier) -> StoreResult<Option<LegacyAccount>> {
    let row: Option<Row> =
        on_db!(read db, pool => sqlx::query_as(FIND).bind(identifier.as_str()).fetch_optional(pool).await)?;
    row.map(LegacyAccount::try_from).transpose()
}

/// Every account, by identifier: what an import compares its file with.
///
/// # Errors
/// As [`find`].
pub async fn all(db: &Db) -> StoreResult<Vec<LegacyAccount>> {
    let rows: Vec<Row> = on_db!(read db, pool => sqlx::query_as(ALL).fetch_all(pool).await)?;
    rows.into_iter().map(LegacyAccount::try_from).collect()
}

/// Every UAI that an account may name, those too that the directory lists no longer.
///
/// # Errors
/// When the database is away.
pub async fn known_uais(db: &Db) -> StoreResult<Vec<Uai>> {
    let rows: Vec<String> = on_db!(read db, pool => sqlx::query_scalar(UAIS).fetch_all(pool).await)?;
    rows.iter()
        .map(|text| Uai::parse(text).map_err(|_| StoreError::inconsistent("establishments", "uai", text)))
        .collect()
}

/// Adds an account or replaces what an earlier import said of it. `upgraded_at` is not written: only use sets it.
///
/// # Errors
/// When the database fails, or knows no such establishment.
pub async fn save(tx: &mut Tx, account: &LegacyAccount, now: Timestamp) -> StoreResult<()> {
    on_db!(tx tx, conn => sqlx::query(SAVE)
        .bind(account.identifier.as_str())
        .bind(account.uai.as_str())
        .bind(account.profile.as_str())
        .bind(account.email.as_ref().map(Email::as_str))
        .bind(account.password.expose())
        .bind(now.0)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Replaces a hash after the right password was given; `false` when another had replaced it meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn upgrade(
    db: &Db,
    identifier: &LegacyIdentifier,
    old: &StoredHash,
    new: &StoredHash,
    now: Timestamp,
) -> StoreResult<bool> {
    let rows = on_db!(write db, pool => sqlx::query(UPGRADE)
        .bind(identifier.as_str())
        .bind(old.expose())
        .bind(new.expose())
        .bind(now.0)
        .execute(pool)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
