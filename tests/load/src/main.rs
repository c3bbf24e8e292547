//! How fast Sicorra Connect is on this machine, beside what the machine can do: see docs/performance.md.
//!
//! `cargo run --release -p idp-load -- [what…]`

mod generated;
mod http;
mod limits;
mod machine;
mod measure;
mod node;
mod prepare;
mod services;
mod table;
mod user;
mod windows;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use clap::{Parser, ValueEnum};
use node::{Node, Places, Processors};
use services::Services;
use table::{Row, markdown};
use windows::Windows;

/// Prints figures with the machine's limits beside them, measured in the same run.
#[derive(Debug, Parser)]
#[command(name = "idp-load")]
struct Arguments {
    /// What to measure; everything when nothing is named.
    what: Vec<What>,
    /// Seconds of each of the three windows.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Also writes the table into this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Leaves PostgreSQL and Redis out.
    #[arg(long)]
    sqlite_only: bool,
    /// The core that the server has for itself.
    #[arg(long, default_value = "0")]
    server_core: String,
    /// The cores of this program, PostgreSQL and Redis.
    #[arg(long, default_value = "1")]
    load_cores: String,
    /// For the bare handlers.
    #[arg(long, hide = true, default_value_t = 0)]
    port: u16,
    /// Set in the process that runs on `load_cores`.
    #[arg(long, hide = true)]
    pinned: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    Signatures,
    Commits,
    Flows,
    Tokens,
    Documents,
    SignIn,
    Memory,
    Start,
    Import,
    #[value(hide = true)]
    BareHandlers,
}

/// What every measurement needs.
struct Bench {
    program: PathBuf,
    this_program: PathBuf,
    processors: Processors,
    windows: Windows,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if arguments.what == [What::BareHandlers] {
        return runtime.block_on(limits::serve(arguments.port));
    }
    let this_program = std::env::current_exe()?;
    if !arguments.pinned {
        let program = build(&this_program)?;
        println!("measuring {}", program.display());
        return pin(&this_program, &arguments.load_cores);
    }
    runtime.block_on(run(&arguments, &this_program))
}

/// The program under test, as this profile builds it.
fn build(this_program: &Path) -> anyhow::Result<PathBuf> {
    let folder = this_program.parent().context("a folder")?;
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let program = folder.join("idp");
    if let Some(cargo) = std::env::var_os("CARGO") {
        let status = Command::new(cargo).args(["build", "--quiet", "-p", "idp", "--profile", profile]).status()?;
        ensure!(status.success(), "idp does not build");
    }
    ensure!(program.is_file(), "{} is missing: cargo build --release -p idp", program.display());
    Ok(program)
}

/// Runs this program again, away from the server's core.
fn pin(this_program: &Path, cores: &str) -> anyhow::Result<()> {
    let mut again = Command::new("taskset");
    again.args(["-c", cores]).arg(this_program).args(std::env::args_os().skip(1)).arg("--pinned");
    let status = again.status().context("taskset (util-linux)")?;
    ensure!(status.success(), "the measurement ended with {status}");
    Ok(())
}

async fn run(arguments: &Arguments, this_program: &Path) -> anyhow::Result<()> {
    let processors = Processors {
        server: arguments.server_core.clone(),
        load: arguments.load_cores.clone(),
        all: format!("{},{}", arguments.server_core, arguments.load_cores),
    };
    let bench = Bench {
        program: this_program.with_file_name("idp"),
        this_program: this_program.to_owned(),
        processors,
        windows: Windows::of(arguments.seconds),
    };
    let services = if arguments.sqlite_only { None } else { Some(Services::start()?) };
    let mut rows = Vec::new();
    let outcome = measure_all(arguments, &bench, services.as_ref(), &mut rows).await;
    if let Some(services) = services {
        services.stop();
    }
    let text = markdown(&about(&bench), &rows);
    println!("{text}");
    if let Some(out) = &arguments.out {
        fs::write(out, text)?;
    }
    outcome
}

async fn measure_all(
    arguments: &Arguments,
    bench: &Bench,
    services: Option<&Services>,
    rows: &mut Vec<Row>,
) -> anyhow::Result<()> {
    let asked = |what: What| arguments.what.is_empty() || arguments.what.contains(&what);
    if asked(What::Signatures) {
        rows.extend(machine::signatures(bench)?);
    }
    if asked(What::Commits) {
        rows.extend(machine::commits(bench, services).await?);
    }
    if [What::Flows, What::Tokens, What::Documents, What::SignIn].into_iter().any(asked) {
        under_load(bench, services, asked, rows).await?;
    }
    if asked(What::Memory) {
        rows.extend(machine::idle_memory(bench).await?);
    }
    if asked(What::Start) {
        rows.extend(machine::starts(bench).await?);
    }
    if asked(What::Import) {
        rows.extend(machine::imports(bench, services).await?);
    }
    Ok(())
}

async fn under_load(
    bench: &Bench,
    services: Option<&Services>,
    asked: impl Fn(What) -> bool,
    rows: &mut Vec<Row>,
) -> anyhow::Result<()> {
    let mut stores = vec![("SQLite", None)];
    stores.extend(services.map(|services| ("PostgreSQL + Redis", Some(services))));
    for (store, services) in stores {
        let folder = tempfile::tempdir()?;
        let mut places = Places::sqlite(folder.path());
        if let Some(services) = services {
            places =
                Places { database: services.database("load").await?, redis: Some(services.redis.clone()), ..places };
        }
        prepare::prepare(&places).await?;
        let node = Node::start(&bench.program, &places, &bench.processors.server).await?;
        if asked(What::Flows) {
            rows.extend(measure::flows(bench, &node, store).await?);
        }
        if asked(What::Tokens) {
            rows.extend(measure::tokens(bench, &node, store).await?);
        }
        if asked(What::Documents) && services.is_none() {
            rows.extend(measure::documents(bench, &node).await?);
        }
        if asked(What::SignIn) && services.is_none() {
            rows.extend(measure::sign_ins(bench, &node).await?);
        }
        rows.push(machine::peak_memory(&node, store)?);
    }
    Ok(())
}

/// Cores and model: all that a reader needs of the machine.
fn about(bench: &Bench) -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = info.lines().filter(|line| line.starts_with("processor")).count();
    format!(
        "{cores} cores, {}; server on core {}, load program and services on core {}; median of three windows of {} s \
         (least to most).",
        model.trim_start_matches([' ', '\t', ':']),
        bench.processors.server,
        bench.processors.load,
        bench.windows.length.as_secs_f64()
    )
}
