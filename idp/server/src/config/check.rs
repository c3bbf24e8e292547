//! From the settings as written to [`Checked`]: everything that is wrong is named at once.

use std::{num::NonZeroUsize, ops::RangeInclusive, path::PathBuf, time::Duration};

use idp_core::{catalogue::Lifetimes, people::argon2_hash::PasswordCost, secret::Secret};

use super::{
    Checked, Database, Demo, Ephemeral, Issuer, Log, Mail, MailSettings, MasterKey, Passwords, Problem, Server,
    Settings,
    sources::{optional, required},
};

/// Gathers problems, so that one run names them all.
#[derive(Default)]
struct Found(Vec<Problem>);

impl Found {
    fn say(&mut self, key: &str, message: impl Into<String>) {
        self.0.push(Problem::new(key, message));
    }

    fn keep<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.0.push(problem)).ok()
    }

    fn given<T: Clone>(&mut self, key: &str, value: &Option<T>) -> Option<T> {
        if value.is_none() {
            self.0.push(Problem::missing(key));
        }
        value.clone()
    }

    fn within(&mut self, key: &str, value: u64, bounds: RangeInclusive<u64>) {
        if !bounds.contains(&value) {
            self.say(key, format!("must be between {} and {}, is {value}", bounds.start(), bounds.end()));
        }
    }
}

impl Settings {
    /// Checks every section and reads the files of secrets.
    ///
    /// # Errors
    /// With everything that is missing or wrong, in the order of the sections.
    pub fn validate(&self) -> Result<Checked, Vec<Problem>> {
        let mut found = Found::default();
        let server = self.server(&mut found);
        let database = self.database(&mut found);
        let ephemeral = self.ephemeral(database.as_ref(), &mut found);
        let master_key = self.master_key(&mut found);
        let mail = self.mail(&mut found);
        let lifetimes = self.lifetimes(&mut found);
        let passwords = self.passwords(&mut found);
        let demo = self.demo_rules(server.as_ref(), &mut found);
        let parts = (server, database, ephemeral, master_key, passwords);
        let (Some(server), Some(database), Some(ephemeral), Some(master_key), Some(passwords)) = parts else {
            return Err(found.0);
        };
        if !found.0.is_empty() {
            return Err(found.0);
        }
        Ok(Checked {
            server,
            database,
            ephemeral,
            master_key,
            mail,
            lifetimes,
            passwords,
            catalogue_directory: self.catalogue.directory.clone(),
            log: Log { format: self.log.format, level: self.log.level },
            demo,
        })
    }

    fn server(&self, found: &mut Found) -> Option<Server> {
        found.within("server.request_timeout_seconds", self.server.request_timeout_seconds, 1..=300);
        let text = found.given("server.issuer", &self.server.issuer)?;
        let issuer = found.keep(Issuer::parse(&text).map_err(|e| Problem::new("server.issuer", e.to_string())))?;
        let request_timeout = Duration::from_secs(self.server.request_timeout_seconds);
        Some(Server { issuer, listen: self.server.listen, request_timeout })
    }

    fn database(&self, found: &mut Found) -> Option<Database> {
        let section = &self.database;
        found.within("database.connections", section.connections.into(), 1..=500);
        let url = match optional("database.url", &section.url, &section.url_file) {
            Ok(None) => {
                found.0.push(Problem::missing("database.url"));
                None
            }
            other => found.keep(other).flatten(),
        }?;
        let known = ["postgres://", "postgresql://"].iter().any(|scheme| url.expose().starts_with(scheme));
        if !known && sqlite_path(&url).is_none() {
            found.say("database.url", "must be sqlite:PATH (a file) or postgres://user:password@host/name");
            return None;
        }
        Some(Database { url, connections: section.connections })
    }

    fn ephemeral(&self, database: Option<&Database>, found: &mut Found) -> Option<Ephemeral> {
        let section = &self.ephemeral;
        let redis = found.keep(optional("ephemeral.redis_url", &section.redis_url, &section.redis_url_file))?;
        if let Some(url) = redis {
            if section.path.is_some() {
                found.say("ephemeral.path", "has no use when Redis is configured");
            }
            let schemes = ["redis://", "rediss://", "redis+unix://", "unix://"];
            if !schemes.iter().any(|scheme| url.expose().starts_with(scheme)) {
                found.say("ephemeral.redis_url", "must start with redis://, rediss:// or unix://");
            }
            return Some(Ephemeral::Redis(url));
        }
        match (sqlite_path(&database?.url), &section.path) {
            (Some(first), Some(second)) if first == *second => {
                found.say("ephemeral.path", "must be another file than the database");
                None
            }
            (Some(_), Some(second)) => Some(Ephemeral::Sqlite(second.clone())),
            (Some(first), None) => Some(Ephemeral::Sqlite(beside(&first))),
            (None, None) => Some(Ephemeral::Postgres),
            (None, Some(_)) => {
                found.say("ephemeral.path", "is for SQLite only");
                None
            }
        }
    }

