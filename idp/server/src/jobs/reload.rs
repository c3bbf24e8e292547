//! Keeps what lies in memory at most a second old: counters in the database tell when to read it again.

use std::{sync::Arc, time::Duration};

use idp_store::sql::catalogue;
use tokio::time::{MissedTickBehavior, interval};

use super::tidy::tidy;
use crate::app::SharedApp;

const EVERY: Duration = Duration::from_secs(1);
/// In rounds.
const TIDY_EVERY: u64 = 60;

/// Watches until the program ends. What fails is logged and tried again: the last good values stay.
pub async fn run(app: SharedApp) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Zero is no version: the first round always reads.
    let mut seen = 0;
    for round in 0_u64.. {
        ticks.tick().await;
        match reload(&app, seen).await {
            Ok(version) => seen = version,
            Err(error) => tracing::warn!(error = format!("{error:#}"), "cannot reload the catalogue"),
        }
        if round % TIDY_EVERY == 0
            && let Err(error) = tidy(&app).await
        {
            tracing::warn!(error = format!("{error:#}"), "cannot tidy up");
        }
    }
}

/// Reads the catalogue again if its counter is another than `seen`; gives the counter.
///
/// # Errors
/// When the database is away.
pub async fn reload(app: &SharedApp, seen: i64) -> anyhow::Result<i64> {
    loop {
        let before = app.catalogue.load_full();
        let version = catalogue::version(&app.db, catalogue::CATALOGUE).await?;
        if version == seen {
            return Ok(version);
        }
        let read = Arc::new(catalogue::load(&app.db).await?);
        // Another reload was faster: what was read here may be older than what it read.
        if Arc::ptr_eq(&before, &app.catalogue.compare_and_swap(&before, read)) {
            return Ok(version);
        }
    }
}
