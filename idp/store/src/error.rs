//! What can go wrong below the rules.

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

    /// The statement broke a unique constraint. Constraint names exist on PostgreSQL only: ask per statement.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Sql(error) if error.as_database_error().is_some_and(|e| e.is_unique_violation()))
    }
}
