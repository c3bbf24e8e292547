//! `idp import establishments` and `idp import codes`: file → plan → one transaction → report.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
};

use idp_core::{
    random::Random,
    schools::{
        codes::Codes,
        directory::{Directory, Rejected},
        directory_diff::Plan,
        establishment::Establishment,
        uai::Uai,
    },
    table::TableError,
    time::{Clock, Timestamp},
};
use idp_store::{
    Db, Tx,
    sql::{establishments, imports},
};

use super::{
    ImportError, Source,
    directory_write::{self, Written},
    file_name, printed,
    progress::Progress,
    read_file,
    report::ImportReport,
};

/// What `idp import establishments` may be told.
#[derive(Clone, Debug, Default)]
pub struct EstablishmentsOptions {
    /// Tell the changes, write nothing.
    pub dry_run: bool,
    /// The file lists some establishments only: absence from it says nothing.
    pub partial: bool,
    /// Refuse the whole file for one bad row.
    pub strict: bool,
    /// A codes file to import in the same transaction.
    pub codes: Option<PathBuf>,
}

/// What `idp import codes` may be told.
#[derive(Clone, Copy, Debug, Default)]
pub struct CodesOptions {
    /// Tell the changes, write nothing.
    pub dry_run: bool,
    /// Refuse the whole file for one bad row.
    pub strict: bool,
}

/// Imports a file of the national directory, and prints what changed.
///
/// # Errors
/// When nothing was imported; the program then exits with [`ImportError::EXIT_CODE`].
pub async fn run_establishments(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    file: &Path,
    options: EstablishmentsOptions,
    out: &mut (dyn Write + Send),
) -> Result<ImportReport, ImportError> {
    let (name, bytes) = (file_name(file), read_file(file)?);
    let codes = match &options.codes {
        Some(codes) => Some((file_name(codes), read_file(codes)?)),
        None => None,
    };
    let codes = codes.as_ref().map(|(name, bytes)| Source { name, bytes });
    let import =
        Import { db, clock, random, actor: "cli", terminal: true, dry_run: options.dry_run, strict: options.strict };
    let report = import.directory(Source { name: &name, bytes: &bytes }, codes, options.partial).await?;
    printed(report.print(out))?;
    Ok(report)
}

/// Imports the portal's codes and names, and prints what changed.
///
/// # Errors
/// When nothing was imported; the program then exits with [`ImportError::EXIT_CODE`].
pub async fn run_codes(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    file: &Path,
    options: CodesOptions,
    out: &mut (dyn Write + Send),
) -> Result<ImportReport, ImportError> {
    let (name, bytes) = (file_name(file), read_file(file)?);
    let import =
        Import { db, clock, random, actor: "cli", terminal: true, dry_run: options.dry_run, strict: options.strict };
    let report = import.codes(Source { name: &name, bytes: &bytes }).await?;
    printed(report.print(out))?;
    Ok(report)
}

/// Imports a directory and its codes from memory, silently: the demo's fixture at a first start.
///
/// # Errors
/// When nothing was imported.
pub async fn import_establishments_bytes(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    directory: Source<'_>,
    codes: Option<Source<'_>>,
    partial: bool,
) -> Result<ImportReport, ImportError> {
    let import = Import { db, clock, random, actor: "demo", terminal: false, dry_run: false, strict: false };
    import.directory(directory, codes, partial).await
}

/// What every import needs.
struct Import<'a> {
    db: &'a Db,
    clock: &'a dyn Clock,
    random: &'a dyn Random,
    actor: &'static str,
    terminal: bool,
    dry_run: bool,
    strict: bool,
}

