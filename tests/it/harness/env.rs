//! What a test is given: fresh places of its own, a clock, randomness.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use idp_store::{Db, ephemeral::Ephemeral};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::{Browser, SeededRandom, TestClock, postgres, redis};

const CONNECTIONS: u32 = 8;

/// The services that a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// SQLite, its ephemeral file beside it.
    Sqlite,
    /// PostgreSQL and Redis.
    Postgres,
    /// Ephemeral store only: SQLite.
    SqliteSql,
    /// Ephemeral store only: the tables in PostgreSQL.
    PostgresSql,
    /// Ephemeral store only: Redis.
    Redis,
    /// A test that needs none, or asks for what it needs; SQLite where it does not say.
    Once,
}

impl Backend {
    /// The suffix of the test's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::SqliteSql => "sqlite-sql",
            Self::PostgresSql => "postgres-sql",
            Self::Redis => "redis",
            Self::Once => "",
        }
    }
}

/// The surroundings of one test. Clones are the same surroundings.
#[derive(Clone)]
pub struct Env(Arc<Inner>);

struct Inner {
    backend: Backend,
    clock: Arc<TestClock>,
    random: Arc<SeededRandom>,
    folder: TempDir,
    prefix: String,
    database: OnceCell<String>,
    created: Mutex<Vec<String>>,
    opened: Mutex<Vec<Db>>,
    stores: Mutex<Vec<Ephemeral>>,
    browsers: Mutex<Vec<Browser>>,
}

impl Env {
    pub(super) fn new(name: &str, backend: Backend) -> Self {
        Self(Arc::new(Inner {
            backend,
            clock: Arc::new(TestClock::new()),
            random: Arc::new(SeededRandom::new(name)),
            folder: tempfile::tempdir().expect("a temporary folder"),
            prefix: format!("{name}:"),
            database: OnceCell::new(),
            created: Mutex::default(),
            opened: Mutex::default(),
            stores: Mutex::default(),
            browsers: Mutex::default(),
        }))
    }

    pub fn backend(&self) -> Backend {
        self.0.backend
    }

    pub fn clock(&self) -> Arc<TestClock> {
        Arc::clone(&self.0.clock)
    }

    pub fn random(&self) -> Arc<SeededRandom> {
        Arc::clone(&self.0.random)
    }

    /// A folder of this test, removed at its end.
    pub fn folder(&self) -> &Path {
        self.0.folder.path()
    }

    /// The URL of this test's one database, with the whole schema. The same at every call, so that nodes can share it.
    pub async fn database_url(&self) -> String {
        let create = || async {
            match self.0.backend {
                Backend::Postgres | Backend::PostgresSql => self.postgres_url().await,
                _ => self.sqlite_url("main").await,
            }
        };
        self.0.database.get_or_init(create).await.clone()
    }

    /// A pool of its own on this test's database.
    pub async fn db(&self) -> Db {
        self.open(&self.database_url().await).await
    }

    /// A pool on a further SQLite database with the whole schema, whatever the backend.
    pub async fn sqlite(&self) -> Db {
        self.open(&self.sqlite_url("other").await).await
    }

    /// A pool on a further PostgreSQL database with the whole schema, whatever the backend.
    pub async fn postgres(&self) -> Db {
        self.open(&self.postgres_url().await).await
    }

    /// Where this test's ephemeral store lies: `sqlite:…`, or `redis+unix:…` (with [`Self::prefix`]).
    pub async fn ephemeral_url(&self) -> String {
        match self.0.backend {
            Backend::Postgres | Backend::Redis => redis::url().await,
            Backend::PostgresSql => self.database_url().await,
            _ => format!("sqlite:{}", self.folder().join("ephemeral.db").display()),
        }
    }

    /// What every Redis key of this test begins with.
    pub fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// The ephemeral store, migrated. The same contents at every call.
    pub async fn ephemeral(&self) -> Ephemeral {
        let url = self.ephemeral_url().await;
        let store = match self.0.backend {
            Backend::Postgres | Backend::Redis => Ephemeral::redis_with_prefix(&url, self.prefix()).await,
            Backend::PostgresSql => Ok(Ephemeral::postgres(self.db().await)),
            _ => Ephemeral::sqlite(&url).await,
        };
        let store = store.expect("an ephemeral store");
        store.migrate().await.expect("its migrations");
        lock(&self.0.stores).push(store.clone());
        store
    }

    /// A browser with a profile of its own; ends the test as missing when there is none.
    pub async fn browser(&self) -> Browser {
        let browser = Browser::open(self.folder()).await;
        lock(&self.0.browsers).push(browser.clone());
        browser
    }

    async fn postgres_url(&self) -> String {
        let url = postgres::create().await;
        lock(&self.0.created).push(url.clone());
        url
    }

    async fn sqlite_url(&self, name: &str) -> String {
        let url = format!("sqlite:{}", self.folder().join(format!("{name}.db")).display());
        let db = self.open(&url).await;
        db.migrate().await.expect("the migrations");
        url
    }

    async fn open(&self, url: &str) -> Db {
        let db = Db::connect(url, CONNECTIONS).await.expect("a database");
        lock(&self.0.opened).push(db.clone());
        db
    }

    /// Closes and drops all that was handed out.
    pub(super) async fn dispose(&self) {
        let (browsers, stores) = (lock(&self.0.browsers).split_off(0), lock(&self.0.stores).split_off(0));
        let (opened, created) = (lock(&self.0.opened).split_off(0), lock(&self.0.created).split_off(0));
        for browser in browsers {
            browser.close().await;
        }
        for store in stores {
            store.close().await;
        }
        for db in opened {
            // PostgreSQL's pools end with their database: a test that panicked may still hold a connection.
            if let Db::Sqlite { .. } = db {
                db.close().await;
            }
        }
        for url in created {
            postgres::drop(&url).await;
        }
    }
}

fn lock<T>(list: &Mutex<T>) -> MutexGuard<'_, T> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}
