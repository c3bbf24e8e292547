//! The settings of a program that was started with none.

use std::{
    io::{self, Write},
    net::SocketAddr,
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use idp_core::{
    random::{self, Random},
    secret::Secret,
};

use super::{DatabaseSettings, DemoSettings, SecretSettings, ServerSettings, Settings};

impl Settings {
    /// Demo mode: loopback only, SQLite and the master key in `data`, the provider on `port`.
    ///
    /// The master key must lie in `data/master.key`: see [`create_master_key`].
    #[must_use]
    pub fn demo(data: &Path, port: u16) -> Self {
        Self {
            server: ServerSettings {
                issuer: Some(format!("http://localhost:{port}")),
                listen: SocketAddr::from(([127, 0, 0, 1], port)),
                ..ServerSettings::default()
            },
            database: DatabaseSettings {
                url: Some(Secret::new(format!("sqlite:{}", data.join("idp.db").display()))),
                ..DatabaseSettings::default()
            },
            secrets: SecretSettings { master_key_file: Some(data.join("master.key")), master_key: None },
            demo: DemoSettings { enabled: true, ..DemoSettings::default() },
            ..Self::default()
        }
    }
}

/// Writes a fresh master key (base64, readable by its owner only) unless `path` exists; says whether it did.
///
/// # Errors
/// When the file cannot be written.
pub fn create_master_key(path: &Path, random: &dyn Random) -> io::Result<bool> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        opened => opened?,
    };
    let key = Secret::new(STANDARD.encode(random::bytes::<32>(random)));
    file.write_all(key.expose().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Ephemeral;

    struct Sevens;

    impl Random for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn demo_settings_are_complete_once_the_key_exists() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::demo(folder.path(), 8090);
        let problems = settings.validate().unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].place, "secrets.master_key_file");

        let path = folder.path().join("master.key");
        assert!(create_master_key(&path, &Sevens).unwrap());
        assert!(!create_master_key(&path, &Sevens).unwrap(), "the second start finds its key");
        let checked = settings.validate().unwrap();
        assert_eq!(checked.server.issuer.as_str(), "http://localhost:8090");
        assert_eq!(checked.master_key.as_bytes(), &[7; 32]);
        assert_eq!(checked.ephemeral, Ephemeral::Sqlite(folder.path().join("idp-ephemeral.db")));
        assert!(checked.mail.is_none() && checked.demo.is_some());
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_the_master_key() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        create_master_key(&path, &Sevens).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
