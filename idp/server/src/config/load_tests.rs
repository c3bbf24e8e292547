use std::path::PathBuf;

use super::*;
use crate::config::LogFormat;

fn variables(pairs: &[(&str, &str)]) -> Environment {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn with_file(text: &str, pairs: &[(&str, &str)]) -> Result<Settings, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("idp.toml");
    std::fs::write(&path, text).unwrap();
    match load(Some(&path), &variables(pairs)) {
        Ok(Mode::Configured(settings)) => Ok(*settings),
        Ok(Mode::Demo) => panic!("a file is never demo mode"),
        Err(problem) => Err(problem.to_string().replace(path.to_str().unwrap(), "idp.toml")),
    }
}

fn from_environment(pairs: &[(&str, &str)]) -> Result<Settings, String> {
    match load(None, &variables(pairs)) {
        Ok(Mode::Configured(settings)) => Ok(*settings),
        Ok(Mode::Demo) => panic!("a variable is never demo mode"),
        Err(problem) => Err(problem.to_string()),
    }
}

#[test]
fn nothing_configured_is_demo_mode() {
    assert!(matches!(load(None, &Environment::new()), Ok(Mode::Demo)));
}

#[test]
fn a_named_file_that_is_missing_is_an_error() {
    let message = load(Some(Path::new("/nowhere/idp.toml")), &Environment::new()).unwrap_err().to_string();
    assert!(message.starts_with("/nowhere/idp.toml: cannot read the configuration file: "), "{message}");
}

#[test]
fn variables_override_the_file() {
    let file = "[server]\nissuer = \"https://a.example\"\nrequest_timeout_seconds = 5\n[passwords]\nthreads = 2";
    let settings = with_file(
        file,
        &[("IDP__SERVER__ISSUER", "https://b.example"), ("IDP__PASSWORDS__THREADS", "4"), ("IDP__LOG__FORMAT", "json")],
    )
    .unwrap();
    assert_eq!(settings.server.issuer.as_deref(), Some("https://b.example"));
    assert_eq!(settings.server.request_timeout_seconds, 5);
    assert_eq!(settings.passwords.threads, Some(4));
    assert_eq!(settings.log.format, LogFormat::Json);
    assert!(!settings.demo.enabled);
    assert!(from_environment(&[("IDP__DEMO__ENABLED", "true")]).unwrap().demo.enabled);
}

#[test]
fn a_secret_of_digits_stays_as_it_was_written() {
    for key in ["0012", "12e4", "true", "1.50"] {
        let settings = from_environment(&[("IDP__SECRETS__MASTER_KEY", key)]).unwrap();
        assert_eq!(settings.secrets.master_key.unwrap().expose(), key);
    }
}

#[test]
fn unknown_keys_are_refused_by_name() {
    assert_eq!(
        with_file("[log]\nlevl = \"info\"", &[]).unwrap_err(),
        "idp.toml: unknown key log.levl (known here: format, level)"
    );
    let message = with_file("[sever]\nissuer = \"x\"", &[]).unwrap_err();
    assert!(message.starts_with("idp.toml: unknown key sever (known here: server, database, "), "{message}");
    assert_eq!(
        from_environment(&[("IDP__LOG__LEVL", "info")]).unwrap_err(),
        "IDP__LOG__LEVL (environment): unknown key log.levl (known here: format, level)"
    );
    let message = from_environment(&[("IDP__ISSUER", "https://a.example")]).unwrap_err();
    assert!(message.starts_with("IDP__ISSUER (environment): unknown key issuer "), "{message}");
}

#[test]
fn wrong_types_are_named_without_their_value() {
    assert_eq!(
        with_file("[server]\nrequest_timeout_seconds = \"hunter2\"", &[]).unwrap_err(),
        "idp.toml: server.request_timeout_seconds: expected an integer"
    );
    for (text, key) in [
        ("[log]\nformat = \"hunter2\"", "log"),
        ("[server]\nlisten = \"hunter2\"", "server.listen"),
        ("[server]\nlisten = 8080", "server.listen"),
        ("server = \"hunter2\"", "server"),
        ("[demo]\napplication_ports = [1, 2]", "demo.application_ports"),
        ("[secrets]\nmaster_key = [\"hunter2\"]", "secrets.master_key"),
        ("[secrets.master_key]\nvalue = \"hunter2\"", "secrets.master_key"),
    ] {
        let message = with_file(text, &[]).unwrap_err();
        assert!(message.starts_with(&format!("idp.toml: {key}")), "{message}");
        assert!(!message.contains("hunter2") && message.lines().count() == 1, "{message}");
    }
    let message = from_environment(&[("IDP__LOG__LEVEL", "hunter2")]).unwrap_err();
    assert!(message.contains("log") && !message.contains("hunter2"), "{message}");
}

#[test]
fn broken_toml_is_told_by_line_without_quoting_it() {
    for text in ["[database]\nurl = \"postgres://idp:hunter2@db", "[database]\nurl = hunter2", "[a]\nhunter2\n"] {
        let message = with_file(text, &[]).unwrap_err();
        assert!(message.starts_with("idp.toml, line 2: "), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn the_committed_files_lack_nothing_but_secrets() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config"));
    let key = ("IDP__SECRETS__MASTER_KEY", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    let database = ("IDP__DATABASE__URL", "postgres://idp:hunter2@db/idp");
    let redis = ("IDP__EPHEMERAL__REDIS_URL", "rediss://:hunter2@cache/0");
    let mail = ("IDP__MAIL__PASSWORD", "hunter2");
    let problems = |name: &str, given: &[(&str, &str)]| match load(Some(&folder.join(name)), &variables(given)) {
        Ok(Mode::Configured(settings)) => settings.validate().err().unwrap_or_default(),
        other => panic!("{name}: {other:?}"),
    };
    for (name, secrets, missing) in [
        ("embedded.toml", vec![key], vec!["secrets.master_key_file"]),
        (
            "production.toml",
            vec![key, database, redis, mail],
            vec!["database.url", "secrets.master_key_file", "mail.password_file"],
        ),
    ] {
        assert_eq!(problems(name, &secrets), [], "{name}");
        let places: Vec<_> = problems(name, &[]).into_iter().map(|problem| problem.place).collect();
        assert_eq!(places, missing, "{name}");
    }
}
