//! A progress bar for whoever waits before a terminal; nothing anywhere else.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far a long command is. Cleared when dropped.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar of `total` steps on standard error, when that is a terminal.
    #[must_use]
    pub fn on_terminal(label: &'static str, total: usize) -> Self {
        let bar = ProgressBar::with_draw_target(count(total).into(), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:32} {human_pos}/{human_len} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message(label);
        Self(bar)
    }

    /// A bar that is never seen.
    #[must_use]
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// `steps` more are done.
    pub fn advance(&self, steps: usize) {
        self.0.inc(count(steps));
    }
}

fn count(steps: usize) -> u64 {
    u64::try_from(steps).unwrap_or(u64::MAX)
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
