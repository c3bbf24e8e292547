//! The program itself, as it is shipped: a process of its own, on a processor of its own.

use std::{
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};

use crate::http::{Connection, get};

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(60);
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Which processors each part of a measurement runs on, as `taskset` writes them.
#[derive(Clone, Debug)]
pub struct Processors {
    /// The one core of the server.
    pub server: String,
    /// The load program, and the services it starts.
    pub load: String,
    /// Every processor.
    pub all: String,
}

/// A process that ends with this value.
pub struct Process(Child);

impl Process {
    /// Starts a program on these processors.
    pub fn start(mut command: Command, processors: &str) -> anyhow::Result<Self> {
        let mut pinned = Command::new("taskset");
        pinned.arg("-c").arg(processors).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => pinned.env(name, value),
                None => pinned.env_remove(name),
            };
        }
        command = pinned;
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().context("taskset (util-linux)")?;
        Ok(Self(child))
    }

    /// Resident memory in MiB: now, and at its highest.
    pub fn memory(&self) -> anyhow::Result<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let field = |name: &str| -> anyhow::Result<f64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).context("a field of /proc")?;
            Ok(line.trim_start_matches(':').trim().trim_end_matches("kB").trim().parse::<f64>()? / 1024.0)
        };
        Ok((field("VmRSS")?, field("VmHWM")?))
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> anyhow::Result<ExitStatus> {
        Ok(self.0.wait()?)
    }

    fn check(&mut self) -> anyhow::Result<()> {
        match self.0.try_wait()? {
            Some(status) => bail!("the program ended: {status}"),
            None => Ok(()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where a node keeps its data, and on what it listens.
#[derive(Clone, Debug)]
pub struct Places {
    /// Its own folder: the master key, and SQLite's files.
    pub folder: PathBuf,
    /// `sqlite:…` or `postgres://…`
    pub database: String,
    /// Redis, beside PostgreSQL.
    pub redis: Option<String>,
}

impl Places {
    /// SQLite, in this folder.
    pub fn sqlite(folder: &Path) -> Self {
        let database = format!("sqlite:{}", folder.join("idp.db").display());
        Self { folder: folder.to_owned(), database, redis: None }
    }

    /// The settings of a node that answers on `port`.
    pub fn environment(&self, port: u16) -> Vec<(&'static str, OsString)> {
        let mut variables: Vec<(&'static str, OsString)> = vec![
            ("IDP__SERVER__ISSUER", format!("http://localhost:{port}").into()),
            ("IDP__SERVER__LISTEN", format!("127.0.0.1:{port}").into()),
            ("IDP__DATABASE__URL", self.database.clone().into()),
            ("IDP__SECRETS__MASTER_KEY_FILE", self.folder.join("master.key").into()),
            ("IDP__MAIL__HOST", "localhost".into()),
            ("IDP__MAIL__FROM", "ne-pas-repondre@localhost.example".into()),
            ("IDP__LOG__LEVEL", "warn".into()),
        ];
        variables.extend(self.redis.as_ref().map(|url| ("IDP__EPHEMERAL__REDIS_URL", url.into())));
        variables
    }
}

/// A provider that answers.
pub struct Node {
    pub process: Process,
    pub address: SocketAddr,
    /// `localhost:PORT`
    pub host: String,
    /// From the start of its process to the first answer.
    pub started_in: Duration,
}

impl Node {
    /// Starts the provider in these places.
    pub async fn start(program: &Path, places: &Places, processors: &str) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = clean(program);
        command.envs(places.environment(port));
        Self::spawn(command, port, processors).await
    }

    /// Starts the demo: no setting at all.
    pub async fn demo(program: &Path, folder: &Path, processors: &str) -> anyhow::Result<Self> {
        let port = free_port()?;
        let ports = [free_port()?, free_port()?, free_port()?].map(|port| port.to_string()).join(",");
        let mut command = clean(program);
        command.arg("--data").arg(folder).args(["--port", &port.to_string(), "--application-ports", &ports]);
        Self::spawn(command, port, processors).await
    }

    async fn spawn(command: Command, port: u16, processors: &str) -> anyhow::Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let host = format!("localhost:{port}");
        let began = Instant::now();
        let mut process = Process::start(command, processors)?;
        wait_for(&mut process, address, &host, DISCOVERY).await?;
        Ok(Self { process, address, host, started_in: began.elapsed() })
    }
}

/// Asks for `path` until it answers 200.
pub async fn wait_for(process: &mut Process, address: SocketAddr, host: &str, path: &str) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        if let Ok(mut connection) = Connection::open(address).await {
            connection.send(&get(host, path, &[])).await?.expect(200)?;
            return Ok(());
        }
        process.check()?;
        ensure!(began.elapsed() < PATIENCE, "no answer at {address} after {PATIENCE:?}");
        tokio::time::sleep(Duration::from_micros(500)).await;
    }
}

/// A command that sees no settings of ours.
pub fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("IDP__")) {
        command.env_remove(name);
    }
    command
}

/// A port that nobody listens on.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
