//! Accounts: a person each.

use idp_core::{ids::AccountId, oidc::claims::Person, time::Timestamp};
use sqlx::{FromRow, query, query_as, query_scalar};

use crate::{Db, StoreResult, Tx, on_db, statements};

statements! {
    FIND_FOR_SIGN_IN = "select id, password_hash, status from accounts where email_key = $1";
    FIND_PERSON = "select id, given_name, family_name, contact_email, contact_verified_at, locale, updated_at
        from accounts where id = $1 and status = 'active'";
    CREATE = "insert into accounts (id, email, email_key, contact_email, contact_verified_at, password_hash, civility,
            given_name, family_name, locale, status, created_at, updated_at)
        values ($1, $2, $3, $2, $4, $5, $6, $7, $8, $9, $10, $11, $11) on conflict do nothing";
    FIND_FOR_CHECK = "select id, password_hash, status from accounts where id = $1";
    /// A later sign-up with the same address takes the place of one that nobody confirmed.
    DROP_PENDING_OF = "delete from accounts where email_key = $1 and status = 'pending'";
    DROP_PENDING = "delete from accounts where id = $1 and status = 'pending'";
    SWEEP_PENDING = "delete from accounts where status = 'pending' and created_at < $1";
    ACTIVATE = "update accounts set status = 'active', contact_verified_at = $2, updated_at = $2
        where id = $1 and status = 'pending'";
    COUNT = "select count(*) from accounts";
    REPLACE_PASSWORD = "update accounts set password_hash = $3, updated_at = $4 where id = $1 and password_hash = $2";
    SET_STATUS = "update accounts set status = $2, updated_at = $3 where id = $1";
}

/// Whether an account may do anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    /// Created, its address not yet confirmed: no session, no attachment, no link.
    Pending,
    /// In use.
    Active,
    /// Stopped by the Region's desk.
    Disabled,
}

impl AccountStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

/// What checking a password needs.
#[derive(Clone, Debug, FromRow)]
pub struct SignInRow {
    /// `sub`
    pub id: String,
    /// In any accepted format.
    pub password_hash: String,
    status: String,
}

impl SignInRow {
    /// Waits for its confirmation.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.status == AccountStatus::Pending.as_str()
    }

    /// Only an active account signs in.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == AccountStatus::Active.as_str()
    }
}

/// An account to be created.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// Its id.
    pub id: &'a AccountId,
    /// As typed: sign-in identifier and first contact address.
    pub email: &'a str,
    /// Canonical form: one account each.
    pub email_key: &'a str,
    /// When the address was confirmed.
    pub contact_verified_at: Option<Timestamp>,
    /// A stored hash, never a password.
    pub password_hash: &'a str,
    /// `madame`, `monsieur` or nothing.
    pub civility: Option<&'a str>,
    /// First name.
    pub given_name: &'a str,
    /// Last name.
    pub family_name: &'a str,
    /// `fr` or `en`
    pub locale: &'a str,
    /// Its state.
    pub status: AccountStatus,
}

#[derive(FromRow)]
pub(crate) struct PersonRow {
    pub id: String,
    pub given_name: String,
    pub family_name: String,
    pub contact_email: String,
    pub contact_verified_at: Option<i64>,
    pub locale: String,
    pub updated_at: i64,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        Self {
            account: AccountId::from(row.id),
            given_name: row.given_name,
            family_name: row.family_name,
            email: row.contact_email,
            email_verified: row.contact_verified_at.is_some(),
            locale: row.locale,
            updated_at: Timestamp(row.updated_at),
        }
    }
}

/// The account that signs in with this canonical address, whatever its state.
///
/// # Errors
/// When the database is away.
pub async fn find_for_sign_in(db: &Db, email_key: &str) -> StoreResult<Option<SignInRow>> {
    Ok(on_db!(read db, pool => query_as(FIND_FOR_SIGN_IN).bind(email_key).fetch_optional(pool).await?))
}

