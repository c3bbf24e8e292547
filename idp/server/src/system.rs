//! The two things that tests replace: the system's clock and its randomness.

use std::time::{SystemTime, UNIX_EPOCH};

use idp_core::{
    random::Random,
    time::{Clock, Timestamp},
};

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the present is read")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The operating system's random source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "the one place where the random source is read")]
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness nothing here is safe: stop, rather than answer with zeros.
        if getrandom::fill(bytes).is_err() {
            tracing::error!("the operating system gives no randomness");
            std::process::abort();
        }
    }
}
