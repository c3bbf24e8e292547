//! What can go wrong below the rules.

use std::sync::Arc;

use sqlx::migrate::MigrateError;
use thiserror::Error;

/// A query that did not give what its caller may count on.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database refused or is away.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migrate(#[from] MigrateError),
    /// Redis refused or is away.
    #[error("redis: {0}")]
    Redis(#[from] redis::RedisError),
    /// Several writes shared a commit, and it was not kept.
    #[error("{0}")]
    Together(#[source] Arc<StoreError>),
    /// A row that this program cannot have written.
    #[error("inconsistent row {row} in {table}: {column}")]
    Inconsistent {
        /// Table name.
        table: &'static str,
        /// Column name.
        column: &'static str,
        /// Its key; never a secret.
        row: String,
    },
}

/// The result of every store function.
pub type StoreResult<T> = Result<T, StoreError>;

impl StoreError {
    /// A value of another writer, or of a damaged file.
    pub fn inconsistent(table: &'static str, column: &'static str, row: impl ToString) -> Self {
        Self::Inconsistent { table, column, row: row.to_string() }
    }

    /// No connection in time, or a statement that took too long: another moment may do (R09, R10).
    #[must_use]
    pub fn is_overload(&self) -> bool {
        /// PostgreSQL's `query_canceled`, which a statement timeout raises.
        const QUERY_CANCELED: &str = "57014";
        match self {
            Self::Sql(sqlx::Error::PoolTimedOut) => true,
            Self::Sql(error) => error.as_database_error().is_some_and(|e| e.code().as_deref() == Some(QUERY_CANCELED)),
            Self::Together(error) => error.is_overload(),
            _ => false,
        }
    }

    /// The statement broke a unique constraint. Constraint names exist on PostgreSQL only: ask per statement.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Sql(error) if error.as_database_error().is_some_and(|e| e.is_unique_violation()))
    }
}
