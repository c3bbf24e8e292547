//! A node with a relay that does nothing by itself, and what its outbox says.

use idp::{
    app::SharedApp,
    config::{Checked, MailEncryption, MailSettings, Settings, create_master_key},
    jobs::outbox::{Stats, deliver_due},
    mailer::{self, Letter},
    start,
};
use idp_core::people::email::Email;
use idp_store::{Db, StoreResult, on_db};

use super::Env;

/// To whom every [`letter`] goes.
pub const RECIPIENT: &str = "marie.curie@lycee.example";

/// A demo node's settings, its mail going to a relay on this port, in clear.
pub fn settings(env: &Env, port: u16) -> Settings {
    create_master_key(&env.folder().join("master.key"), env.random().as_ref()).expect("a master key");
    let mail = MailSettings {
        host: Some("127.0.0.1".to_owned()),
        port,
        encryption: MailEncryption::None,
        from: Some("ne-pas-repondre@connexion.example".to_owned()),
        ..MailSettings::default()
    };
    Settings { mail, ..Settings::demo(env.folder(), 8080) }
}

pub fn check(settings: &Settings) -> Checked {
    settings.validate().expect("settings")
}

/// A node over the places of `env` that answers no request and sends no mail by itself.
pub async fn node_with(env: &Env, settings: &Settings) -> SharedApp {
    let (db, ephemeral) = (env.db().await, env.ephemeral().await);
    start::node(&check(settings), db, ephemeral, env.clock(), env.random()).await.expect("a node")
}

/// The same, with [`settings`].
pub async fn node(env: &Env, port: u16) -> SharedApp {
    node_with(env, &settings(env, port)).await
}

/// A mail to [`RECIPIENT`].
pub fn letter(subject: &str, text: &str) -> Letter {
    let recipient = Email::parse(RECIPIENT).expect("an address");
    Letter::new(&recipient, subject, text, format!("<p>{text}</p>")).expect("a letter")
}

/// Queues it in a transaction of its own; says whether its event is new.
pub async fn queue(app: &SharedApp, event: &str, letter: &Letter) -> bool {
    let mut tx = app.db.begin().await.expect("a transaction");
    let new = mailer::queue(&mut tx, letter, event, None, app.random.as_ref(), app.now()).await.expect("queued");
    tx.commit().await.expect("kept");
    new
}

/// What a worker does at each turn.
pub async fn round(app: &SharedApp) -> Stats {
    deliver_due(app).await.expect("a round")
}

/// What the row says.
#[derive(sqlx::FromRow)]
pub struct State {
    pub payload: String,
    pub due_at: i64,
    pub attempts: i64,
    pub delivered_at: Option<i64>,
    pub failed_at: Option<i64>,
    pub last_error: Option<String>,
}

/// The row of this event.
pub async fn state(db: &Db, event: &str) -> State {
    async fn read(db: &Db, event: &str) -> StoreResult<State> {
        const ROW: &str = "select payload, due_at, attempts, delivered_at, failed_at, last_error from outbox
            where event = $1";
        Ok(on_db!(read db, pool => sqlx::query_as(ROW).bind(event).fetch_one(pool).await?))
    }
    read(db, event).await.expect("a row")
}
