//! Figures that need no load: signatures, commits, start, memory, import.

use std::{path::Path, process::Command, time::Instant};

use anyhow::ensure;
use idp_core::catalogue::SigningAlgorithm;
use tokio::time::{Duration, sleep};

use crate::{
    Bench, generated,
    limits::{self, Signer},
    node::{Node, Places, Process, clean},
    prepare,
    services::Services,
    table::{Row, Spread, number},
    windows::WINDOWS,
};

/// As many as France has.
const ESTABLISHMENTS: u32 = 70_000;
const IDLE: Duration = Duration::from_secs(15);

/// Signatures of our own tokens against the system's `openssl speed`.
pub fn signatures(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let (rsa, p256) = limits::openssl_speed(bench.windows.length.as_secs())?;
    let mut rows = Vec::new();
    for (algorithm, name, limit) in
        [(SigningAlgorithm::RS256, "openssl rsa2048", rsa), (SigningAlgorithm::ES256, "openssl ecdsap256", p256)]
    {
        let signer = Signer::new(algorithm)?;
        let rate = bench.windows.repeat(|| signer.access_token().map(drop))?;
        let row = Row::rate(format!("access tokens signed, {}", algorithm.as_str()), rate);
        rows.push(row.beside(name, limit, rate.median));
    }
    Ok(rows)
}

/// Insert and commit, as the redemption of a code does.
pub async fn commits(bench: &Bench, services: Option<&Services>) -> anyhow::Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let row = |what: &str, figures: crate::windows::Figures| Row::rate(what, figures.rate);
    let one = limits::sqlite_commits(bench.windows, folder.path()).await?;
    let mut rows = vec![row("limit: SQLite insert + commit, WAL, FULL, one writer", one)];
    if let Some(services) = services {
        let url = services.database("limits").await?;
        for connections in [1, 8] {
            let figures = limits::postgres_commits(bench.windows, &url, connections).await?;
            rows.push(row(&format!("limit: PostgreSQL insert + commit, {connections} at once"), figures));
        }
    }
    Ok(rows)
}

/// From the start of the process to the first answer of discovery.
pub async fn starts(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let places = Places::sqlite(folder.path());
    let establishments = prepare::prepare(&places).await?;
    let mut filled = Vec::new();
    for _ in 0..10 {
        filled.push(millis(&Node::start(&bench.program, &places, &bench.processors.all).await?));
    }
    let mut empty = Vec::new();
    for _ in 0..5 {
        let folder = tempfile::tempdir()?;
        empty.push(millis(&Node::demo(&bench.program, folder.path(), &bench.processors.all).await?));
    }
    let row = |what: String, times: Vec<f64>, target: &str| {
        let times = Spread::of(times);
        Row::new(what, format!("{:.0} ms ({:.0} to {:.0})", times.median, times.least, times.most)).target(target)
    };
    Ok(vec![
        row(format!("start until discovery answers, SQLite, {establishments} establishments"), filled, "≤ 50 ms"),
        row("start until discovery answers, demo in an empty folder".to_owned(), empty, "≤ 300 ms"),
    ])
}

fn millis(node: &Node) -> f64 {
    node.started_in.as_secs_f64() * 1000.0
}

/// Resident memory of a node that has nothing to do.
pub async fn idle_memory(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let places = Places::sqlite(folder.path());
    prepare::prepare(&places).await?;
    let node = Node::start(&bench.program, &places, &bench.processors.all).await?;
    let fresh = tempfile::tempdir()?;
    let demo = Node::demo(&bench.program, fresh.path(), &bench.processors.all).await?;
    sleep(IDLE).await;
    let row = |what: &str, node: &Node| anyhow::Ok(Row::new(what, format!("{:.1} MiB", node.process.memory()?.0)));
    Ok(vec![
        row("resident memory, idle for 15 s, SQLite", &node)?.target("≤ 30 MiB"),
        row("the same, demo with its three applications", &demo)?,
    ])
}

/// Resident memory at its highest, after flows and sign-ins.
pub fn peak_memory(node: &Node, store: &str) -> anyhow::Result<Row> {
    let (_, peak) = node.process.memory()?;
    Ok(Row::new(format!("resident memory, peak under load, {store}"), format!("{peak:.1} MiB")).target("≤ 96 MiB"))
}

/// The import of a generated directory, as a user runs it.
pub async fn imports(bench: &Bench, services: Option<&Services>) -> anyhow::Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("annuaire.csv");
    std::fs::write(&file, generated::directory(ESTABLISHMENTS))?;
    let mut sqlite = Vec::new();
    for _ in 0..WINDOWS {
        let folder = tempfile::tempdir()?;
        let places = Places::sqlite(folder.path());
        sqlite.push(import(bench, &places, &file)?);
    }
    let mut rows = vec![import_row("SQLite", sqlite)];
    if let Some(services) = services {
        let mut postgres = Vec::new();
        for _ in 0..WINDOWS {
            let folder = tempfile::tempdir()?;
            let database = services.database("import").await?;
            let places = Places { database, ..Places::sqlite(folder.path()) };
            postgres.push(import(bench, &places, &file)?);
        }
        rows.push(import_row("PostgreSQL", postgres));
    }
    Ok(rows)
}

fn import(bench: &Bench, places: &Places, file: &Path) -> anyhow::Result<f64> {
    idp::config::create_master_key(&places.folder.join("master.key"), &idp::system::SystemRandom)?;
    let mut command: Command = clean(&bench.program);
    command.envs(places.environment(0)).env("IDP__SERVER__LISTEN", "127.0.0.1:8080");
    command.env("IDP__SERVER__ISSUER", "http://localhost:8080");
    command.args(["import", "establishments"]).arg(file);
    let began = Instant::now();
    let status = Process::start(command, &bench.processors.all)?.wait()?;
    ensure!(status.success(), "the import ended with {status}");
    Ok(began.elapsed().as_secs_f64())
}

fn import_row(store: &str, seconds: Vec<f64>) -> Row {
    let seconds = Spread::of(seconds);
    let what = format!("import of {} establishments, {store}", number(ESTABLISHMENTS.into()));
    Row::new(what, format!("{:.1} s ({:.1} to {:.1})", seconds.median, seconds.least, seconds.most)).target("< 5 s")
}
