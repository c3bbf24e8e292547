//! Keys at rest: always sealed under the master key.

use idp_core::{catalogue::SigningAlgorithm, time::Timestamp};
use sqlx::{FromRow, query, query_as};

use crate::{Db, StoreError, StoreResult, Tx, on_db, statements};

statements! {
    SIGNING_KEYS = "select kid, algorithm, public_jwk, sealed_jwk, active_from from signing_keys
        where retired_at is null or retired_at > $1 order by active_from, kid";
    ADD_SIGNING_KEY = "insert into signing_keys (kid, algorithm, public_jwk, sealed_jwk, created_at, active_from)
        values ($1, $2, $3, $4, $5, $6)";
    SEALING_KEYS = "select sealed from sealing_keys order by created_at desc, id";
    ADD_SEALING_KEY = "insert into sealing_keys (id, sealed, created_at) values ($1, $2, $3)";
}

/// A signing key as stored.
#[derive(Clone, Debug)]
pub struct StoredSigningKey {
    /// Its name.
    pub kid: String,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// Published.
    pub public_jwk: String,
    /// The private JWK under the master key.
    pub sealed_jwk: Vec<u8>,
    /// Signs from here on.
    pub active_from: Timestamp,
}

#[derive(FromRow)]
struct Row {
    kid: String,
    algorithm: String,
    public_jwk: String,
    sealed_jwk: Vec<u8>,
    active_from: i64,
}

/// Every signing key that is still published, oldest first.
///
/// # Errors
/// When the database is away, or names an algorithm that this program does not know.
pub async fn signing_keys(db: &Db, now: Timestamp) -> StoreResult<Vec<StoredSigningKey>> {
    let rows: Vec<Row> = on_db!(read db, pool => query_as(SIGNING_KEYS).bind(now.0).fetch_all(pool).await?);
    rows.into_iter()
        .map(|row| {
            let algorithm = SigningAlgorithm::from_name(&row.algorithm)
                .ok_or_else(|| StoreError::inconsistent("signing_keys", "algorithm", &row.kid))?;
            Ok(StoredSigningKey {
                kid: row.kid,
                algorithm,
                public_jwk: row.public_jwk,
                sealed_jwk: row.sealed_jwk,
                active_from: Timestamp(row.active_from),
            })
        })
        .collect()
}

/// Keeps a signing key.
///
/// # Errors
/// When the database refuses.
pub async fn add_signing_key(tx: &mut Tx, key: &StoredSigningKey, now: Timestamp) -> StoreResult<()> {
    on_db!(tx tx, conn => query(ADD_SIGNING_KEY).bind(&key.kid).bind(key.algorithm.as_str()).bind(&key.public_jwk)
        .bind(&key.sealed_jwk).bind(now.0).bind(key.active_from.0).execute(conn).await?.rows_affected());
    Ok(())
}

/// Every envelope key, newest first, still sealed.
///
/// # Errors
/// When the database is away.
pub async fn sealing_keys(db: &Db) -> StoreResult<Vec<Vec<u8>>> {
    let rows: Vec<(Vec<u8>,)> = on_db!(read db, pool => query_as(SEALING_KEYS).fetch_all(pool).await?);
    Ok(rows.into_iter().map(|(sealed,)| sealed).collect())
}

/// Keeps an envelope key.
///
/// # Errors
/// When the database refuses.
pub async fn add_sealing_key(tx: &mut Tx, id: &str, sealed: &[u8], now: Timestamp) -> StoreResult<()> {
    on_db!(tx tx, conn => query(ADD_SEALING_KEY).bind(id).bind(sealed).bind(now.0).execute(conn).await?.rows_affected());
    Ok(())
}
