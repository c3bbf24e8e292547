//! From checked settings to a program that answers.

use std::{future::Future, net::SocketAddr, sync::Arc};

use anyhow::Context;
use arc_swap::ArcSwap;
use axum::serve::ListenerExt;
use consent_ui::Ui;
use idp_core::{random::Random, time::Clock};
use idp_store::{Db, ephemeral::Ephemeral, sql::catalogue};
use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    app::{App, SharedApp, router},
    config::{Checked, Ephemeral as Place},
    demo::Demo,
    jobs,
    keys::KeyRing,
    mailer::{self, Mailer, Smtp, Transport},
    passwords::PasswordPool,
};

/// Opens the databases and brings their schema up to date.
///
/// # Errors
/// When one of them cannot be reached or migrated.
pub async fn databases(checked: &Checked) -> anyhow::Result<(Db, Ephemeral)> {
    let db = database(checked).await?;
    let ephemeral = match &checked.ephemeral {
        Place::Postgres => Ephemeral::postgres(db.clone()),
        Place::Sqlite(path) => Ephemeral::sqlite(&format!("sqlite:{}", path.display())).await?,
        Place::Redis(url) => Ephemeral::redis(url.expose()).await.context("cannot reach Redis")?,
    };
    ephemeral.migrate().await?;
    Ok((db, ephemeral))
}

/// Opens the main database alone, as the command line needs it.
///
/// # Errors
/// When it cannot be reached or migrated.
pub async fn database(checked: &Checked) -> anyhow::Result<Db> {
    let db = Db::connect(checked.database.url.expose(), checked.database.connections)
        .await
        .context("cannot open the database")?;
    db.migrate().await.context("cannot bring the database up to date")?;
    Ok(db)
}

/// A node over open databases.
///
/// # Errors
/// With a wrong master key, or when a store is away.
pub async fn node(
    checked: &Checked,
    db: Db,
    ephemeral: Ephemeral,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> anyhow::Result<SharedApp> {
    let keys = KeyRing::load(&db, checked.master_key.as_bytes(), random.as_ref(), clock.now()).await?;
    let limits = checked.passwords;
    let passwords = PasswordPool::with(limits.cost, random.clone(), limits.threads, limits.queue)?;
    let transport = match &checked.mail {
        Some(mail) => Transport::Smtp(Box::new(Smtp::new(mail, &checked.server.issuer, mailer::LIMIT)?)),
        None => Transport::None,
    };
    Ok(Arc::new(App {
        discovery: App::discovery_of(&checked.server.issuer),
        issuer: checked.server.issuer.clone(),
        request_timeout: checked.server.request_timeout,
        lifetimes: checked.lifetimes,
        catalogue: ArcSwap::from_pointee(catalogue::load(&db).await?),
        keys: ArcSwap::from_pointee(keys),
        db,
        ephemeral,
        clock,
        random,
        passwords,
        mail: Mailer::new(transport),
        ui: Ui::new(),
        demo: checked.demo.map(Demo::new),
    }))
}

/// Listens, and says which address is taken and how to change it.
///
/// # Errors
/// When the address is in use, or not this machine's.
pub async fn listen(address: SocketAddr, how: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}; {how}"))
}

/// Answers until `shutdown` resolves; requests under way are finished first.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    app: SharedApp,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let watcher = tokio::spawn(jobs::reload::run(app.clone()));
    let (stop_mail, mail_stopped) = oneshot::channel::<()>();
    let mail = tokio::spawn(jobs::outbox::run(app.clone(), async {
        // Dropping the sender is the signal.
        let _ = mail_stopped.await;
    }));
    // Without this, small answers wait for the peer's acknowledgement.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
    });
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown).await?;
    watcher.abort();
    // What is being handed over is noted before the database closes: else it would leave twice.
    drop(stop_mail);
    mail.await?;
    app.ephemeral.close().await;
    app.db.close().await;
    Ok(())
}
