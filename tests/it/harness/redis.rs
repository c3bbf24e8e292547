//! One private Redis per run, on a unix socket; each test has its own key prefix.

use tokio::{sync::OnceCell, task};

use super::{
    absent,
    service::{Absent, Plan, Service, find, folder},
};

static SERVER: OnceCell<Result<(Service, String), Absent>> = OnceCell::const_new();

/// The server's URL (`redis+unix:///…`); ends the test as missing when there is no Redis.
pub async fn url() -> String {
    match SERVER.get_or_init(|| async { task::spawn_blocking(start).await.expect("no panic") }).await {
        Ok((_, url)) => url.clone(),
        Err(why) => absent(why),
    }
}

/// Stops the server, if this run started one.
pub fn stop() {
    if let Some(Ok((service, _))) = SERVER.get() {
        service.stop();
    }
}

fn start() -> Result<(Service, String), Absent> {
    let program = find("redis-server", &[])?;
    let folder = folder("redis")?;
    let socket = folder.join("redis.sock");
    let arguments = [
        "--port".into(),
        "0".into(),
        "--unixsocket".into(),
        socket.clone().into_os_string(),
        "--dir".into(),
        folder.clone().into_os_string(),
        "--save".into(),
        "".into(),
        "--appendonly".into(),
        "no".into(),
    ];
    let plan = Plan { program, arguments: arguments.into(), folder: &folder, stop_signal: "TERM", user: None };
    let (service, ()) =
        Service::start(plan, |line| line.to_lowercase().contains("ready to accept connections").then_some(()))?;
    Ok((service, format!("redis+unix://{}", socket.display())))
}
