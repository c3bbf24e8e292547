//! The command line. Exit codes: 0 done, 1 failed, 2 the input was refused.

use std::{
    ffi::OsString,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use idp_core::schools::search::SearchIndex;
use idp_store::sql::{catalogue, establishments};

use crate::{
    config::{self, Checked, Mode, Problem, Settings},
    declared::{self, Apply},
    import::{
        ImportError,
        establishments::{CodesOptions, EstablishmentsOptions, run_codes, run_establishments},
        legacy_accounts::{LegacyAccountsOptions, run_legacy_accounts},
    },
    run,
    start::database,
    system::{SystemClock, SystemRandom},
};

/// Exit code for input that was refused.
const REFUSED: u8 = 2;

/// Sicorra Connect, the OpenID Connect provider. Without a command it serves; without any configuration it serves a demo.
#[derive(Debug, Parser)]
#[command(name = "idp", version)]
pub struct Cli {
    /// Configuration file (see docs/configuration.md); variables IDP__SECTION__KEY go over it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Demo mode: where its data lie.
    #[arg(long, global = true, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Demo mode: port of the provider on localhost.
    #[arg(long, global = true, value_name = "N", default_value_t = 8080)]
    port: u16,
    /// Demo mode: ports of Semafor, APERA-Net and Bourse Mobilité on 127.0.0.1.
    #[arg(long, global = true, value_name = "A,B,C", value_parser = three_ports)]
    application_ports: Option<[u16; 3]>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests (the default).
    Serve,
    /// Read files of the Region and of the ministry.
    #[command(subcommand)]
    Import(Import),
    /// The configuration, and what config/ declares.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Find establishments by name, town, postcode, UAI or code.
    Search {
        /// What to look for.
        query: String,
        /// At most so many.
        #[arg(long, default_value_t = 10)]
        limit: usize,
    },
}

#[derive(Debug, Subcommand)]
enum Import {
    /// The national directory, as published.
    Establishments {
        /// The CSV file.
        file: PathBuf,
        #[command(flatten)]
        how: How,
        /// The file lists some establishments only: absence says nothing.
        #[arg(long)]
        partial: bool,
        /// A codes file to import with it.
        #[arg(long, value_name = "FILE")]
        codes: Option<PathBuf>,
    },
    /// The Region's own codes and names: columns uai, code, nom.
    Codes {
        /// The CSV file.
        file: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// The shared accounts of the old portal.
    LegacyAccounts {
        /// The CSV file.
        file: PathBuf,
        #[command(flatten)]
        how: How,
    },
}

#[derive(Args, Clone, Copy, Debug)]
struct How {
    /// Tell the changes, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Refuse the whole file for one bad row (exit code 2).
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Say everything that is wrong or missing.
    Check,
    /// Write what config/ declares into the database.
    Apply {
        /// Print the differences, write nothing.
        #[arg(long)]
        dry_run: bool,
        /// Remove what the files no longer name.
        #[arg(long)]
        prune: bool,
        /// The folder, in place of the configured one.
        #[arg(long, value_name = "DIR")]
        directory: Option<PathBuf>,
    },
    /// Print the JSON Schema of the configuration file.
    Schema,
}

/// `18081,18082,18083`
fn three_ports(text: &str) -> Result<[u16; 3], String> {
    let ports = text.split(',').map(|port| port.trim().parse::<u16>()).collect::<Result<Vec<_>, _>>();
    let ports = ports.ok().and_then(|ports| <[u16; 3]>::try_from(ports).ok());
    ports.ok_or_else(|| "three ports with commas between them, such as 18081,18082,18083".to_owned())
}

/// The program.
#[must_use]
pub fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("idp: {error}");
            return ExitCode::FAILURE;
        }
    };
    let environment = config::environment();
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(runtime.block_on(execute(std::env::args_os(), environment, &mut out, &mut err)))
}

/// Runs a command line; `out` and `err` take what the standard streams would. Gives the exit code.
pub async fn execute(
    arguments: impl IntoIterator<Item = OsString>,
    environment: Result<config::Environment, Problem>,
    out: &mut (dyn Write + Send),
    err: &mut (dyn Write + Send),
) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not errors.
            let code = if error.use_stderr() { REFUSED } else { 0 };
            return if error.print().is_ok() { code } else { 1 };
        }
    };
    let outcome = match environment {
        Ok(environment) => dispatch(cli, &environment, out).await,
        Err(problem) => Err(Problems(vec![problem]).into()),
    };
    match outcome {
        Ok(true) => 0,
        Ok(false) => REFUSED,
        Err(error) => {
            // Nobody may be listening any more: the exit code still tells.
            let _ = writeln!(err, "idp: {error:#}");
            let refused = error.is::<Problems>() || error.is::<ImportError>();
            if refused { REFUSED } else { 1 }
        }
    }
}