    fn master_key(&self, found: &mut Found) -> Option<MasterKey> {
        let section = &self.secrets;
        let text = found.keep(required("secrets.master_key", &section.master_key, &section.master_key_file))?;
        let key = MasterKey::decode(text.expose().trim());
        if key.is_none() {
            found.say("secrets.master_key", "must be 32 bytes: 64 hexadecimal digits, or base64");
        }
        key
    }

    fn mail(&self, found: &mut Found) -> Option<Mail> {
        let section = &self.mail;
        if self.demo.enabled && section.host.is_none() && section.from.is_none() {
            return None;
        }
        let credentials = credentials(section, found);
        let (host, from) = (found.given("mail.host", &section.host), found.given("mail.from", &section.from));
        let (host, from) = (host?, from?);
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c.is_control() || c == '/') {
            found.say("mail.host", "must be a host name");
        }
        // A line end would let the text add header fields of its own.
        if from.chars().any(char::is_control)
            || !from.split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
        {
            found.say("mail.from", "must be one e-mail address");
        }
        found.within("mail.port", section.port.into(), 1..=65535);
        Some(Mail { host, port: section.port, encryption: section.encryption, from, credentials })
    }

    fn lifetimes(&self, found: &mut Found) -> Lifetimes {
        let (tokens, sessions) = (&self.tokens, &self.sessions);
        found.within("sessions.idle_hours", sessions.idle_hours, 1..=168);
        found.within("sessions.max_days", sessions.max_days, 1..=30);
        found.within("tokens.code_seconds", tokens.code_seconds, 5..=60);
        found.within("tokens.access_token_seconds", tokens.access_token_seconds, 60..=600);
        found.within("tokens.id_token_seconds", tokens.id_token_seconds, 60..=3600);
        found.within("tokens.flow_minutes", tokens.flow_minutes, 5..=120);
        Lifetimes {
            code: Duration::from_secs(tokens.code_seconds),
            access_token: Duration::from_secs(tokens.access_token_seconds),
            id_token: Duration::from_secs(tokens.id_token_seconds),
            flow: Duration::from_secs(tokens.flow_minutes.saturating_mul(60)),
            session_idle: Duration::from_secs(sessions.idle_hours.saturating_mul(3600)),
            session: Duration::from_secs(sessions.max_days.saturating_mul(24 * 3600)),
        }
    }

    fn passwords(&self, found: &mut Found) -> Option<Passwords> {
        let section = &self.passwords;
        found.within("passwords.threads", section.threads.unwrap_or(1).into(), 1..=256);
        found.within("passwords.queue", section.queue.into(), 1..=10_000);
        let cost = PasswordCost::new(section.memory_kib, section.iterations, 1)
            .map_err(|error| Problem::new("passwords.memory_kib", format!("with passwords.iterations: {error}")));
        let threads = match section.threads {
            Some(threads) => NonZeroUsize::new(threads as usize),
            None => Some(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
        };
        Some(Passwords { cost: found.keep(cost)?, threads: threads?, queue: section.queue as usize })
    }

    fn demo_rules(&self, server: Option<&Server>, found: &mut Found) -> Option<Demo> {
        if !self.demo.enabled {
            return None;
        }
        if server.is_some_and(|server| !server.issuer.is_loopback()) {
            found.say("server.issuer", "demo mode is for this machine only: the issuer must be on localhost");
        }
        if !self.server.listen.ip().is_loopback() {
            found.say("server.listen", "demo mode is for this machine only: listen on 127.0.0.1");
        }
        Some(Demo { application_ports: self.demo.application_ports })
    }
}

fn credentials(section: &MailSettings, found: &mut Found) -> Option<(String, Secret)> {
    let password = found.keep(optional("mail.password", &section.password, &section.password_file))?;
    match (&section.username, password) {
        (Some(username), Some(password)) => Some((username.clone(), password)),
        (Some(_), None) => {
            found.0.push(Problem::missing("mail.password_file"));
            None
        }
        (None, Some(_)) => {
            found.0.push(Problem::missing("mail.username"));
            None
        }
        (None, None) => None,
    }
}

/// The file of a `sqlite:` address, in any of the ways in which sqlx lets it be written.
fn sqlite_path(url: &Secret) -> Option<PathBuf> {
    let rest = url.expose().strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next().unwrap_or_default();
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

/// `data/idp.db` → `data/idp-ephemeral.db`
fn beside(first: &std::path::Path) -> PathBuf {
    let mut name = first.file_stem().unwrap_or_default().to_owned();
    name.push("-ephemeral");
    let mut second = first.with_file_name(name);
    if let Some(extension) = first.extension() {
        second.set_extension(extension);
    }
    second
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
