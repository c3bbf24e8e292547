//! Redemptions on SQLite share their commits: what waits while the disk works is written together next.

use std::sync::Arc;

use idp_core::{authorize::code::Code, ids::GrantId, time::Timestamp};
use sqlx::SqlitePool;
use tokio::sync::{mpsc, oneshot};

use crate::{StoreError, StoreResult, sql::grants};

/// Redemptions of one commit; as many texts of the statement are kept prepared.
const MOST: usize = 32;
/// Beyond it the sender waits.
const QUEUE: usize = 1024;

/// Where redemptions wait for their commit. Clones are the same queue.
#[derive(Clone, Debug)]
pub struct Redeemer(mpsc::Sender<Waiting>);

#[derive(Debug)]
struct Waiting {
    code: Code,
    now: Timestamp,
    reply: oneshot::Sender<StoreResult<bool>>,
}

impl Redeemer {
    /// Starts the task that writes; it ends with the last clone.
    pub(crate) fn start(write: SqlitePool) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(run(write, receiver));
        Self(sender)
    }

    /// Whether the code's grant was inserted. The answer comes after the commit, and whoever stops waiting for it
    /// stops nobody else's.
    ///
    /// # Errors
    /// When the database refuses; then nothing of that commit was kept.
    pub(crate) async fn insert(&self, code: &Code, now: Timestamp) -> StoreResult<bool> {
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting { code: code.clone(), now, reply };
        self.0.send(waiting).await.map_err(|_| sqlx::Error::PoolClosed)?;
        answer.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }
}

async fn run(write: SqlitePool, mut receiver: mpsc::Receiver<Waiting>) {
    let mut together = Vec::with_capacity(MOST);
    while receiver.recv_many(&mut together, MOST).await > 0 {
        match grants::insert_together(&write, together.iter().map(|one| (&one.code, one.now))).await {
            Ok(inserted) => answer(together.drain(..), inserted),
            Err(error) => {
                let error = Arc::new(error);
                for one in together.drain(..) {
                    // Nobody waits any more: nothing to tell.
                    let _ = one.reply.send(Err(StoreError::Together(error.clone())));
                }
            }
        }
    }
}

fn answer(together: impl Iterator<Item = Waiting>, mut inserted: Vec<String>) {
    for one in together {
        // Taken out: of two requests with one code, the first has it.
        let fresh = take(&mut inserted, &one.code.grant);
        let _ = one.reply.send(Ok(fresh));
    }
}

fn take(inserted: &mut Vec<String>, grant: &GrantId) -> bool {
    match inserted.iter().position(|id| id == grant.as_str()) {
        Some(at) => {
            inserted.swap_remove(at);
            true
        }
        None => false,
    }
}
