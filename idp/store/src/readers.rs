//! SQLite's readers: connections that go from hand to hand without a question asked.
//!
//! sqlx's pool pings a connection before each use and after it. That is right for a server on the network, and three
//! thread switches in place of one for a file.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::StoreResult;

/// At most so many connections, opened when they are first needed. Clones share them.
#[derive(Clone)]
pub struct Readers(Arc<Inner>);

struct Inner {
    options: SqliteConnectOptions,
    free: Arc<Semaphore>,
    patience: Duration,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Inner {
    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        // A push or a pop leaves the list whole whatever happens.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").field("free", &self.0.free.available_permits()).finish_non_exhaustive()
    }
}

impl Readers {
    /// Opens the first connection.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) async fn open(options: SqliteConnectOptions, most: u32, patience: Duration) -> StoreResult<Self> {
        let first = SqliteConnection::connect_with(&options).await?;
        let free = Arc::new(Semaphore::new(most.max(1) as usize));
        Ok(Self(Arc::new(Inner { options, free, patience, idle: Mutex::new(vec![first]) })))
    }

    /// A connection for one or several reads.
    ///
    /// # Errors
    /// [`sqlx::Error::PoolTimedOut`] when none is free in time (R10).
    pub async fn lease(&self) -> StoreResult<Lease> {
        let waiting = timeout(self.0.patience, self.0.free.clone().acquire_owned()).await;
        let permit = waiting.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.0.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => SqliteConnection::connect_with(&self.0.options).await?,
        };
        Ok(Lease { readers: self.0.clone(), connection, _permit: permit })
    }

    /// Closes every connection; those in use end with their use.
    pub(crate) async fn close(&self) {
        self.0.free.close();
        let idle = std::mem::take(&mut *self.0.idle());
        for connection in idle {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "closing a reader");
            }
        }
    }
}

/// A connection in use. Dropped without [`Lease::keep`], after an error or half-way, it is closed.
#[derive(Debug)]
pub struct Lease {
    readers: Arc<Inner>,
    connection: SqliteConnection,
    _permit: OwnedSemaphorePermit,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Readers")
    }
}

impl Lease {
    /// The connection.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Gives it back for the next reader: nothing is under way on it.
    pub fn keep(self) {
        if !self.readers.free.is_closed() {
            self.readers.idle().push(self.connection);
        }
    }
}
