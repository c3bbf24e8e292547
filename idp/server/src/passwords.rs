//! The hashing pool: as many threads as cores, beside tokio's, with a bounded queue (G02, G08).
//!
//! argon2 fills a core and 19 MiB for some 20 ms. More hashes at once than cores would only be slower and larger, so
//! they wait here; beyond the queue the caller is told to come back.

use std::{
    collections::VecDeque,
    fmt,
    num::NonZeroUsize,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use idp_core::{
    people::{
        argon2_hash::{Memory, PasswordCost, SALT_BYTES},
        legacy_hash::HashError,
        password::{Password, StoredHash, Verdict, verify},
    },
    random::Random,
};
use thiserror::Error;
use tokio::sync::oneshot;

/// An idle thread gives its 19 MiB back after this long.
const IDLE: Duration = Duration::from_secs(10);

/// Hashes that may wait for each thread: about two seconds' worth.
const QUEUE_PER_THREAD: usize = 100;

/// The queue is full: nothing was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("too many passwords are being checked")]
pub struct Busy {
    /// When to come back, for `Retry-After` (RFC 9110 §10.2.3).
    pub retry_after: Duration,
}

impl Busy {
    const SOON: Self = Self { retry_after: Duration::from_secs(2) };
}

enum Work {
    Verify { stored: Option<Box<StoredHash>>, password: Password, reply: oneshot::Sender<Verdict> },
    Hash { password: Password, reply: oneshot::Sender<String> },
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Work>,
    closed: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
    capacity: usize,
    cost: PasswordCost,
    random: Arc<dyn Random>,
    /// Compared with when there is no account, so that its absence takes as long as a wrong password.
    dummy: StoredHash,
    done: AtomicU64,
}

/// The pool. Dropping it ends its threads after the hash at hand; what waits is answered [`Busy`].
pub struct PasswordPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// Why there is no pool.
#[derive(Debug, Error)]
pub enum PoolError {
    /// The library refused the cost.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The system gave no thread.
    #[error("starting a hashing thread: {0}")]
    Thread(#[from] std::io::Error),
}

impl PasswordPool {
    /// A pool with a thread for each core, and room for 100 waiting hashes for each.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(cost: PasswordCost, random: Arc<dyn Random>) -> Result<Self, PoolError> {
        let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self::with(cost, random, threads, threads.get().saturating_mul(QUEUE_PER_THREAD))
    }

    /// A pool of `threads` threads where at most `capacity` hashes wait, those being made not counted.
    ///
    /// # Errors
    /// As [`PasswordPool::start`].
    pub fn with(
        cost: PasswordCost,
        random: Arc<dyn Random>,
        threads: NonZeroUsize,
        capacity: usize,
    ) -> Result<Self, PoolError> {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            changed: Condvar::new(),
            capacity,
            cost,
            random,
            dummy: StoredHash::parse(&cost.unmatched([0; SALT_BYTES])?.to_string())?,
            done: AtomicU64::new(0),
        });
        let mut pool = Self { shared, threads: Vec::with_capacity(threads.get()) };
        for number in 0..threads.get() {
            let shared = Arc::clone(&pool.shared);
            let thread = thread::Builder::new().name(format!("password-{number}"));
            pool.threads.push(thread.spawn(move || shared.run())?);
        }
        Ok(pool)
    }

    /// Compares a password with what is stored. Without anything stored (no such account) the work is the same and
    /// the answer [`Verdict::Wrong`].
    ///
    /// # Errors
    /// When the queue is full.
    pub async fn verify(&self, stored: Option<StoredHash>, password: Password) -> Result<Verdict, Busy> {
        let (reply, answer) = oneshot::channel();
        self.shared.push(Work::Verify { stored: stored.map(Box::new), password, reply })?;
        answer.await.map_err(|_| Busy::SOON)
    }

    /// Hashes a password for storage.
    ///
    /// # Errors
    /// When the queue is full.
    pub async fn hash(&self, password: Password) -> Result<String, Busy> {
        let (reply, answer) = oneshot::channel();
        self.shared.push(Work::Hash { password, reply })?;
        answer.await.map_err(|_| Busy::SOON)
    }

    /// Comparisons and hashes done since the start; a comparison with no account counts like any other.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.shared.done.load(Ordering::Relaxed)
    }
}

