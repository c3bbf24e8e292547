//! The settings after the check: typed, in bounds, secrets read.

use std::{net::SocketAddr, num::NonZeroUsize, path::PathBuf, time::Duration};

use idp_core::{catalogue::Lifetimes, people::argon2_hash::PasswordCost, secret::Secret};

use super::{Issuer, LogFormat, LogLevel, MailEncryption, MasterKey};

/// What the program works with. `Debug` prints no secret.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Where the provider answers.
    pub server: Server,
    /// What is kept for good.
    pub database: Database,
    /// What may be lost.
    pub ephemeral: Ephemeral,
    /// Protects the keys in the database.
    pub master_key: MasterKey,
    /// How mail leaves; `None` in demo mode only.
    pub mail: Option<Mail>,
    /// How long sessions, codes and tokens live.
    pub lifetimes: Lifetimes,
    /// What a password hash costs.
    pub passwords: Passwords,
    /// The folder of the declared catalogue.
    pub catalogue_directory: PathBuf,
    /// What is written on standard error.
    pub log: Log,
    /// The demonstration, where it is on.
    pub demo: Option<Demo>,
}

/// Where the provider answers.
#[derive(Clone, Debug)]
pub struct Server {
    /// The `iss` of every token.
    pub issuer: Issuer,
    /// Where to listen.
    pub listen: SocketAddr,
    /// When a request is given up.
    pub request_timeout: Duration,
}

/// What `idp_store::Db::connect` takes.
#[derive(Clone, Debug)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`
    pub url: Secret,
    /// At most so many.
    pub connections: u32,
}

/// Where ephemeral state lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ephemeral {
    /// In the PostgreSQL database itself.
    Postgres,
    /// In a second SQLite file.
    Sqlite(PathBuf),
    /// In Redis, at this address.
    Redis(Secret),
}

/// The mail relay.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: MailEncryption,
    /// The sender of every mail.
    pub from: String,
    /// Name and password, where the relay asks for them.
    pub credentials: Option<(String, Secret)>,
}

/// What a password hash costs, and how many are computed: the arguments of `PasswordPool::with`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passwords {
    /// Argon2id, one lane.
    pub cost: PasswordCost,
    /// Hashes at once.
    pub threads: NonZeroUsize,
    /// Hashes that may wait.
    pub queue: usize,
}

/// What is written on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    /// Shape of a line.
    pub format: LogFormat,
    /// The least grave event.
    pub level: LogLevel,
}

/// The demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demo {
    /// Ports of Semafor, APERA-Net and Bourse Mobilité on 127.0.0.1.
    pub application_ports: [u16; 3],
}
