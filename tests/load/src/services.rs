//! PostgreSQL and Redis of this run, each on a socket in a temporary folder, as durable as in production.

#[path = "../../it/harness/service.rs"]
mod service;

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, anyhow, ensure};
use service::{Absent, Plan, Service, become_user, find, folder};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Both, until they are dropped.
pub struct Services {
    socket: PathBuf,
    /// `redis+unix:///…`
    pub redis: String,
    running: [Service; 2],
}

impl Services {
    /// Starts them.
    ///
    /// # Errors
    /// When one is not installed.
    pub fn start() -> anyhow::Result<Self> {
        let (postgres, socket) = postgres().map_err(explain)?;
        let (server, redis) = redis().map_err(explain)?;
        Ok(Self { socket, redis, running: [postgres, server] })
    }

    /// A new, empty database.
    pub async fn database(&self, name: &str) -> anyhow::Result<String> {
        let url = |database: &str| format!("postgres://postgres@localhost/{database}?host={}", self.socket.display());
        let mut connection = PgConnection::connect(&url("postgres")).await?;
        for sql in [format!("drop database if exists {name} with (force)"), format!("create database {name}")] {
            sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await?;
        }
        connection.close().await?;
        Ok(url(name))
    }

    /// Stops them.
    pub fn stop(&self) {
        for service in &self.running {
            service.stop();
        }
    }
}

fn explain(absent: Absent) -> anyhow::Error {
    match absent {
        Absent::NotInstalled(reason) | Absent::Broken(reason) => anyhow!(reason),
    }
}

fn redis() -> Result<(Service, String), Absent> {
    let (program, folder) = (find("redis-server", &[])?, folder("redis")?);
    let socket = folder.join("redis.sock");
    let arguments: Vec<OsString> = vec!["--port".into(), "0".into(), "--unixsocket".into(), socket.clone().into()];
    let plan = Plan { program, arguments, folder: &folder, stop_signal: "TERM", user: None };
    let (service, ()) =
        Service::start(plan, |line| line.to_lowercase().contains("ready to accept connections").then_some(()))?;
    Ok((service, format!("redis+unix://{}", socket.display())))
}

/// With every setting at its default: fsync and synchronous commits on.
fn postgres() -> Result<(Service, PathBuf), Absent> {
    let places = installations();
    let (initdb, program) = (find("initdb", &places)?, find("postgres", &places)?);
    let (user, socket) = (unprivileged().map_err(|error| format!("{error:#}"))?, folder("pg")?);
    initialise(&initdb, &socket, user).map_err(|error| format!("initdb: {error:#}"))?;
    let arguments: Vec<OsString> = vec![
        "-D".into(),
        socket.join("data").into(),
        "-k".into(),
        socket.clone().into(),
        "-clisten_addresses=".into(),
        "-cmax_connections=100".into(),
    ];
    let plan = Plan { program, arguments, folder: &socket, stop_signal: "INT", user };
    let (service, ()) = Service::start(plan, |line| line.contains("ready to accept connections").then_some(()))?;
    Ok((service, socket))
}

fn initialise(initdb: &Path, socket: &Path, user: Option<(u32, u32)>) -> anyhow::Result<()> {
    if let Some((user, group)) = user {
        chown(socket, Some(user), Some(group))?;
    }
    let mut command = Command::new(initdb);
    command.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"]);
    command.arg(socket.join("data")).current_dir(socket);
    become_user(&mut command, user);
    let output = command.output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Debian keeps the server's programs out of `PATH`, in a folder per version.
fn installations() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    folders
}

/// PostgreSQL refuses to run as root.
fn unprivileged() -> anyhow::Result<Option<(u32, u32)>> {
    let id = |arguments: &[&str]| -> anyhow::Result<u32> {
        let output = Command::new("id").args(arguments).output()?;
        String::from_utf8_lossy(&output.stdout).trim().parse().with_context(|| format!("id {arguments:?}"))
    };
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    Ok(Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?)))
}
