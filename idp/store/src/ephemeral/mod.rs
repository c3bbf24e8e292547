//! What may be lost without taking a right away: flow state, counters. Redis when configured, otherwise SQL tables.
//!
//! Six primitives; what is single-use is decided by one write. Keys are hashes of bearer values, never the values.
//! Time is an argument everywhere, on Redis too: each value carries its expiry, and Redis' own one only frees memory.

mod redis;
mod sql;

use std::{fmt, time::Duration};

pub use self::{redis::RedisStore, sql::STATEMENTS};
use crate::{Db, StoreError, StoreResult};
use idp_core::time::Timestamp;

/// The ephemeral store behind one closed enum. Clones share their connections.
#[derive(Clone)]
pub enum Ephemeral {
    /// Tables: in a second file for SQLite, in the main database for PostgreSQL.
    Sql(Db),
    /// Redis 6.2 or later (`GETDEL`).
    Redis(RedisStore),
}

/// What a key is for. A key of one space never opens another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// A sealed authorization request that is too long to travel in the browser.
    AuthorizationRequest,
    /// A pushed authorization request (RFC 9126).
    PushedRequest,
}

impl Space {
    /// Every space.
    pub const ALL: [Self; 2] = [Self::AuthorizationRequest, Self::PushedRequest];

    /// The name under which it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationRequest => "authorization_request",
            Self::PushedRequest => "pushed_request",
        }
    }
}

/// The answer of [`Ephemeral::claim`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a claim that nobody looks at protects nothing"]
pub enum Claim {
    /// The key was free: it is the caller's now.
    Fresh,
    /// Somebody holds it.
    Taken,
}

/// How often something may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many at once; 0 counts as 1.
    pub burst: u32,
    /// How long one more takes to come back; at least a millisecond.
    pub period: Duration,
}

/// The answer of [`Ephemeral::hit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a limit that nobody looks at limits nothing"]
pub enum Hit {
    /// Go on.
    Allowed {
        /// How many more would be allowed at this instant.
        remaining: u32,
    },
    /// Too many.
    Limited {
        /// After this long the next one is allowed.
        retry_after: Duration,
    },
}

