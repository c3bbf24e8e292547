//! A small table in memory whose rows expire: enough for one process. A real application uses its own sessions.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Beyond this many rows the oldest goes: a visitor who never comes back must not fill the memory.
const CAPACITY: usize = 10_000;

/// Rows by random key, each for the same `lifetime`.
pub(crate) struct Memory<T> {
    lifetime: Duration,
    rows: Mutex<HashMap<String, (Instant, T)>>,
}

impl<T: Clone> Memory<T> {
    /// An empty table.
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self { lifetime, rows: Mutex::default() }
    }

    /// How long a row lives.
    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Keeps `value` until `now` + lifetime.
    pub(crate) fn insert(&self, now: Instant, key: String, value: T) {
        let mut rows = self.rows();
        if rows.len() >= CAPACITY {
            rows.retain(|_, (expires, _)| *expires > now);
        }
        if rows.len() >= CAPACITY
            && let Some(oldest) = rows.iter().min_by_key(|(_, (expires, _))| *expires).map(|(key, _)| key.clone())
        {
            rows.remove(&oldest);
        }
        rows.insert(key, (now + self.lifetime, value));
    }

    /// The row, if it has not expired.
    pub(crate) fn get(&self, now: Instant, key: &str) -> Option<T> {
        self.rows().get(key).filter(|(expires, _)| *expires > now).map(|(_, value)| value.clone())
    }

    /// Removes the row and returns it if it had not expired: nobody can take it a second time.
    pub(crate) fn take(&self, now: Instant, key: &str) -> Option<T> {
        self.rows().remove(key).filter(|(expires, _)| *expires > now).map(|(_, value)| value)
    }

    fn rows(&self) -> MutexGuard<'_, HashMap<String, (Instant, T)>> {
        // No code that holds the lock leaves a row half written, so a poisoned lock is still good.
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, Memory};
    use std::time::{Duration, Instant};

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_row_is_gone_when_its_lifetime_ends() {
        let (memory, start) = (Memory::new(MINUTE), Instant::now());
        memory.insert(start, "a".into(), 1);
        assert_eq!(memory.get(start + MINUTE - Duration::from_millis(1), "a"), Some(1));
        assert_eq!(memory.get(start + MINUTE, "a"), None);
        assert_eq!(memory.take(start + MINUTE, "a"), None);
    }

    #[test]
    fn a_row_is_taken_once() {
        let (memory, start) = (Memory::new(MINUTE), Instant::now());
        memory.insert(start, "a".into(), 1);
        assert_eq!(memory.take(start, "a"), Some(1));
        assert_eq!(memory.take(start, "a"), None);
    }

    #[test]
    fn a_full_table_drops_the_expired_rows_and_then_the_oldest() {
        let (memory, start) = (Memory::new(MINUTE), Instant::now());
        memory.insert(start, "oldest".into(), 0);
        for row in 1..CAPACITY {
            memory.insert(start + Duration::from_secs(1), row.to_string(), row);
        }
        memory.insert(start + Duration::from_secs(2), "new".into(), 0);
        assert_eq!(memory.get(start + Duration::from_secs(2), "oldest"), None);
        assert_eq!(memory.rows().len(), CAPACITY);
        memory.insert(start + MINUTE + Duration::from_secs(1), "later".into(), 0);
        assert_eq!(memory.rows().len(), 2);
    }
}
