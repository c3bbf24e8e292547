//! What is wrong with a configuration, in one line that names the key.

use std::fmt;

/// One thing to put right. Never holds a value that could be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key (`server.issuer`), or file and key (`clients.toml: clients.semafor.secret_file`).
    pub place: String,
    /// What is wrong there.
    pub message: String,
}

impl Problem {
    /// `message` at `place`.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }

    /// A key that must be given, and is not.
    pub fn missing(key: &str) -> Self {
        Self::new(key, format!("missing (or {} in the environment)", variable(key)))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for Problem {}

/// The environment variable of a key: `server.issuer` is `IDP__SERVER__ISSUER`.
#[must_use]
pub fn variable(key: &str) -> String {
    format!("IDP__{}", key.replace('.', "__").to_uppercase())
}

/// What a TOML library says of `text`, in one line and without the values that it quotes: a value may be a secret.
pub fn toml_problem(file: &str, text: &str, error: &toml::de::Error) -> Problem {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let message = error.message();
    let place = format!("{file}, line {line}");
    match without_value(message) {
        // The text is well formed there, so what stands before `=` is a key.
        Some(expected) => {
            let source = text.lines().nth(line - 1).unwrap_or_default();
            let key = source.split_once('=').map_or("", |(key, _)| key.trim());
            Problem::new(format!("{place}: {key}"), expected)
        }
        None => Problem::new(place, message.lines().next().unwrap_or_default()),
    }
}

/// `expected a boolean` of `invalid type: string "hunter2", expected a boolean`; `None` for other messages.
fn without_value(message: &str) -> Option<String> {
    ["invalid type", "invalid value", "unknown variant"].iter().find(|start| message.starts_with(**start))?;
    let (_, expected) = message.rsplit_once(", expected ")?;
    Some(format!("expected {expected}"))
}
