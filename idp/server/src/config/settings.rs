//! The settings as written: one struct per section, every key optional or with a default. [`super::Checked`] is what
//! the program works with.

use std::{net::SocketAddr, path::PathBuf};

use idp_core::secret::Secret;
use schemars::JsonSchema;
use serde::Deserialize;

/// Everything that `--config FILE` and `IDP__SECTION__KEY` variables may say.
// Debug may be derived: every secret is of type `Secret`, which prints as `***`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where the provider answers.
    pub server: ServerSettings,
    /// What is kept for good.
    pub database: DatabaseSettings,
    /// What may be lost at the price of one more sign-in.
    pub ephemeral: EphemeralSettings,
    /// The key that protects the other keys.
    pub secrets: SecretSettings,
    /// How mail leaves.
    pub mail: MailSettings,
    /// How long a browser stays signed in.
    pub sessions: SessionSettings,
    /// How long codes and tokens live.
    pub tokens: TokenSettings,
    /// What a password hash costs.
    pub passwords: PasswordSettings,
    /// Where applications, profiles and clients are declared.
    pub catalogue: CatalogueSettings,
    /// What the program writes on its standard error.
    pub log: LogSettings,
    /// The demonstration, for one machine only.
    pub demo: DemoSettings,
}

/// Section `server`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// The address under which browsers and applications reach the provider: `https://host`, without path or trailing
    /// slash. It is the `iss` of every token.
    pub issuer: Option<String>,
    /// Address and port on which to listen; a reverse proxy in front speaks TLS.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// Seconds after which a request is given up, 1 to 300.
    pub request_timeout_seconds: u64,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self { issuer: None, listen: SocketAddr::from(([127, 0, 0, 1], 8080)), request_timeout_seconds: 30 }
    }
}

/// Section `database`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `sqlite:PATH` or `postgres://user:password@host/name`.
    #[schemars(with = "Option<String>")]
    pub url: Option<Secret>,
    /// A file that holds the address, when it contains a password.
    pub url_file: Option<PathBuf>,
    /// Connections kept open at most, 1 to 500 (on SQLite: readers).
    pub connections: u32,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self { url: None, url_file: None, connections: 10 }
    }
}

/// Section `ephemeral`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EphemeralSettings {
    /// `redis://`, `rediss://` or `unix://` address. Without it, the database keeps this too.
    #[schemars(with = "Option<String>")]
    pub redis_url: Option<Secret>,
    /// A file that holds the address, when it contains a password.
    pub redis_url_file: Option<PathBuf>,
    /// SQLite only: the second file. By default beside the first, its name ending in `-ephemeral`.
    pub path: Option<PathBuf>,
}

/// Section `secrets`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SecretSettings {
    /// 32 random bytes as 64 hexadecimal digits or as base64. Prefer the file.
    #[schemars(with = "Option<String>")]
    pub master_key: Option<Secret>,
    /// A file that holds the master key.
    pub master_key_file: Option<PathBuf>,
}

/// How the connection to the mail relay is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MailEncryption {
    /// STARTTLS, required (port 587).
    #[default]
    Starttls,
    /// TLS from the first byte (port 465).
    Tls,
    /// None: for a relay on the same machine.
    None,
}

/// Section `mail`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MailSettings {
    /// The relay's host name.
    pub host: Option<String>,
    /// The relay's port.
    pub port: u16,
    /// `starttls`, `tls` or `none`.
    pub encryption: MailEncryption,
    /// The sender of every mail: `ne-pas-repondre@host`.
    pub from: Option<String>,
    /// The name with which to sign in at the relay; without it, no sign-in.
    pub username: Option<String>,
    /// The relay's password. Prefer the file.
    #[schemars(with = "Option<String>")]
    pub password: Option<Secret>,
    /// A file that holds the relay's password.
    pub password_file: Option<PathBuf>,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            host: None,
            port: 587,
            encryption: MailEncryption::default(),
            from: None,
            username: None,
            password: None,
            password_file: None,
        }
    }
}

/// Section `sessions`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SessionSettings {
    /// Hours without a request after which a session ends, 1 to 168.
    pub idle_hours: u64,
    /// Days after which a session ends in any case, 1 to 30.
    pub max_days: u64,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self { idle_hours: 12, max_days: 7 }
    }
}

/// Section `tokens`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TokenSettings {
    /// Seconds that an authorization code lives, 5 to 60.
    pub code_seconds: u64,
    /// Seconds that an access token lives, 60 to 600.
    pub access_token_seconds: u64,
    /// Seconds that an ID token lives, 60 to 3600.
    pub id_token_seconds: u64,
    /// Minutes that an authorization request waits for the sign-in, 5 to 120.
    pub flow_minutes: u64,
}

impl Default for TokenSettings {
    fn default() -> Self {
        Self { code_seconds: 60, access_token_seconds: 600, id_token_seconds: 600, flow_minutes: 60 }
    }
}

/// Section `passwords`: argon2id with one lane.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordSettings {
    /// Memory of one hash in KiB, 7168 to 262144; times `iterations`, 35840 at least.
    pub memory_kib: u32,
    /// Passes over that memory, 1 to 16.
    pub iterations: u32,
    /// Hashes computed at once, 1 to 256; by default one per processor.
    pub threads: Option<u32>,
    /// Hashes that may wait, 1 to 10000; beyond it the answer is 503.
    pub queue: u32,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, threads: None, queue: 64 }
    }
}

/// Section `catalogue`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CatalogueSettings {
    /// The folder of `applications.toml`, `profiles.toml` and `clients.toml`.
    pub directory: PathBuf,
}

impl Default for CatalogueSettings {
    fn default() -> Self {
        Self { directory: PathBuf::from("config") }
    }
}

/// The shape of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// The least grave event that is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Failures only.
    Error,
    /// And what an operator should look at.
    Warn,
    /// And each request.
    #[default]
    Info,
    /// And each step.
    Debug,
    /// And each library's steps.
    Trace,
}

impl LogLevel {
    /// The name that `tracing` knows it by.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Section `log`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LogSettings {
    /// `text` or `json`.
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: LogLevel,
}

/// Section `demo`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DemoSettings {
    /// Starts the three demo applications and loads the demo data. Issuer and listener must then be loopback.
    pub enabled: bool,
    /// Ports of the demo applications on 127.0.0.1: Semafor, APERA-Net, Bourse Mobilité.
    pub application_ports: [u16; 3],
}

impl Default for DemoSettings {
    fn default() -> Self {
        Self { enabled: false, application_ports: [8081, 8082, 8083] }
    }
}
