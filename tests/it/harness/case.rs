//! A test: an async function that takes an [`Env`], stamped once for each set of services.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    env,
    fmt::Debug,
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    pin::Pin,
    time::Duration,
};

use libtest_mimic::{Completion, Failed, Trial};
use tokio::{runtime, time::timeout};

use super::{Backend, Env, service::Absent};

/// No test may hold up the run.
const TEST_LIMIT: Duration = Duration::from_secs(180);
const CLEAN_UP_LIMIT: Duration = Duration::from_secs(20);

/// The future of one test, already boxed.
pub type Running = Pin<Box<dyn Future<Output = Result<(), String>>>>;

/// One entry of a suite, before it is stamped.
pub struct Case {
    name: &'static str,
    backends: &'static [Backend],
    test: fn(Env) -> Running,
}

impl Case {
    /// For both ways to run the service: SQLite alone, PostgreSQL with Redis.
    pub fn feature(name: &'static str, test: fn(Env) -> Running) -> Self {
        Self { name, backends: &[Backend::Sqlite, Backend::Postgres], test }
    }

    /// For the three ephemeral stores.
    pub fn ephemeral(name: &'static str, test: fn(Env) -> Running) -> Self {
        Self { name, backends: &[Backend::SqliteSql, Backend::PostgresSql, Backend::Redis], test }
    }

    /// Once, under its bare name.
    pub fn once(name: &'static str, test: fn(Env) -> Running) -> Self {
        Self { name, backends: &[Backend::Once], test }
    }

    /// What libtest-mimic runs: `name::backend`.
    pub fn trials(self) -> impl Iterator<Item = Trial> {
        self.backends.iter().map(move |&backend| {
            let name = match backend.as_str() {
                "" => self.name.to_owned(),
                backend => format!("{}::{backend}", self.name),
            };
            let (seed, test) = (name.clone(), self.test);
            Trial::ignorable_test(name, move || run(&seed, backend, test))
        })
    }
}

/// What a test may return: nothing, or a `Result`, so that it can use `?`.
pub trait Outcome {
    fn outcome(self) -> Result<(), String>;
}

impl Outcome for () {
    fn outcome(self) -> Result<(), String> {
        Ok(())
    }
}

impl<E: Debug> Outcome for Result<(), E> {
    fn outcome(self) -> Result<(), String> {
        self.map_err(|error| format!("{error:?}"))
    }
}

/// Lists the tests of a file, each a plain `async fn(Env)`; one that is not listed is dead code, which clippy refuses.
///
/// ```ignore
/// suite! {
///     feature: a01_unregistered_redirect_uri_gets_a_page_400, a02_…;   // ::sqlite and ::postgres
///     once: discovery_names_every_endpoint;
/// }
/// ```
macro_rules! suite {
    ($($stamp:ident: $($test:ident),+ $(,)?;)+) => {
        pub fn suite() -> Vec<$crate::harness::Case> {
            vec![$($($crate::harness::Case::$stamp(stringify!($test), |env| {
                Box::pin(async move { $crate::harness::Outcome::outcome($test(env).await) })
            })),+),+]
        }
    };
}
pub(crate) use suite;

/// The panic with which a test ends when a service is not installed.
struct Missing(String);

/// The panic with which a test ends that nobody asked for.
struct NotAsked(String);

/// Ends a test on input that this run was not given: ignored, whatever is required.
pub fn not_asked(reason: &str) -> ! {
    panic::panic_any(NotAsked(reason.to_owned()))
}

/// Ends the test. What is not installed makes it ignored, or failed where everything is required
/// (`IDP_TEST_REQUIRE=all`); what is broken makes it failed.
pub fn absent(why: &Absent) -> ! {
    match why {
        Absent::NotInstalled(reason) => panic::panic_any(Missing(reason.clone())),
        Absent::Broken(reason) => panic!("{reason}"),
    }
}

thread_local! {
    static IN_TEST: Cell<bool> = const { Cell::new(false) };
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps the place of a test's panic for its failure message, in place of printing it among other tests' lines.
pub fn install_panic_hook() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if IN_TEST.get() {
            LAST_PANIC.set(Some(describe(info)));
        } else {
            default(info);
        }
    }));
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let message = info.payload_as_str().unwrap_or("a panic without a message");
    format!("{place}: {message}")
}

/// A runtime per test: whatever a test leaves behind ends with it.
fn run(seed: &str, backend: Backend, test: fn(Env) -> Running) -> Result<Completion, Failed> {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let env = Env::new(seed, backend);
    IN_TEST.set(true);
    let ended = panic::catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { timeout(TEST_LIMIT, test(env.clone())).await })
    }));
    IN_TEST.set(false);
    let clean = runtime.block_on(async { timeout(CLEAN_UP_LIMIT, env.dispose()).await });
    runtime.shutdown_timeout(Duration::from_secs(1));
    match ended {
        Ok(Ok(Ok(()))) if clean.is_err() => Err(format!("cleaning up took more than {CLEAN_UP_LIMIT:?}").into()),
        Ok(Ok(Ok(()))) => Ok(Completion::Completed),
        Ok(Ok(Err(message))) => Err(message.into()),
        Ok(Err(_)) => Err(format!("still running after {TEST_LIMIT:?}").into()),
        Err(payload) => panicked(payload),
    }
}

fn panicked(payload: Box<dyn Any + Send>) -> Result<Completion, Failed> {
    let payload = match payload.downcast::<NotAsked>() {
        Ok(reason) => return Ok(Completion::ignored_with(reason.0)),
        Err(payload) => payload,
    };
    match payload.downcast::<Missing>() {
        Ok(missing) if env::var("IDP_TEST_REQUIRE").as_deref() == Ok("all") => Err(missing.0.into()),
        Ok(missing) => Ok(Completion::ignored_with(missing.0)),
        Err(_) => Err(LAST_PANIC.take().unwrap_or_else(|| "panicked".to_owned()).into()),
    }
}
