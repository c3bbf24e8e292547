//! `idp import legacy-accounts`: file → hashes on every core → one transaction → report.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    panic::resume_unwind,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
    vec::IntoIter,
};

use idp_core::{
    catalogue::Catalogue,
    people::{
        argon2_hash::{Memory, PasswordCost, SALT_BYTES},
        legacy_hash::HashError,
    },
    random::{self, Random},
    schools::{
        legacy_account::{LegacyAccount, LegacyIdentifier},
        legacy_accounts_file::{Change, LeftOut, LegacyFile, LegacyRow},
        uai::Uai,
    },
    time::Clock,
};
use idp_store::{
    Db, StoreResult,
    sql::{journal, legacy_accounts},
};
use tokio::{sync::mpsc, task::JoinSet};

use super::{ImportError, Source, file_name, progress::Progress, read_file};

/// The most left-out rows that are printed; the count is always whole.
const MAX_LINES: usize = 200;

/// What `idp import legacy-accounts` may be told.
#[derive(Clone, Copy, Debug, Default)]
pub struct LegacyAccountsOptions {
    /// Tell the changes, write nothing.
    pub dry_run: bool,
    /// Refuse the whole file for one bad row.
    pub strict: bool,
    /// Of the argon2id that is laid over fast hashes.
    pub cost: PasswordCost,
}

/// What an import of legacy accounts did, or would do.
#[derive(Clone, Debug, Default)]
pub struct LegacyAccountsReport {
    /// The file's name.
    pub file: String,
    /// Accounts that are new.
    pub added: usize,
    /// Accounts whose establishment, profile, mail or password changed.
    pub changed: usize,
    /// Accounts that are as they were.
    pub same: usize,
    /// Rows left out, by line.
    pub left_out: Vec<LeftOut>,
    /// Nothing was written.
    pub dry_run: bool,
    /// How long it took.
    pub took: Duration,
}

/// Imports the shared accounts of the old portal, and prints what changed. Accounts that the file does not name stay.
///
/// # Errors
/// When nothing was imported; the program then exits with [`ImportError::EXIT_CODE`].
pub async fn run_legacy_accounts(
    db: &Db,
    catalogue: &Catalogue,
    clock: &dyn Clock,
    random: &dyn Random,
    file: &Path,
    options: LegacyAccountsOptions,
    out: &mut (dyn Write + Send),
) -> Result<LegacyAccountsReport, ImportError> {
    let (name, bytes) = (file_name(file), read_file(file)?);
    let import = Import { db, catalogue, clock, random, options, actor: "cli", terminal: true };
    let report = import.run(Source { name: &name, bytes: &bytes }).await?;
    report.print(out).map_err(ImportError::Output)?;
    Ok(report)
}

/// Imports legacy accounts from memory, silently: the demo's fixture at a first start.
///
/// # Errors
/// When nothing was imported.
pub async fn import_legacy_accounts_bytes(
    db: &Db,
    catalogue: &Catalogue,
    clock: &dyn Clock,
    random: &dyn Random,
    source: Source<'_>,
    options: LegacyAccountsOptions,
) -> Result<LegacyAccountsReport, ImportError> {
    Import { db, catalogue, clock, random, options, actor: "demo", terminal: false }.run(source).await
}

struct Import<'a> {
    db: &'a Db,
    catalogue: &'a Catalogue,
    clock: &'a dyn Clock,
    random: &'a dyn Random,
    options: LegacyAccountsOptions,
    actor: &'static str,
    terminal: bool,
}

