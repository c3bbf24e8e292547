//! Time and randomness that a test holds in its hand.

use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::Duration,
};

use idp_core::{
    random::Random,
    time::{Clock, Timestamp},
};
use openssl::sha::Sha256;

/// 2026-11-23T08:00:00Z.
pub const START: Timestamp = Timestamp(1_795_420_800_000);

/// A clock that only moves when told to.
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn new() -> Self {
        Self(AtomicI64::new(START.0))
    }

    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    pub fn advance(&self, by: Duration) {
        self.set(self.now() + by);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// SHA-256 over a seed and a counter: the same bytes at every run of a test, others in another test.
pub struct SeededRandom {
    seed: String,
    block: AtomicU64,
}

impl SeededRandom {
    pub fn new(seed: &str) -> Self {
        Self { seed: seed.to_owned(), block: AtomicU64::new(0) }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = self.block.fetch_add(1, Ordering::SeqCst);
            let mut hash = Sha256::new();
            hash.update(self.seed.as_bytes());
            hash.update(&block.to_be_bytes());
            chunk.copy_from_slice(&hash.finish()[..chunk.len()]);
        }
    }
}
