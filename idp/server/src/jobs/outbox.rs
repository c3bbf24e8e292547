//! Sends what waits in the outbox, tries again what could not leave, and says what never will.

use std::time::Duration;

use idp_core::time::Timestamp;
use idp_store::{
    StoreResult,
    sql::outbox::{self, Message},
};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};

use crate::{
    app::SharedApp,
    mailer::{Delivery, Letter, Transport},
};

/// How often to look, besides when told.
const EVERY: Duration = Duration::from_secs(1);
/// Deliveries at once: one slow relay address holds up so few others.
const AT_ONCE: i64 = 8;
/// A claim outlasts a delivery by far. A node that dies with it leaves the mail to another after this.
const CLAIM: Duration = Duration::from_secs(120);
/// How long to wait after the first, second, third and every further failed try.
const WAITS: [Duration; 4] = [minutes(1), minutes(5), minutes(15), minutes(60)];
/// A mail older than this says nothing useful any more.
const LONGEST_TRYING: Duration = minutes(24 * 60);
/// A mail that left must be noted as long as its claim lasts, or it leaves twice.
const NOTE_TRIES: usize = 100;

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count.saturating_mul(60))
}

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Handed over (or, without a relay, kept for display).
    pub delivered: usize,
    /// To be tried again.
    pub postponed: usize,
    /// Given up.
    pub failed: usize,
}

impl Stats {
    /// Whether nothing was taken.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.delivered == 0 && self.postponed == 0 && self.failed == 0
    }
}

/// Delivers until `stopped` resolves; what is under way is finished and noted first (30 s at most).
pub async fn run(app: SharedApp, stopped: impl Future<Output = ()> + Send) {
    let mut stopped = std::pin::pin!(stopped);
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let round = deliver_due(&app).await;
        let done = match round {
            Ok(stats) => stats.is_empty(),
            Err(error) => {
                tracing::warn!(%error, "cannot read the outbox");
                true
            }
        };
        let pause = async {
            if done {
                tokio::select! {
                    _ = ticks.tick() => {}
                    () = app.mail.woken() => {}
                }
            }
        };
        tokio::select! {
            biased;
            () = &mut stopped => break,
            () = pause => {}
        }
    }
    hang_up(&app).await;
}

/// One round: what is due now, oldest first, a few at once. Several workers may do this at the same time.
///
/// # Errors
/// When the outbox cannot be read. What fails after that is logged; the row is due again when its claim ends.
pub async fn deliver_due(app: &SharedApp) -> StoreResult<Stats> {
    let due = outbox::due(&app.db, AT_ONCE, app.now()).await?;
    if due.is_empty() {
        hang_up(app).await;
    }
    let mut running = JoinSet::new();
    for message in due {
        running.spawn(take_and_deliver(app.clone(), message));
    }
    let mut stats = Stats::default();
    while let Some(ended) = running.join_next().await {
        match ended {
            Ok(Ok(Some(Note::Delivered | Note::Displayed))) => stats.delivered += 1,
            Ok(Ok(Some(Note::Again { .. }))) => stats.postponed += 1,
            Ok(Ok(Some(Note::Failed(_)))) => stats.failed += 1,
            Ok(Ok(None)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "cannot note what became of a mail"),
            Err(error) => tracing::error!(%error, "a delivery ended abnormally"),
        }
    }
    Ok(stats)
}

/// What is to be written about a try.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Note {
    Delivered,
    Displayed,
    Again { at: Timestamp, why: String },
    Failed(String),
}

/// `None` when another worker has it.
async fn take_and_deliver(app: SharedApp, mut message: Message) -> StoreResult<Option<Note>> {
    if !outbox::claim(&app.db, &mut message, app.now() + CLAIM).await? {
        return Ok(None);
    }
    let note = deliver(&app, &message).await;
    let id = message.id.as_str();
    match &note {
        Note::Delivered | Note::Displayed => tracing::debug!(id, "mail delivered"),
        // Why is kept in the row: what a relay says names the recipient.
        Note::Again { at, .. } => tracing::info!(id, tries = message.attempts, %at, "mail postponed"),
        Note::Failed(_) => tracing::warn!(id, tries = message.attempts, "mail given up"),
    }
    for _ in 1..NOTE_TRIES {
        match write(&app, &message, &note).await {
            Ok(()) => return Ok(Some(note)),
            Err(error) => tracing::warn!(id, %error, "cannot note what became of a mail; trying again"),
        }
        sleep(EVERY).await;
    }
    write(&app, &message, &note).await.map(|()| Some(note))
}

async fn deliver(app: &SharedApp, message: &Message) -> Note {
    let Ok(letter) = serde_json::from_str::<Letter>(&message.payload) else {
        return Note::Failed("not a mail that this program may send".to_owned());
    };
    let Transport::Smtp(relay) = &app.mail.transport else { return Note::Displayed };
    let created_at = Timestamp(message.created_at);
    match relay.deliver(&letter, &message.id, created_at).await {
        Delivery::Sent => Note::Delivered,
        Delivery::Refused(why) => Note::Failed(why),
        Delivery::Later(why) => {
            let last = created_at + LONGEST_TRYING;
            next_try(message.attempts, app.now(), letter.end().map_or(last, |end| end.min(last)), why)
        }
    }
}

/// When to try again after `tries` failed tries; never at or after `end`.
fn next_try(tries: i64, now: Timestamp, end: Timestamp, why: String) -> Note {
    let place = usize::try_from(tries.saturating_sub(1)).unwrap_or(0);
    let wait = WAITS.get(place).or(WAITS.last()).copied().unwrap_or_default();
    let at = now + wait;
    if at < end { Note::Again { at, why } } else { Note::Failed(why) }
}

async fn write(app: &SharedApp, message: &Message, note: &Note) -> StoreResult<()> {
    let db = &app.db;
    match note {
        Note::Delivered => outbox::delivered(db, message, app.now()).await,
        Note::Displayed => outbox::displayed(db, message, app.now()).await,
        Note::Again { at, why } => outbox::again(db, message, *at, why).await,
        Note::Failed(why) => outbox::failed(db, message, why, app.now()).await,
    }
}

async fn hang_up(app: &SharedApp) {
    if let Transport::Smtp(relay) = &app.mail.transport {
        relay.hang_up().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r29_tries_are_1_5_15_then_60_minutes_apart_until_the_end() {
        let now = Timestamp(1_000_000_000);
        let wait = |tries, end| match next_try(tries, now, end, String::new()) {
            Note::Again { at, .. } => Some(at.since(now).as_secs() / 60),
            _ => None,
        };
        let end = now + LONGEST_TRYING;
        assert_eq!([1, 2, 3, 4, 5, 9].map(|tries| wait(tries, end)), [1, 5, 15, 60, 60, 60].map(Some));
        assert_eq!(wait(4, now + minutes(60)), None);
        assert_eq!(wait(4, now + minutes(61)), Some(60));
    }
}