impl Import<'_> {
    async fn run(&self, source: Source<'_>) -> Result<LegacyAccountsReport, ImportError> {
        let started_at = self.clock.now();
        let known: BTreeSet<Uai> = legacy_accounts::known_uais(self.db).await?.into_iter().collect();
        let file = LegacyFile::read(source.bytes, self.catalogue, |uai| known.contains(uai))
            .map_err(|error| ImportError::Table { file: source.name.to_owned(), reason: error })?;
        self.check_strict(source, &file.left_out)?;
        if file.rows.is_empty() {
            let rows = u64::try_from(file.left_out.len()).unwrap_or(u64::MAX);
            return Err(ImportError::NoUsableRow { file: source.name.to_owned(), rows });
        }
        let mut report = LegacyAccountsReport {
            file: source.name.to_owned(),
            left_out: file.left_out,
            dry_run: self.options.dry_run,
            ..LegacyAccountsReport::default()
        };
        // No write transaction is open while hashes are made.
        let written = self.settle(file.rows, &mut report).await?;
        report.left_out.sort_by_key(|out| out.line);
        self.check_strict(source, &report.left_out)?;
        if !self.options.dry_run {
            self.write(&written, &report).await?;
        }
        report.took = self.clock.now().since(started_at);
        Ok(report)
    }

    fn check_strict(&self, source: Source<'_>, left_out: &[LeftOut]) -> Result<(), ImportError> {
        let (true, Some(first)) = (self.options.strict, left_out.first()) else { return Ok(()) };
        let first = format!("line {}: {}", first.line, first.reason);
        Err(ImportError::Strict { file: source.name.to_owned(), rejected: left_out.len(), first })
    }

    /// Compares every row with what is stored; gives the accounts that must be written.
    async fn settle(&self, rows: Vec<LegacyRow>, report: &mut LegacyAccountsReport) -> StoreResult<Vec<LegacyAccount>> {
        let all = legacy_accounts::all(self.db).await?;
        let mut stored: BTreeMap<LegacyIdentifier, LegacyAccount> =
            all.into_iter().map(|account| (account.identifier.clone(), account)).collect();
        let mut jobs = Vec::with_capacity(rows.len());
        for row in rows {
            let stored = stored.remove(&row.identifier);
            // What is new needs no hash to be told of.
            if stored.is_none() && self.options.dry_run {
                report.added += 1;
                continue;
            }
            jobs.push(Job { row, stored, salt: random::bytes(self.random) });
        }
        let progress = match self.terminal {
            true => Progress::on_terminal("legacy accounts", jobs.len()),
            false => Progress::hidden(),
        };
        let mut written = Vec::new();
        for done in on_every_core(jobs, self.options.cost, &progress).await {
            match done.result {
                Ok((Change::Same, _)) => report.same += 1,
                Ok((change, account)) => {
                    *(if change == Change::Added { &mut report.added } else { &mut report.changed }) += 1;
                    written.push(account);
                }
                Err(error) => report.left_out.push(LeftOut {
                    line: done.line,
                    identifier: done.identifier.to_string(),
                    reason: error.into(),
                }),
            }
        }
        Ok(written)
    }

    async fn write(&self, written: &[LegacyAccount], report: &LegacyAccountsReport) -> StoreResult<()> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        for account in written {
            legacy_accounts::save(&mut tx, account, now).await?;
        }
        // No digest of the file: of a file of weak hashes it could be guessed like one of them.
        let details = serde_json::json!({
            "file": report.file, "added": report.added, "changed": report.changed, "same": report.same,
            "rejected": report.left_out.len(),
        });
        let entry = journal::Entry {
            id: &random::uuid(self.random),
            actor: self.actor,
            action: "import.legacy_accounts",
            subject: None,
            uai: None,
            details: &details.to_string(),
            address: None,
        };
        journal::append(&mut tx, &entry, now).await?;
        tx.commit().await
    }
}

/// A row to be compared with what is stored, and the salt it gets if it must be wrapped.
struct Job {
    row: LegacyRow,
    stored: Option<LegacyAccount>,
    salt: [u8; SALT_BYTES],
}

struct Done {
    line: u64,
    identifier: LegacyIdentifier,
    result: Result<(Change, LegacyAccount), HashError>,
}

/// Settles rows on as many threads as there are cores, each with its own memory; the answers are in any order.
async fn on_every_core(jobs: Vec<Job>, cost: PasswordCost, progress: &Progress) -> Vec<Done> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(jobs.len());
    let jobs = Arc::new(Mutex::new(jobs.into_iter()));
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let mut workers = JoinSet::new();
    for _ in 0..threads {
        let (jobs, sender) = (Arc::clone(&jobs), sender.clone());
        workers.spawn_blocking(move || settle_some(&jobs, cost, &sender));
    }
    drop(sender);
    let mut all = Vec::new();
    while let Some(done) = receiver.recv().await {
        progress.advance(1);
        all.push(done);
    }
    while let Some(joined) = workers.join_next().await {
        // A row may not be lost silently.
        if let Err(error) = joined
            && let Ok(panic) = error.try_into_panic()
        {
            resume_unwind(panic);
        }
    }
    all
}

fn settle_some(jobs: &Mutex<IntoIter<Job>>, cost: PasswordCost, sender: &mpsc::UnboundedSender<Done>) {
    let mut memory = Memory::default();
    let next = || jobs.lock().unwrap_or_else(PoisonError::into_inner).next();
    while let Some(Job { row, stored, salt }) = next() {
        let (line, identifier) = (row.line, row.identifier.clone());
        let result = row.settle(stored.as_ref(), cost, salt, &mut memory);
        // The import was given up.
        if sender.send(Done { line, identifier, result }).is_err() {
            break;
        }
    }
}

impl LegacyAccountsReport {
    /// Rows under the header.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.added + self.changed + self.same + self.left_out.len()
    }

    /// Prints the figures, then the rows left out. No hash is printed.
    ///
    /// # Errors
    /// When `out` refuses.
    pub fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}: {} rows, {} left out", printable(&self.file), self.rows(), self.left_out.len())?;
        writeln!(out, "  {} added, {} changed, {} as they were", self.added, self.changed, self.same)?;
        if !self.left_out.is_empty() {
            writeln!(out, "  left out:")?;
        }
        for LeftOut { line, identifier, reason } in self.left_out.iter().take(MAX_LINES) {
            writeln!(out, "    line {line}, “{}”: {}", printable(identifier), printable(&reason.to_string()))?;
        }
        if self.left_out.len() > MAX_LINES {
            writeln!(out, "    and {} more", self.left_out.len() - MAX_LINES)?;
        }
        if self.dry_run {
            writeln!(out, "Dry run: nothing was written.")?;
        }
        Ok(())
    }
}

/// A file's text must not steer the terminal.
fn printable(text: &str) -> String {
    text.replace(char::is_control, " ")
}
