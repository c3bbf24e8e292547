//! Measuring for a while: a warm-up, then three windows, of which the median counts.

use std::time::{Duration, Instant};

use crate::table::Spread;

/// How many windows.
pub const WINDOWS: usize = 3;

/// How long each measurement takes.
#[derive(Clone, Copy, Debug)]
pub struct Windows {
    /// Before the first window.
    pub warm_up: Duration,
    /// Each window.
    pub length: Duration,
}

/// When each operation ended, and how long it took.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<(Instant, Duration)>);

impl Samples {
    /// Notes one operation that began then.
    pub fn note(&mut self, began: Instant) {
        let now = Instant::now();
        self.0.push((now, now - began));
    }

    /// Adds another user's.
    pub fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// What the windows gave.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Operations per second.
    pub rate: Spread,
    /// Of one operation, over all windows.
    pub p50: Duration,
    /// Of one operation, over all windows.
    pub p99: Duration,
}

impl Windows {
    /// Windows of so many seconds.
    pub fn of(seconds: f64) -> Self {
        Self { warm_up: Duration::from_secs_f64(seconds / 2.0), length: Duration::from_secs_f64(seconds) }
    }

    /// When the last window ends.
    pub fn end(&self, start: Instant) -> Instant {
        start + self.warm_up + self.length * WINDOWS as u32
    }

    /// Rates of the windows that began, after the warm-up, at `start`.
    pub fn figures(&self, start: Instant, samples: &Samples) -> Figures {
        let first = start + self.warm_up;
        let mut counts = [0_u32; WINDOWS];
        let mut took = Vec::with_capacity(samples.0.len());
        for (ended, duration) in &samples.0 {
            let Some(since) = ended.checked_duration_since(first) else { continue };
            let window = (since.as_secs_f64() / self.length.as_secs_f64()) as usize;
            if let Some(count) = counts.get_mut(window) {
                *count += 1;
                took.push(*duration);
            }
        }
        took.sort_unstable();
        let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default();
        let rates = counts.iter().map(|count| f64::from(*count) / self.length.as_secs_f64()).collect();
        Figures { rate: Spread::of(rates), p50: at(50), p99: at(99) }
    }

    /// Calls a function over and over on this thread.
    pub fn repeat(&self, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Spread> {
        let start = Instant::now();
        let (end, mut samples) = (self.end(start), Samples::default());
        let mut began = Instant::now();
        while began < end {
            work()?;
            samples.note(began);
            began = Instant::now();
        }
        Ok(self.figures(start, &samples).rate)
    }
}