impl Drop for PasswordPool {
    fn drop(&mut self) {
        let waiting = {
            let mut queue = self.shared.lock();
            queue.closed = true;
            std::mem::take(&mut queue.waiting)
        };
        self.shared.changed.notify_all();
        drop(waiting);
        for thread in self.threads.drain(..) {
            // A thread that panicked has already said so.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for PasswordPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordPool").field("threads", &self.threads.len()).finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // The queue is consistent after every statement that could panic.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, work: Work) -> Result<(), Busy> {
        let mut queue = self.lock();
        if queue.closed || queue.waiting.len() >= self.capacity {
            return Err(Busy::SOON);
        }
        queue.waiting.push_back(work);
        drop(queue);
        self.changed.notify_one();
        Ok(())
    }

    fn run(&self) {
        let mut memory = Memory::default();
        while let Some(work) = self.next(&mut memory) {
            self.perform(work, &mut memory);
        }
    }

    /// Waits for work; `None` when the pool is dropped.
    fn next(&self, memory: &mut Memory) -> Option<Work> {
        let mut queue = self.lock();
        loop {
            if queue.closed {
                return None;
            }
            if let Some(work) = queue.waiting.pop_front() {
                return Some(work);
            }
            if memory.is_released() {
                queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let (again, wait) = self.changed.wait_timeout(queue, IDLE).unwrap_or_else(PoisonError::into_inner);
            queue = again;
            if wait.timed_out() && queue.waiting.is_empty() {
                memory.release();
            }
        }
    }

    fn perform(&self, work: Work, memory: &mut Memory) {
        // Counted before the answer leaves: whoever has an answer sees it counted.
        match work {
            // Whoever asked has gone away.
            Work::Verify { reply, .. } if reply.is_closed() => {}
            Work::Hash { reply, .. } if reply.is_closed() => {}
            Work::Verify { stored: Some(stored), password, reply } => {
                let verdict = verify(&stored, &password, self.cost, memory);
                self.done.fetch_add(1, Ordering::Relaxed);
                let _ = reply.send(verdict);
            }
            Work::Verify { stored: None, password, reply } => {
                // Whatever the comparison says: there is no account.
                verify(&self.dummy, &password, self.cost, memory);
                self.done.fetch_add(1, Ordering::Relaxed);
                let _ = reply.send(Verdict::Wrong);
            }
            Work::Hash { password, reply } => match password.hash(self.cost, &*self.random, memory) {
                Ok(hash) => {
                    self.done.fetch_add(1, Ordering::Relaxed);
                    let _ = reply.send(hash);
                }
                Err(error) => tracing::error!(%error, "hashing a password"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counter(AtomicU64);

    impl Random for Counter {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(u8::try_from(self.0.fetch_add(1, Ordering::Relaxed) % 251).unwrap());
        }
    }

    fn pool(threads: usize, capacity: usize) -> PasswordPool {
        let random = Arc::new(Counter(AtomicU64::new(1)));
        PasswordPool::with(PasswordCost::default(), random, NonZeroUsize::new(threads).unwrap(), capacity).unwrap()
    }

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[tokio::test]
    async fn a_hash_made_here_verifies_here() {
        let pool = pool(2, 8);
        let stored = StoredHash::parse(&pool.hash(password("Aa1!aaaa")).await.unwrap()).unwrap();
        assert_eq!(
            pool.verify(Some(stored.clone()), password("Aa1!aaaa")).await,
            Ok(Verdict::Right { upgrade: false })
        );
        assert_eq!(pool.verify(Some(stored), password("Aa1!aaab")).await, Ok(Verdict::Wrong));
    }

    #[tokio::test]
    async fn g02_an_unknown_account_costs_one_comparison_like_a_wrong_password() {
        let pool = pool(1, 8);
        let stored = StoredHash::parse(&pool.hash(password("Aa1!aaaa")).await.unwrap()).unwrap();
        let before = pool.done();
        assert_eq!(pool.verify(Some(stored), password("wrong")).await, Ok(Verdict::Wrong));
        assert_eq!(pool.done(), before + 1);
        assert_eq!(pool.verify(None, password("wrong")).await, Ok(Verdict::Wrong));
        assert_eq!(pool.done(), before + 2);
    }

    #[tokio::test]
    async fn g08_beyond_the_queue_the_answer_is_busy_and_nothing_is_lost() {
        let pool = pool(1, 4);
        let tries = (0..50).map(|_| pool.hash(password("Aa1!aaaa")));
        let mut tries: Vec<_> = tries.map(Box::pin).collect();
        let (mut answered, mut busy) = (0, 0);
        std::future::poll_fn(|context| {
            tries.retain_mut(|one| match one.as_mut().poll(context) {
                std::task::Poll::Ready(Ok(_)) => {
                    answered += 1;
                    false
                }
                std::task::Poll::Ready(Err(Busy { retry_after })) => {
                    assert!(retry_after >= Duration::from_secs(1));
                    busy += 1;
                    false
                }
                std::task::Poll::Pending => true,
            });
            if tries.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        assert_eq!(answered + busy, 50);
        assert!(answered >= 4, "{answered}");
        assert!(busy >= 40, "{busy}");
        assert_eq!(pool.done(), answered);
    }

    #[tokio::test]
    async fn a_dropped_pool_ends_its_threads_and_answers_who_waits() {
        let pool = pool(1, 64);
        let shared = Arc::clone(&pool.shared);
        let answers: Vec<_> = (0..32)
            .map(|_| {
                let (reply, answer) = oneshot::channel();
                shared.push(Work::Hash { password: password("Aa1!aaaa"), reply }).unwrap();
                answer
            })
            .collect();
        drop(pool);
        let mut dropped = 0;
        for answer in answers {
            dropped += u32::from(answer.await.is_err());
        }
        assert!(dropped >= 30, "{dropped}");
        assert_eq!(Arc::strong_count(&shared), 1, "no thread is left");
    }

    #[tokio::test]
    async fn nobody_hashes_for_a_caller_who_has_gone() {
        let pool = pool(1, 64);
        for _ in 0..32 {
            let (reply, answer) = oneshot::channel::<String>();
            drop(answer);
            pool.shared.push(Work::Hash { password: password("Aa1!aaaa"), reply }).unwrap();
        }
        pool.verify(None, password("wrong")).await.unwrap();
        assert_eq!(pool.done(), 1);
    }
}