impl Import<'_> {
    async fn directory(
        &self,
        source: Source<'_>,
        codes: Option<Source<'_>>,
        partial: bool,
    ) -> Result<ImportReport, ImportError> {
        let started_at = self.clock.now();
        let directory = Directory::parse(source.bytes).map_err(|error| table_error(source, error))?;
        self.check_strict(source, &directory.rejected)?;
        check_usable(source, directory.figures.rows, directory.listings.is_empty())?;
        let parsed = codes.map(|source| self.parse_codes(source).map(|codes| (source, codes))).transpose()?;

        let mut tx = self.db.begin().await?;
        imports::lock(&mut tx).await?;
        let before = establishments::all(&mut tx).await?;
        let plan = Plan::new(before, &directory, partial, started_at);
        let step = Step { source, kind: "establishments", partial, started_at, rows: directory.figures.rows };
        let mut report = step.report(plan, directory.rejected);
        report.figures = Some(directory.figures);
        report.warnings = directory.warnings;
        self.write(&mut tx, &mut report, &step).await?;
        if let Some((source, codes)) = parsed {
            let after = report.plan.after.clone();
            report.codes = Some(Box::new(self.codes_step(&mut tx, source, codes, after, started_at).await?));
        }
        self.finish(tx, report).await
    }

    async fn codes(&self, source: Source<'_>) -> Result<ImportReport, ImportError> {
        let started_at = self.clock.now();
        let codes = self.parse_codes(source)?;
        let mut tx = self.db.begin().await?;
        imports::lock(&mut tx).await?;
        let before = establishments::all(&mut tx).await?;
        let report = self.codes_step(&mut tx, source, codes, before, started_at).await?;
        self.finish(tx, report).await
    }

    fn parse_codes(&self, source: Source<'_>) -> Result<Codes, ImportError> {
        let codes = Codes::parse(source.bytes).map_err(|error| table_error(source, error))?;
        self.check_strict(source, &codes.rejected)?;
        check_usable(source, codes.rows, codes.lines.is_empty())?;
        Ok(codes)
    }

    async fn codes_step(
        &self,
        tx: &mut Tx,
        source: Source<'_>,
        codes: Codes,
        before: BTreeMap<Uai, Establishment>,
        started_at: Timestamp,
    ) -> Result<ImportReport, ImportError> {
        let mut plan = Plan::unchanged(before);
        let mut rejected = codes.apply(&mut plan);
        rejected.extend(codes.rejected);
        rejected.sort_by_key(|one| one.line);
        self.check_strict(source, &rejected)?;
        let step = Step { source, kind: "codes", partial: true, started_at, rows: codes.rows };
        let mut report = step.report(plan, rejected);
        self.write(tx, &mut report, &step).await?;
        Ok(report)
    }

    /// Under `--strict`, refuses a file with a bad row.
    fn check_strict(&self, source: Source<'_>, rejected: &[Rejected]) -> Result<(), ImportError> {
        let (true, Some(first)) = (self.strict, rejected.first()) else { return Ok(()) };
        let first = format!("line {}: {}", first.line, first.reason);
        Err(ImportError::Strict { file: source.name.to_owned(), rejected: rejected.len(), first })
    }

    async fn write(&self, tx: &mut Tx, report: &mut ImportReport, step: &Step<'_>) -> Result<(), ImportError> {
        report.dry_run = self.dry_run;
        if self.dry_run {
            return Ok(());
        }
        let total = report.plan.changes.len();
        let progress = if self.terminal { Progress::on_terminal(step.kind, total) } else { Progress::hidden() };
        let written = Written {
            kind: step.kind,
            source: step.source,
            partial: step.partial,
            started_at: step.started_at,
            rows: step.rows,
            rejected: report.rejected.len(),
            warnings: report.warnings.len(),
            actor: self.actor,
        };
        directory_write::write(tx, self.clock, self.random, &report.plan, &written, &progress).await?;
        Ok(())
    }

    async fn finish(&self, tx: Tx, mut report: ImportReport) -> Result<ImportReport, ImportError> {
        // A dry run's transaction is dropped: it rolls back.
        if !self.dry_run {
            tx.commit().await?;
        }
        report.took = self.clock.now().since(report.started_at);
        Ok(report)
    }
}

/// One file's part of an import.
struct Step<'a> {
    source: Source<'a>,
    kind: &'static str,
    partial: bool,
    started_at: Timestamp,
    rows: u64,
}

impl Step<'_> {
    fn report(&self, plan: Plan, rejected: Vec<Rejected>) -> ImportReport {
        ImportReport {
            file: self.source.name.to_owned(),
            rows: self.rows,
            figures: None,
            plan,
            rejected,
            warnings: Vec::new(),
            codes: None,
            partial: self.partial,
            dry_run: false,
            started_at: self.started_at,
            took: std::time::Duration::ZERO,
        }
    }
}

/// A file without a usable row is most likely another file.
fn check_usable(source: Source<'_>, rows: u64, nothing: bool) -> Result<(), ImportError> {
    if nothing { Err(ImportError::NoUsableRow { file: source.name.to_owned(), rows }) } else { Ok(()) }
}

fn table_error(source: Source<'_>, error: TableError) -> ImportError {
    ImportError::Table { file: source.name.to_owned(), reason: error }
}
