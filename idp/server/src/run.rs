//! `idp serve`: the whole program, demo applications included.

use std::{io::Write, sync::Arc};

use anyhow::anyhow;
use idp_core::{random::Random, time::Clock};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use tracing_subscriber::EnvFilter;

use crate::{
    app::SharedApp,
    config::{Checked, LogFormat},
    declared,
    demo::{self, Demo},
    jobs,
    start::{databases, listen, node, serve as answer},
};

/// Serves until SIGINT or SIGTERM.
///
/// # Errors
/// When a port is taken, a database away, or the master key wrong.
pub async fn serve(
    checked: &Checked,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    start_log(checked);
    let how = if checked.demo.is_some() { "--port N takes another port" } else { "server.listen sets another address" };
    let listener = listen(checked.server.listen, how).await?;
    let (stop, stopped) = watch::channel(false);
    let until = move || {
        let mut stopped = stopped.clone();
        async move {
            // An error means that the sender is gone: time to stop as well.
            let _ = stopped.wait_for(|stop| *stop).await;
        }
    };
    let (db, ephemeral) = databases(checked).await?;
    let app = node(checked, db, ephemeral, clock, random).await?;
    // Metadata and keys are ready: answer, while the demo's data are loaded.
    let server = tokio::spawn(answer(app.clone(), listener, until()));
    if let Some(demo) = app.demo {
        start_demo(&app, &demo, checked, until).await?;
        demo.announce(app.issuer.as_str(), out)?;
    } else {
        writeln!(out, "Sicorra Connect answers at {}", app.issuer)?;
    }
    wait_for_signal().await?;
    stop.send_replace(true);
    server.await?
}

async fn start_demo<S>(app: &SharedApp, demo: &Demo, checked: &Checked, until: impl Fn() -> S) -> anyhow::Result<()>
where
    S: Future<Output = ()> + Send + 'static,
{
    #[cfg(feature = "demo")]
    let listeners = demo::applications::bind(demo).await?;
    let ports = checked.demo.map(|demo| demo.application_ports).unwrap_or_default();
    let declared = declared::demo_catalogue(ports).map_err(|problems| anyhow!("demo catalogue: {problems:?}"))?;
    declared::apply(&app.db, app.clock.as_ref(), app.random.as_ref(), &declared, true).await?;
    jobs::reload::reload(app, 0).await?;
    demo::load(app).await?;
    #[cfg(feature = "demo")]
    demo::applications::spawn(app, demo, listeners, until)?;
    #[cfg(not(feature = "demo"))]
    let _ = (demo, until);
    Ok(())
}

async fn wait_for_signal() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

fn start_log(checked: &Checked) {
    // In the demo the terminal is for its ten lines: only what goes wrong is logged.
    let level = if checked.demo.is_some() { "warn" } else { checked.log.level.as_str() };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process keeps the first log: harmless, and only tests do it.
    let _ = match checked.log.format {
        LogFormat::Json => log.json().try_init(),
        LogFormat::Text => log.try_init(),
    };
}
