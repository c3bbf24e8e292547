//! The declared catalogue: `applications.toml`, `profiles.toml` and `clients.toml` of one folder, compared with the
//! database and applied to it.

mod apply;
mod client;
mod command;
mod convert;
mod demo;
mod diff;
mod files;

use std::path::Path;

pub use apply::{apply, plan};
pub use command::{Apply, apply_command, check_command};
use convert::{APPLICATIONS, CLIENTS, Context, PROFILES, Written, convert};
pub use demo::{demo_catalogue, demo_secrets};
pub use diff::{Change, Family, Kind, diff};
use idp_core::catalogue::Catalogue;

use crate::config::Problem;

/// Reads and checks the three files of `directory`.
///
/// # Errors
/// With everything that is wrong in them, each problem naming its file and key.
pub fn read(directory: &Path, demo: bool) -> Result<Catalogue, Vec<Problem>> {
    let mut problems = Vec::new();
    let written = Written {
        applications: one(directory, APPLICATIONS, &mut problems),
        profiles: one(directory, PROFILES, &mut problems),
        clients: one(directory, CLIENTS, &mut problems),
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    convert(written, &Context { demo, read: &|path| std::fs::read_to_string(directory.join(path)) })
}

fn one<T: serde::de::DeserializeOwned + Default>(directory: &Path, name: &str, problems: &mut Vec<Problem>) -> T {
    let path = directory.join(name);
    let parsed = std::fs::read_to_string(&path)
        .map_err(|error| Problem::new(name, format!("cannot read {}: {error}", path.display())))
        .and_then(|text| files::parse(name, &text));
    parsed.unwrap_or_else(|problem| {
        problems.push(problem);
        T::default()
    })
}

#[cfg(test)]
mod tests;
