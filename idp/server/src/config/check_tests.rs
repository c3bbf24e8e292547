use super::*;
use crate::config::{DemoSettings, Source};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn complete() -> Settings {
    let mut settings = Settings::default();
    settings.server.issuer = Some("https://connexion.example".into());
    settings.database.url = Some(Secret::new("postgres://idp:hunter2@db/idp"));
    settings.ephemeral.redis_url = Some(Secret::new("redis://:hunter2@cache/0"));
    settings.secrets.master_key = Some(Secret::new(KEY));
    settings.mail.host = Some("relais.example".into());
    settings.mail.from = Some("ne-pas-repondre@connexion.example".into());
    settings
}

fn problems(change: impl FnOnce(&mut Settings)) -> Vec<String> {
    let mut settings = complete();
    change(&mut settings);
    settings.validate().err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

fn places(change: impl FnOnce(&mut Settings)) -> Vec<String> {
    problems(change).iter().map(|line| line.split(": ").next().unwrap().to_owned()).collect()
}

#[test]
fn everything_missing_is_named_at_once() {
    let places = places(|settings| *settings = Settings::default());
    assert_eq!(places, ["server.issuer", "database.url", "secrets.master_key_file", "mail.host", "mail.from"]);
}

#[test]
fn complete_settings_pass() {
    let checked = complete().validate().unwrap();
    assert_eq!(checked.ephemeral, Ephemeral::Redis(Secret::new("redis://:hunter2@cache/0")));
    assert_eq!(checked.lifetimes, Lifetimes::default());
    assert!(checked.demo.is_none());
}

#[test]
fn no_secret_is_printed() {
    let mut settings = complete();
    settings.mail.username = Some("idp".into());
    settings.mail.password = Some(Secret::new("hunter2"));
    let printed =
        format!("{settings:?} {:?} {:?}", settings.validate().unwrap(), Source::Value(Secret::new("hunter2")));
    assert!(!printed.contains("hunter2") && !printed.contains(KEY), "{printed}");
}

#[test]
fn a_secret_by_value_and_by_file_is_refused() {
    assert_eq!(places(|s| s.secrets.master_key_file = Some("/nowhere".into())), ["secrets.master_key"]);
    assert_eq!(places(|s| s.database.url_file = Some("/nowhere".into())), ["database.url"]);
    assert_eq!(places(|s| s.ephemeral.redis_url_file = Some("/nowhere".into())), ["ephemeral.redis_url"]);
}

#[test]
fn a_master_key_of_the_wrong_length_is_refused_without_showing_it() {
    let problems = problems(|s| s.secrets.master_key = Some(Secret::new("c2VjcmV0")));
    assert_eq!(problems, ["secrets.master_key: must be 32 bytes: 64 hexadecimal digits, or base64"]);
}

#[test]
fn the_issuer_is_https() {
    assert_eq!(
        problems(|s| s.server.issuer = Some("http://connexion.example".into())),
        ["server.issuer: must be https (http is for localhost only)"]
    );
    assert!(problems(|s| s.server.issuer = Some("http://localhost:8080".into())).is_empty());
}

#[test]
fn demo_mode_is_for_this_machine_only() {
    let places = places(|s| {
        s.demo = DemoSettings { enabled: true, ..DemoSettings::default() };
        s.server.listen = "0.0.0.0:8080".parse().unwrap();
    });
    assert_eq!(places, ["server.issuer", "server.listen"]);
}

#[test]
fn demo_mode_needs_no_mail() {
    let settings = |s: &mut Settings| {
        s.server.issuer = Some("http://localhost:8080".into());
        s.mail = MailSettings::default();
    };
    assert_eq!(places(settings), ["mail.host", "mail.from"]);
    assert!(problems(|s| (settings(s), s.demo.enabled = true).1).is_empty());
}

#[test]
fn a_mail_relay_takes_name_and_password_together() {
    assert_eq!(places(|s| s.mail.username = Some("idp".into())), ["mail.password_file"]);
    assert_eq!(places(|s| s.mail.password = Some(Secret::new("hunter2"))), ["mail.username"]);
    assert_eq!(places(|s| s.mail.from = Some("a@b.example\r\nBcc: c@d.example".into())), ["mail.from"]);
}

#[test]
fn numbers_keep_their_bounds() {
    assert_eq!(
        problems(|s| s.tokens.access_token_seconds = 601),
        ["tokens.access_token_seconds: must be between 60 and 600, is 601"]
    );
    assert_eq!(places(|s| s.tokens.code_seconds = 61), ["tokens.code_seconds"]);
    assert_eq!(places(|s| s.sessions.idle_hours = 0), ["sessions.idle_hours"]);
    assert_eq!(places(|s| s.passwords.memory_kib = 64), ["passwords.memory_kib"]);
    assert_eq!(places(|s| s.passwords.threads = Some(0)), ["passwords.threads"]);
}

#[test]
fn the_second_sqlite_file_lies_beside_the_first() {
    let ephemeral = |url: &str, path: Option<&str>| {
        let mut settings = complete();
        settings.database.url = Some(Secret::new(url));
        settings.ephemeral.redis_url = None;
        settings.ephemeral.path = path.map(Into::into);
        settings.validate().map(|checked| checked.ephemeral).map_err(|problems| problems[0].place.clone())
    };
    assert_eq!(ephemeral("sqlite:data/idp.db", None), Ok(Ephemeral::Sqlite("data/idp-ephemeral.db".into())));
    assert_eq!(ephemeral("sqlite:///var/idp?mode=rwc", None), Ok(Ephemeral::Sqlite("/var/idp-ephemeral".into())));
    assert_eq!(ephemeral("sqlite:a.db", Some("b.db")), Ok(Ephemeral::Sqlite("b.db".into())));
    assert_eq!(ephemeral("sqlite:a.db", Some("a.db")), Err("ephemeral.path".into()));
    assert_eq!(ephemeral("postgres://db/idp", None), Ok(Ephemeral::Postgres));
    assert_eq!(ephemeral("postgres://db/idp", Some("b.db")), Err("ephemeral.path".into()));
    assert_eq!(ephemeral("sqlite::memory:", None), Err("database.url".into()));
    assert_eq!(ephemeral("mysql://db/idp", None), Err("database.url".into()));
}
