//! One private PostgreSQL cluster per run, on a unix socket; a template with the schema; a database per test.

use std::{
    fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use idp_store::{Db, StoreResult};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::{sync::OnceCell, task};

use super::{
    absent,
    service::{Absent, Plan, Service, become_user, find, folder},
};

static CLUSTER: OnceCell<Result<Cluster, Absent>> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(1);

struct Cluster {
    service: Service,
    socket: PathBuf,
}

impl Cluster {
    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.socket.display())
    }

    async fn run(&self, sql: String) -> Result<(), String> {
        let mut connection = PgConnection::connect(&self.url("postgres")).await.map_err(|e| e.to_string())?;
        let outcome = sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await;
        let _ = connection.close().await;
        outcome.map(|_| ()).map_err(|e| e.to_string())
    }
}

/// The URL of a new database with the whole schema; ends the test as missing when there is no PostgreSQL.
pub async fn create() -> String {
    let cluster = cluster().await;
    let name = format!("t_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    cluster.run(format!("create database {name} template tpl")).await.expect("a database from the template");
    cluster.url(&name)
}

/// Drops a database that [`create`] made, whoever is still connected.
pub async fn drop(url: &str) {
    let name = url.rsplit('/').find_map(|part| part.starts_with("t_").then(|| part.split('?').next().unwrap_or(part)));
    if let (Some(name), Some(Ok(cluster))) = (name, CLUSTER.get())
        && let Err(error) = cluster.run(format!("drop database if exists {name} with (force)")).await
    {
        eprintln!("drop database {name}: {error}");
    }
}

/// Stops the cluster, if this run started one.
pub fn stop() {
    if let Some(Ok(cluster)) = CLUSTER.get() {
        cluster.service.stop();
    }
}

async fn cluster() -> &'static Cluster {
    let started = CLUSTER.get_or_init(|| async {
        let cluster = task::spawn_blocking(start).await.expect("no panic")?;
        cluster.run("create database tpl".to_owned()).await?;
        migrate(&cluster.url("tpl")).await.map_err(|error| Absent::Broken(error.to_string()))?;
        Ok(cluster)
    });
    match started.await {
        Ok(cluster) => cluster,
        Err(why) => absent(why),
    }
}

async fn migrate(url: &str) -> StoreResult<()> {
    let template = Db::connect(url, 1).await?;
    template.migrate().await?;
    // A connection to the template would hold up `create database`.
    template.close().await;
    Ok(())
}

fn start() -> Result<Cluster, Absent> {
    let places = installations();
    let (initdb, postgres) = (find("initdb", &places)?, find("postgres", &places)?);
    let user = unprivileged()?;
    let socket = folder("pg")?;
    if let Some((user, group)) = user {
        chown(&socket, Some(user), Some(group)).map_err(|error| format!("{}: {error}", socket.display()))?;
    }
    let data = socket.join("data");
    initialise(&initdb, &data, &socket, user)?;
    let arguments = [
        "-D".into(),
        data.into_os_string(),
        "-k".into(),
        socket.clone().into_os_string(),
        "-clisten_addresses=".into(),
        "-cmax_connections=200".into(),
        // Nothing here outlives the run.
        "-cfsync=off".into(),
        "-csynchronous_commit=off".into(),
        "-cfull_page_writes=off".into(),
        // Its workers would connect to the template.
        "-cautovacuum=off".into(),
    ];
    // QUIT: end at once; the folder goes as well.
    let plan = Plan { program: postgres, arguments: arguments.into(), folder: &socket, stop_signal: "QUIT", user };
    let (service, ()) = Service::start(plan, |line| line.contains("ready to accept connections").then_some(()))?;
    Ok(Cluster { service, socket })
}

fn initialise(initdb: &Path, data: &Path, socket: &Path, user: Option<(u32, u32)>) -> Result<(), String> {
    let mut command = Command::new(initdb);
    command.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"]).arg(data);
    command.current_dir(socket);
    become_user(&mut command, user);
    let output = command.output().map_err(|error| format!("initdb: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// Debian keeps the server's programs out of `PATH`: /usr/lib/postgresql/15/bin, the newest first.
fn installations() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    folders
}

/// PostgreSQL refuses to run as root: the user and group to become, if that is who runs the tests.
fn unprivileged() -> Result<Option<(u32, u32)>, String> {
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    Ok(Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?)))
}

fn id(arguments: &[&str]) -> Result<u32, String> {
    let output = Command::new("id").args(arguments).output().map_err(|error| format!("id: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| format!("id {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)))
}
