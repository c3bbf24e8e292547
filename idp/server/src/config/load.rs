//! From the command line's `--config FILE` and the environment to [`Settings`].

use std::{collections::BTreeMap, path::Path};

use config::{Config, ConfigError, File, FileFormat};

use super::{Problem, Settings, toml_problem, variable};

const PREFIX: &str = "IDP__";

/// The variables whose name starts with `IDP__`.
pub type Environment = BTreeMap<String, String>;

/// What was asked for at the start.
#[derive(Clone, Debug)]
pub enum Mode {
    /// Neither a file nor a variable: [`Settings::demo`].
    Demo,
    /// Settings as written, not yet checked.
    Configured(Box<Settings>),
}

/// This process's own variables.
///
/// # Errors
/// When one of them is not Unicode.
pub fn environment() -> Result<Environment, Problem> {
    std::env::vars_os()
        .filter(|(name, _)| name.to_string_lossy().to_uppercase().starts_with(PREFIX))
        .map(|(name, value)| {
            let name = name.to_string_lossy().into_owned();
            match value.into_string() {
                Ok(value) => Ok((name, value)),
                Err(_) => Err(Problem::new(name, "is not Unicode text")),
            }
        })
        .collect()
}

/// Reads `file`, then puts the variables over it.
///
/// # Errors
/// When the named file is missing or no TOML, or a key is unknown or of the wrong type.
pub fn load(file: Option<&Path>, environment: &Environment) -> Result<Mode, Problem> {
    if file.is_none() && environment.is_empty() {
        return Ok(Mode::Demo);
    }
    let mut builder = Config::builder();
    let mut place = "environment".to_owned();
    if let Some(path) = file {
        place = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Problem::new(&place, format!("cannot read the configuration file: {error}")))?;
        // Parsed here first: the library's own message would quote the line, and with it a secret.
        toml::from_str::<toml::Table>(&text).map_err(|error| toml_problem(&place, &text, &error))?;
        builder = builder.add_source(File::from_str(&text, FileFormat::Toml));
    }
    // Without `try_parsing`: it would read a key of digits as a number. Numbers and booleans are converted by their type.
    let variables =
        config::Environment::with_prefix("IDP").separator("__").source(Some(environment.clone().into_iter().collect()));
    let settings = builder
        .add_source(variables)
        .build()
        .and_then(Config::try_deserialize)
        .map_err(|error| explain(&place, environment, &error))?;
    Ok(Mode::Configured(Box::new(settings)))
}

/// One line that names the key, and the variable if that is where it came from; never the value.
fn explain(file: &str, environment: &Environment, error: &ConfigError) -> Problem {
    let (key, message) = describe(error);
    let name = variable(&key);
    let from_environment = environment.keys().any(|one| one.eq_ignore_ascii_case(&name));
    let place = if from_environment { format!("{name} (environment)") } else { file.to_owned() };
    Problem::new(place, message)
}

/// The key's path, and a message without its value.
fn describe(error: &ConfigError) -> (String, String) {
    match error {
        ConfigError::Type { expected, key, .. } => {
            let key = key.clone().unwrap_or_default();
            let message = format!("{key}: expected {expected}");
            (key, message)
        }
        ConfigError::At { error, key, .. } => {
            let path = key.clone().unwrap_or_default();
            match (unknown_field(error), error.as_ref()) {
                (Some((field, known)), _) => unknown(&format!("{path}.{field}"), &known),
                (None, inner @ (ConfigError::At { .. } | ConfigError::Type { .. })) => describe(inner),
                // What is left speaks of the value: it may be a secret.
                (None, _) => (path.clone(), format!("{path}: is not one of the values that this key takes")),
            }
        }
        other => match unknown_field(other) {
            Some((field, known)) => unknown(&field, &known),
            None => (String::new(), "cannot be understood".to_owned()),
        },
    }
}

fn unknown(key: &str, known: &str) -> (String, String) {
    (key.to_owned(), format!("unknown key {key} (known here: {known})"))
}

/// Takes serde's ``unknown field `x`, expected one of `a`, `b` `` apart.
fn unknown_field(error: &ConfigError) -> Option<(String, String)> {
    let ConfigError::Message(message) = error else { return None };
    let rest = message.strip_prefix("unknown field `")?;
    let (field, expected) = rest.split_once("`, expected ")?;
    let known = expected.trim_start_matches("one of ").replace("` or `", ", ").replace('`', "");
    Some((field.to_owned(), known))
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