/// An active account's facts.
///
/// # Errors
/// When the database is away.
pub async fn find_person(db: &Db, account: &AccountId) -> StoreResult<Option<Person>> {
    let row: Option<PersonRow> =
        on_db!(read db, pool => query_as(FIND_PERSON).bind(account.as_str()).fetch_optional(pool).await?);
    Ok(row.map(Person::from))
}

/// Creates an account; `false` when the address has one.
///
/// # Errors
/// When the database refuses.
pub async fn create(tx: &mut Tx, account: &NewAccount<'_>, now: Timestamp) -> StoreResult<bool> {
    let created = on_db!(tx tx, conn => query(CREATE)
        .bind(account.id.as_str()).bind(account.email).bind(account.email_key)
        .bind(account.contact_verified_at.map(|at| at.0)).bind(account.password_hash).bind(account.civility)
        .bind(account.given_name).bind(account.family_name).bind(account.locale).bind(account.status.as_str())
        .bind(now.0).execute(conn).await?.rows_affected());
    Ok(created == 1)
}

/// The account of an id, for checking its password, whatever its state.
///
/// # Errors
/// When the database is away.
pub async fn find_for_check(db: &Db, account: &AccountId) -> StoreResult<Option<SignInRow>> {
    Ok(on_db!(read db, pool => query_as(FIND_FOR_CHECK).bind(account.as_str()).fetch_optional(pool).await?))
}

/// Makes room for a new sign-up: an account of this address that nobody confirmed goes, with its links.
///
/// # Errors
/// When the database refuses.
pub async fn drop_pending_of(tx: &mut Tx, email_key: &str) -> StoreResult<()> {
    on_db!(tx tx, conn => query(DROP_PENDING_OF).bind(email_key).execute(conn).await?.rows_affected());
    Ok(())
}

/// « Ce n'est pas moi »: `false` when the account was confirmed meanwhile, which then stays.
///
/// # Errors
/// When the database refuses.
pub async fn drop_pending(tx: &mut Tx, account: &AccountId) -> StoreResult<bool> {
    let dropped =
        on_db!(tx tx, conn => query(DROP_PENDING).bind(account.as_str()).execute(conn).await?.rows_affected());
    Ok(dropped == 1)
}

/// Removes accounts created before `before` that nobody confirmed (P35); gives how many.
///
/// # Errors
/// When the database refuses.
pub async fn sweep_pending(db: &Db, before: Timestamp) -> StoreResult<u64> {
    Ok(on_db!(write db, pool => query(SWEEP_PENDING).bind(before.0).execute(pool).await?.rows_affected()))
}

/// Confirms an account; `false` when it was not waiting for that.
///
/// # Errors
/// When the database refuses.
pub async fn activate(tx: &mut Tx, account: &AccountId, now: Timestamp) -> StoreResult<bool> {
    let changed =
        on_db!(tx tx, conn => query(ACTIVATE).bind(account.as_str()).bind(now.0).execute(conn).await?.rows_affected());
    Ok(changed == 1)
}

/// How many accounts there are.
///
/// # Errors
/// When the database is away.
pub async fn count(db: &Db) -> StoreResult<i64> {
    Ok(on_db!(read db, pool => query_scalar(COUNT).fetch_one(pool).await?))
}

/// Replaces a stored hash by a better one of the same password, unless it changed meanwhile.
///
/// # Errors
/// When the database refuses.
pub async fn replace_password(db: &Db, account: &str, old: &str, new: &str, now: Timestamp) -> StoreResult<bool> {
    let mut tx = db.begin().await?;
    let changed = on_db!(tx &mut tx, conn => query(REPLACE_PASSWORD)
        .bind(account).bind(old).bind(new).bind(now.0).execute(conn).await?.rows_affected());
    tx.commit().await?;
    Ok(changed == 1)
}

/// Puts an account into a state.
///
/// # Errors
/// When the database refuses.
pub async fn set_status(tx: &mut Tx, account: &AccountId, status: AccountStatus, now: Timestamp) -> StoreResult<()> {
    on_db!(tx tx, conn =>
        query(SET_STATUS).bind(account.as_str()).bind(status.as_str()).bind(now.0).execute(conn).await?.rows_affected());
    Ok(())
}
