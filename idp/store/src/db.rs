//! The two engines behind one closed enum. SQL text is shared: `$1` placeholders work on both.

use std::{str::FromStr, time::Duration};

use sqlx::{
    Connection, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Readers, Redeemer, StoreResult};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// A page of the pool's patience: beyond it the caller answers 503 (R10).
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection that was in use this lately is used again unasked.
const TRUSTED: Duration = Duration::from_secs(1);
/// Pages in the log (4 KiB each) before they are copied into the file: rarer copies, a log of some 16 MiB.
const CHECKPOINT_PAGES: &str = "4000";

/// The database that holds everything durable.
#[derive(Clone, Debug)]
pub enum Db {
    /// `write` holds exactly one connection: writers queue in the pool, never on SQLITE_BUSY.
    Sqlite {
        /// Several readers.
        read: Readers,
        /// The one writer.
        write: SqlitePool,
        /// Redemptions, which share commits.
        redeemer: Redeemer,
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
    (read $db:expr, $conn:ident => $body:expr) => {
        match $db {
            $crate::Db::Sqlite { read, .. } => {
                let mut lease = read.lease().await?;
                let value = {
                    let $conn = lease.connection();
                    $body
                };
                lease.keep();
                value
            }
            $crate::Db::Postgres($conn) => $body,
        }
    };
    (write $db:expr, $conn:ident => $body:expr) => {
        match $db {
            $crate::Db::Sqlite { write: $conn, .. } => $body,
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
                // Asked before use only when it has not been used for a while: each question is a round trip.
                .test_before_acquire(false)
                .before_acquire(|connection, idle| {
                    Box::pin(async move {
                        if idle.idle_for >= TRUSTED {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .connect_with(options)
                .await?;
            return Ok(Self::Postgres(pool));
        }
        // What was answered must survive a power cut.
        Self::sqlite(url, SqliteSynchronous::Full, connections).await
    }

    /// Opens a SQLite file, and makes it when there is none.
    pub(crate) async fn sqlite(url: &str, synchronous: SqliteSynchronous, readers: u32) -> StoreResult<Self> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .busy_timeout(Duration::from_secs(5));
        // The writer comes first: it creates the file and switches it to WAL. A file does not hang up: no pings.
        let write = SqlitePoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT);
        let write = write.test_before_acquire(false).connect_with(options.clone()).await?;
        let read = Readers::open(options.read_only(true), readers, ACQUIRE_TIMEOUT).await?;
        let redeemer = Redeemer::start(write.clone());
        Ok(Self::Sqlite { read, write, redeemer })
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
            Self::Sqlite { read, write, .. } => {
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
