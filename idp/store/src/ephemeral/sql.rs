//! The ephemeral store in SQL tables.

use idp_core::time::Timestamp;
use sqlx::{migrate::Migrator, query, query_scalar, sqlite::SqliteSynchronous};

use super::{Cells, Outcome, Space};
use crate::{Db, StoreResult, on_db, statements};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/ephemeral");

const READERS: u32 = 4;

statements! {
    PUT = "insert into ephemeral (space, key, value, expires_at) values ($1, $2, $3, $4)
        on conflict (space, key) do update set value = excluded.value, expires_at = excluded.expires_at";
    PEEK = "select value from ephemeral where space = $1 and key = $2 and expires_at > $3";
    REMOVE = "delete from ephemeral where space = $1 and key = $2";
    TAKE_ONCE = "delete from ephemeral where space = $1 and key = $2 and expires_at > $3 returning value";
    CLAIM = "insert into ephemeral (space, key, value, expires_at) values ($1, $2, $3, $4)
        on conflict (space, key) do update set value = excluded.value, expires_at = excluded.expires_at
        where ephemeral.expires_at <= $5";
    // $2 now, $3 the time of one event, $4 that of a full burst.
    HIT = "insert into buckets (key, tat) values ($1, cast($2 as bigint) + cast($3 as bigint))
        on conflict (key) do update set tat = case when buckets.tat > $2 then buckets.tat else $2 end + $3
        where case when buckets.tat > $2 then buckets.tat else $2 end + $3 - $2 <= cast($4 as bigint)
        returning tat";
    BUCKET = "select tat from buckets where key = $1";
    SWEEP = "delete from ephemeral where expires_at <= $1";
    SWEEP_BUCKETS = "delete from buckets where tat <= $1";
}

/// The second SQLite file: what it holds may be lost in a power cut, so a commit waits for no disk.
pub(super) async fn open(url: &str) -> StoreResult<Db> {
    Db::sqlite(url, SqliteSynchronous::Normal, READERS).await
}

pub(super) async fn migrate(db: &Db) -> StoreResult<()> {
    if let Db::Sqlite { write, .. } = db {
        SQLITE.run(write).await?;
    }
    Ok(())
}

pub(super) async fn put(db: &Db, space: Space, key: &str, value: &[u8], expires_at: Timestamp) -> StoreResult<()> {
    on_db!(write db, pool => {
        query(PUT).bind(space.as_str()).bind(key).bind(value).bind(expires_at.0).execute(pool).await?;
    });
    Ok(())
}

pub(super) async fn peek(db: &Db, space: Space, key: &str, now: Timestamp) -> StoreResult<Option<Vec<u8>>> {
    Ok(on_db!(read db, pool => {
        query_scalar(PEEK).bind(space.as_str()).bind(key).bind(now.0).fetch_optional(pool).await?
    }))
}

pub(super) async fn remove(db: &Db, space: Space, key: &str) -> StoreResult<()> {
    on_db!(write db, pool => {
        query(REMOVE).bind(space.as_str()).bind(key).execute(pool).await?;
    });
    Ok(())
}

pub(super) async fn take_once(db: &Db, space: Space, key: &str, now: Timestamp) -> StoreResult<Option<Vec<u8>>> {
    // `fetch_all`, since on SQLite `fetch_optional` would hide a commit that failed.
    let mut taken: Vec<Vec<u8>> = on_db!(write db, pool => {
        query_scalar(TAKE_ONCE).bind(space.as_str()).bind(key).bind(now.0).fetch_all(pool).await?
    });
    Ok(taken.pop())
}

pub(super) async fn claim(
    db: &Db,
    space: Space,
    key: &str,
    expires_at: Timestamp,
    now: Timestamp,
) -> StoreResult<bool> {
    let nothing: &[u8] = &[];
    let rows = on_db!(write db, pool => {
        query(CLAIM).bind(space.as_str()).bind(key).bind(nothing).bind(expires_at.0).bind(now.0)
            .execute(pool).await?.rows_affected()
    });
    Ok(rows == 1)
}

pub(super) async fn hit(db: &Db, key: &str, cells: Cells, now: Timestamp) -> StoreResult<Outcome> {
    let counted: Vec<i64> = on_db!(write db, pool => {
        query_scalar(HIT).bind(key).bind(now.0).bind(cells.step).bind(cells.capacity).fetch_all(pool).await?
    });
    if let Some(&tat) = counted.first() {
        return Ok(Outcome::Allowed { tat });
    }
    let tat: Option<i64> = on_db!(read db, pool => query_scalar(BUCKET).bind(key).fetch_optional(pool).await?);
    Ok(Outcome::Limited { tat: tat.unwrap_or(now.0) })
}

pub(super) async fn sweep(db: &Db, now: Timestamp) -> StoreResult<u64> {
    let mut rows = 0;
    for statement in [SWEEP, SWEEP_BUCKETS] {
        rows += on_db!(write db, pool => query(statement).bind(now.0).execute(pool).await?.rows_affected());
    }
    Ok(rows)
}
