//! The two engines behind one closed enum. SQL text is shared: `$1` placeholders work on both.

use std::{str::FromStr, time::Duration};

use sqlx::{
    PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::StoreResult;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// A page of the pool's patience: beyond it the caller answers 503 (R10).
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The database that holds everything durable.
#[derive(Clone, Debug)]
pub enum Db {
    /// `write` holds exactly one connection: writers queue in the pool, never on SQLITE_BUSY.
    Sqlite {
        /// Any number of readers.
        read: SqlitePool,
        /// The one writer.
        write: SqlitePool,
    },
    /// Readers and writers alike.
    Postgres(PgPool),
}

/// Several writes, one commit. Dropped without [`Tx::commit`], it rolls back.
#[derive(Debug)]
pub enum Tx {
    /// SQLite, begun IMMEDIATE.
    Sqlite(Transaction<'static, Sqlite>),
    /// PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// Stamps one body into both arms; `$conn` is an executor of the engine at hand.
///
/// `read` and `write` take a `&Db`, `tx` takes a `&mut Tx`. A body must end in a type that names no engine
/// (`rows_affected()`, rows, scalars). With several statements: `&mut *conn`.
#[macro_export]
macro_rules! on_db {
    (tx $tx:expr, $conn:ident => $body:expr) => {
        match $tx {
            $crate::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
    ($pool:ident $db:expr, $conn:ident => $body:expr) => {
        match $db {
            $crate::Db::Sqlite { $pool: $conn, .. } => $body,
            $crate::Db::Postgres($conn) => $body,
        }
    };
}

/// Names a file's SQL, and lists it so that a test can prepare every statement on both engines.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:literal;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*
        /// Every statement of this file, by name.
        pub const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…`, with at most `connections` readers.
    ///
    /// # Errors
    /// When the file or the server cannot be reached.
    pub async fn connect(url: &str, connections: u32) -> StoreResult<Self> {
        if !url.starts_with("sqlite:") {
            let options = PgConnectOptions::from_str(url)?.options([("statement_timeout", "5s")]);
            let pool = PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .connect_with(options)
                .await?;
            return Ok(Self::Postgres(pool));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was answered must survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let pool = || SqlitePoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT);
        // The writer comes first: it creates the file and switches it to WAL.
        let write = pool().max_connections(1).connect_with(options.clone()).await?;
        let read = pool().max_connections(connections).connect_with(options.read_only(true)).await?;
        Ok(Self::Sqlite { read, write })
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// When a migration fails, or when the database knows one that this program does not.
    pub async fn migrate(&self) -> StoreResult<()> {
        match self {
            Self::Sqlite { write, .. } => SQLITE.run(write).await?,
            Self::Postgres(pool) => POSTGRES.run(pool).await?,
        }
        Ok(())
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// When no connection is to be had in time.
    pub async fn begin(&self) -> StoreResult<Tx> {
        Ok(match self {
            // A deferred BEGIN would fail with SQLITE_BUSY when it turns from reading to writing.
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Closes every connection; a SQLite file is checkpointed.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes the writes of this transaction durable, all or none.
    ///
    /// # Errors
    /// When the database did not keep them.
    pub async fn commit(self) -> StoreResult<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