impl Ephemeral {
    /// Opens the SQLite file of a `sqlite:PATH` URL; not the file of the main database. Call [`Self::migrate`] next.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn sqlite(url: &str) -> StoreResult<Self> {
        Ok(Self::Sql(sql::open(url).await?))
    }

    /// Uses the tables of the main database, which its own migrations made. (The main SQLite file has none.)
    #[must_use]
    pub fn postgres(db: Db) -> Self {
        Self::Sql(db)
    }

    /// Connects to `redis://…`, `rediss://…` or `redis+unix:///path`; keys begin with `sc:`.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn redis(url: &str) -> StoreResult<Self> {
        Self::redis_with_prefix(url, "sc:").await
    }

    /// The same with keys of its own, for a server that is shared.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn redis_with_prefix(url: &str, prefix: &str) -> StoreResult<Self> {
        Ok(Self::Redis(RedisStore::connect(url, prefix).await?))
    }

    /// Brings the second SQLite file up to date; nothing to do elsewhere.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate(&self) -> StoreResult<()> {
        match self {
            Self::Sql(db) => sql::migrate(db).await,
            Self::Redis(_) => Ok(()),
        }
    }

    /// Keeps `value` until `expires_at`, in place of what the key held.
    ///
    /// # Errors
    /// When the store did not keep it.
    pub async fn put(
        &self,
        space: Space,
        key: &str,
        value: &[u8],
        expires_at: Timestamp,
        now: Timestamp,
    ) -> StoreResult<()> {
        match self {
            Self::Sql(db) => sql::put(db, space, key, value, expires_at).await,
            Self::Redis(redis) => redis.put(space, key, value, expires_at, now).await,
        }
    }

    /// The value, which stays; `None` once expired.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn peek(&self, space: Space, key: &str, now: Timestamp) -> StoreResult<Option<Vec<u8>>> {
        match self {
            Self::Sql(db) => sql::peek(db, space, key, now).await,
            Self::Redis(redis) => redis.peek(space, key, now).await,
        }
    }

    /// Forgets the key, whether it was there or not.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn remove(&self, space: Space, key: &str) -> StoreResult<()> {
        match self {
            Self::Sql(db) => sql::remove(db, space, key).await,
            Self::Redis(redis) => redis.remove(space, key).await,
        }
    }

    /// The value, to one caller only; `None` once expired or taken.
    ///
    /// # Errors
    /// When the store is away; the value may then be gone.
    pub async fn take_once(&self, space: Space, key: &str, now: Timestamp) -> StoreResult<Option<Vec<u8>>> {
        match self {
            Self::Sql(db) => sql::take_once(db, space, key, now).await,
            Self::Redis(redis) => redis.take_once(space, key, now).await,
        }
    }

    /// Takes the key for the caller until `expires_at`, if nobody holds it.
    ///
    /// # Errors
    /// When the store is away; the key may then be held.
    pub async fn claim(&self, space: Space, key: &str, expires_at: Timestamp, now: Timestamp) -> StoreResult<Claim> {
        let fresh = match self {
            Self::Sql(db) => sql::claim(db, space, key, expires_at, now).await?,
            Self::Redis(redis) => redis.claim(space, key, expires_at, now).await?,
        };
        Ok(if fresh { Claim::Fresh } else { Claim::Taken })
    }

    /// Counts one event against `key` (generic cell rate algorithm); a refused one does not count.
    ///
    /// # Errors
    /// When the store is away: the caller decides whether to go on without it.
    pub async fn hit(&self, key: &str, quota: Quota, now: Timestamp) -> StoreResult<Hit> {
        let cells = Cells::of(quota);
        let outcome = match self {
            Self::Sql(db) => sql::hit(db, key, cells, now).await?,
            Self::Redis(redis) => redis.hit(key, cells, now).await?,
        };
        Ok(cells.answer(outcome, now))
    }

    /// Deletes what has expired and gives the number of rows; Redis does so by itself.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sweep(&self, now: Timestamp) -> StoreResult<u64> {
        match self {
            Self::Sql(db) => sql::sweep(db, now).await,
            Self::Redis(_) => Ok(0),
        }
    }

    /// Closes the connections that belong to this store alone.
    pub async fn close(&self) {
        if let Self::Sql(db @ Db::Sqlite { .. }) = self {
            db.close().await;
        }
    }
}

impl fmt::Debug for Ephemeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sql(Db::Sqlite { .. }) => "Ephemeral::Sql(sqlite)",
            Self::Sql(Db::Postgres(_)) => "Ephemeral::Sql(postgres)",
            Self::Redis(_) => "Ephemeral::Redis",
        })
    }
}

/// A quota in milliseconds. The theoretical arrival time (TAT) of a key is the instant at which it is full again.
#[derive(Clone, Copy)]
struct Cells {
    step: i64,
    capacity: i64,
}

/// The TAT after a hit that counted, or the one that made it refused.
#[derive(Clone, Copy)]
enum Outcome {
    Allowed { tat: i64 },
    Limited { tat: i64 },
}

impl Cells {
    fn of(quota: Quota) -> Self {
        let step = i64::try_from(quota.period.as_millis()).unwrap_or(i64::MAX).max(1);
        Self { step, capacity: step.saturating_mul(i64::from(quota.burst.max(1))) }
    }

    fn answer(self, outcome: Outcome, now: Timestamp) -> Hit {
        match outcome {
            Outcome::Allowed { tat } => {
                let left = self.capacity.saturating_sub(tat.saturating_sub(now.0)) / self.step;
                Hit::Allowed { remaining: u32::try_from(left).unwrap_or(0) }
            }
            Outcome::Limited { tat } => {
                let wait = tat.saturating_add(self.step).saturating_sub(self.capacity).saturating_sub(now.0);
                // At least a millisecond: another caller may have moved the TAT in between.
                Hit::Limited { retry_after: Duration::from_millis(u64::try_from(wait).unwrap_or(0).max(1)) }
            }
        }
    }
}

/// A row that this program cannot have written.
fn inconsistent(column: &'static str, space: &str) -> StoreError {
    StoreError::inconsistent("ephemeral", column, space)
}
