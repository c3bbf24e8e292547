//! The ephemeral store in Redis. A value is its expiry (milliseconds, 8 bytes, big-endian) and then its bytes.

use std::sync::LazyLock;

use idp_core::time::Timestamp;
use redis::{
    AsyncCommands, Client, Script, SetExpiry, SetOptions,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::{Cells, Outcome, Space, inconsistent};
use crate::StoreResult;

/// Redis forgets this much later than asked, milliseconds: the clock that decides is the caller's.
const MARGIN: i64 = 60_000;

/// KEYS: the key. ARGV: now, the new value, its time to live.
static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('get', KEYS[1])
        if held and struct.unpack('>i8', held) > tonumber(ARGV[1]) then return 0 end
        redis.call('set', KEYS[1], ARGV[2], 'px', ARGV[3])
        return 1",
    )
});

/// KEYS: the bucket. ARGV: now, the time of one event, that of a full burst, the margin.
static HIT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local now, step, capacity = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local tat = tonumber(redis.call('get', KEYS[1])) or now
        local next = math.max(tat, now) + step
        if next - now > capacity then return {0, tat} end
        local stay = next - now + tonumber(ARGV[4])
        redis.call('set', KEYS[1], string.format('%.0f', next), 'px', string.format('%.0f', stay))
        return {1, next}",
    )
});

/// A connection to Redis that reconnects, and the prefix of every key.
#[derive(Clone)]
pub struct RedisStore {
    connection: ConnectionManager,
    prefix: String,
}

impl RedisStore {
    pub(super) async fn connect(url: &str, prefix: &str) -> StoreResult<Self> {
        // One retry: a caller that waits for the network is better served by an error (503) than by patience.
        let config = ConnectionManagerConfig::new().set_number_of_retries(1);
        let connection = ConnectionManager::new_with_config(Client::open(url)?, config).await?;
        Ok(Self { connection, prefix: prefix.to_owned() })
    }

    fn key(&self, space: Space, key: &str) -> String {
        format!("{}{}:{key}", self.prefix, space.as_str())
    }

    pub(super) async fn put(
        &self,
        space: Space,
        key: &str,
        value: &[u8],
        expires_at: Timestamp,
        now: Timestamp,
    ) -> StoreResult<()> {
        let stay = SetOptions::default().with_expiration(SetExpiry::PX(time_to_live(expires_at, now)));
        let stored = encode(value, expires_at);
        let () = self.connection.clone().set_options(self.key(space, key), stored, stay).await?;
        Ok(())
    }

    pub(super) async fn peek(&self, space: Space, key: &str, now: Timestamp) -> StoreResult<Option<Vec<u8>>> {
        let stored: Option<Vec<u8>> = self.connection.clone().get(self.key(space, key)).await?;
        decode(stored, space, now)
    }

    pub(super) async fn remove(&self, space: Space, key: &str) -> StoreResult<()> {
        let () = self.connection.clone().del(self.key(space, key)).await?;
        Ok(())
    }

    pub(super) async fn take_once(&self, space: Space, key: &str, now: Timestamp) -> StoreResult<Option<Vec<u8>>> {
        let stored: Option<Vec<u8>> = self.connection.clone().get_del(self.key(space, key)).await?;
        decode(stored, space, now)
    }

    pub(super) async fn claim(
        &self,
        space: Space,
        key: &str,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> StoreResult<bool> {
        Ok(CLAIM
            .key(self.key(space, key))
            .arg(now.0)
            .arg(encode(&[], expires_at))
            .arg(time_to_live(expires_at, now))
            .invoke_async(&mut self.connection.clone())
            .await?)
    }

    pub(super) async fn hit(&self, key: &str, cells: Cells, now: Timestamp) -> StoreResult<Outcome> {
        let (allowed, tat): (bool, i64) = HIT
            .key(format!("{}bucket:{key}", self.prefix))
            .arg(now.0)
            .arg(cells.step)
            .arg(cells.capacity)
            .arg(MARGIN)
            .invoke_async(&mut self.connection.clone())
            .await?;
        Ok(if allowed { Outcome::Allowed { tat } } else { Outcome::Limited { tat } })
    }
}

/// Milliseconds for `PX`, which refuses zero.
fn time_to_live(expires_at: Timestamp, now: Timestamp) -> u64 {
    let stay = expires_at.0.saturating_sub(now.0).max(0).saturating_add(MARGIN);
    u64::try_from(stay).unwrap_or(1)
}

fn encode(value: &[u8], expires_at: Timestamp) -> Vec<u8> {
    [&expires_at.0.to_be_bytes(), value].concat()
}

fn decode(stored: Option<Vec<u8>>, space: Space, now: Timestamp) -> StoreResult<Option<Vec<u8>>> {
    let Some(stored) = stored else { return Ok(None) };
    let (expires_at, value) = stored.split_first_chunk().ok_or_else(|| inconsistent("expires_at", space.as_str()))?;
    let live = i64::from_be_bytes(*expires_at) > now.0;
    Ok(live.then(|| value.to_vec()))
}