/// Everything that is wrong with the configuration, a line each.
#[derive(Debug)]
struct Problems(Vec<Problem>);

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the configuration is not complete")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Problems {}

/// `false` when the input was refused and the reason printed.
async fn dispatch(cli: Cli, environment: &config::Environment, out: &mut (dyn Write + Send)) -> anyhow::Result<bool> {
    match &cli.command {
        None | Some(Command::Serve) => {
            let checked = settings(&cli, environment)?;
            run::serve(&checked, Arc::new(SystemClock), Arc::new(SystemRandom), out).await?;
        }
        Some(Command::Import(import)) => {
            let checked = settings(&cli, environment)?;
            import_file(&checked, import, out).await?;
        }
        Some(Command::Config(ConfigCommand::Check)) => {
            return declared::check_command(cli.config.as_deref(), environment, out);
        }
        Some(Command::Config(ConfigCommand::Schema)) => writeln!(out, "{}", config::schema().trim_end())?,
        Some(Command::Config(ConfigCommand::Apply { dry_run, prune, directory })) => {
            let checked = settings(&cli, environment)?;
            let directory = directory.as_deref().unwrap_or(&checked.catalogue_directory);
            return apply(&checked, directory, *dry_run, *prune, out).await;
        }
        Some(Command::Search { query, limit }) => {
            let checked = settings(&cli, environment)?;
            search(&checked, query, *limit, out).await?;
        }
    }
    Ok(true)
}

fn settings(cli: &Cli, environment: &config::Environment) -> anyhow::Result<Checked> {
    let settings = match config::load(cli.config.as_deref(), environment).map_err(|problem| Problems(vec![problem]))? {
        Mode::Configured(settings) => *settings,
        Mode::Demo => {
            private_folder(&cli.data).with_context(|| format!("cannot create {}", cli.data.display()))?;
            config::create_master_key(&cli.data.join("master.key"), &SystemRandom)
                .with_context(|| format!("cannot write the master key into {}", cli.data.display()))?;
            let mut settings = Settings::demo(&cli.data, cli.port);
            if let Some(ports) = cli.application_ports {
                settings.demo.application_ports = ports;
            }
            settings
        }
    };
    Ok(settings.validate().map_err(Problems)?)
}

/// Password hashes and keys lie in it: for its owner only.
fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

async fn import_file(checked: &Checked, import: &Import, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let db = database(checked).await?;
    let (clock, random) = (&SystemClock, &SystemRandom);
    match import {
        Import::Establishments { file, how, partial, codes } => {
            let options = EstablishmentsOptions {
                dry_run: how.dry_run,
                partial: *partial,
                strict: how.strict,
                codes: codes.clone(),
            };
            run_establishments(&db, clock, random, file, options, out).await?;
        }
        Import::Codes { file, how } => {
            let options = CodesOptions { dry_run: how.dry_run, strict: how.strict };
            run_codes(&db, clock, random, file, options, out).await?;
        }
        Import::LegacyAccounts { file, how } => {
            let options =
                LegacyAccountsOptions { dry_run: how.dry_run, strict: how.strict, ..LegacyAccountsOptions::default() };
            let known = catalogue::load(&db).await?;
            run_legacy_accounts(&db, &known, clock, random, file, options, out).await?;
        }
    }
    db.close().await;
    Ok(())
}

async fn apply(
    checked: &Checked,
    directory: &Path,
    dry_run: bool,
    prune: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<bool> {
    let db = database(checked).await?;
    let asked = Apply { directory, dry_run, prune, demo: checked.demo.is_some() };
    let applied = declared::apply_command(&db, &SystemClock, &SystemRandom, asked, out).await?;
    db.close().await;
    Ok(applied)
}

async fn search(checked: &Checked, query: &str, limit: usize, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let db = database(checked).await?;
    let index = SearchIndex::build(establishments::search_entries(&db).await?);
    let found = index.search(query, limit);
    for entry in &found {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
        let (code, portal_name) = (or_none(&entry.code), or_none(&entry.code_name));
        let place = format!("{} {}", or_none(&entry.postal_code), or_none(&entry.city));
        writeln!(out, "{}  {code:<6} {}, {}  {portal_name}", entry.uai, entry.name, place.trim())?;
    }
    if found.is_empty() {
        writeln!(out, "No establishment is found for « {query} ».")?;
    }
    db.close().await;
    Ok(())
}
