//! `idp config apply` and `idp config check`: they print, and say whether all is well.

use std::{io::Write, path::Path};

use idp_core::{random::Random, time::Clock};
use idp_store::Db;

use super::{apply, plan, read};
use crate::config::{Environment, Mode, Problem, load};

/// What `idp config apply` was asked.
#[derive(Clone, Copy, Debug)]
pub struct Apply<'a> {
    /// The folder of the three files.
    pub directory: &'a Path,
    /// Print the differences, write nothing.
    pub dry_run: bool,
    /// Remove what the files no longer name.
    pub prune: bool,
    /// Let clear secrets through.
    pub demo: bool,
}

/// Reads the files, prints the differences and applies them; `false` when the files are wrong (exit code 2).
///
/// # Errors
/// When the database or `out` fails, or a declared client has the id of a registered one.
pub async fn apply_command(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    asked: Apply<'_>,
    out: &mut dyn Write,
) -> anyhow::Result<bool> {
    let declared = match read(asked.directory, asked.demo) {
        Ok(declared) => declared,
        Err(problems) => {
            print(&problems, out)?;
            return Ok(false);
        }
    };
    let changes = if asked.dry_run {
        plan(db, &declared, asked.prune).await?
    } else {
        apply(db, clock, random, &declared, asked.prune).await?
    };
    for change in &changes {
        writeln!(out, "{change}")?;
    }
    let written = changes.iter().filter(|change| change.writes()).count();
    match (written, asked.dry_run) {
        (0, _) => writeln!(out, "Nothing to change.")?,
        (count, true) => writeln!(out, "{count} to change. Nothing was written (--dry-run).")?,
        (count, false) => writeln!(out, "{count} changed.")?,
    }
    Ok(true)
}

/// Checks the settings and the declared files, and prints everything that is wrong; `false` then (exit code 2).
///
/// # Errors
/// When `out` fails.
pub fn check_command(file: Option<&Path>, environment: &Environment, out: &mut dyn Write) -> anyhow::Result<bool> {
    let settings = match load(file, environment) {
        Ok(Mode::Configured(settings)) => settings,
        Ok(Mode::Demo) => {
            writeln!(out, "Nothing is configured: the program would start in demo mode.")?;
            return Ok(true);
        }
        Err(problem) => {
            print(&[problem], out)?;
            return Ok(false);
        }
    };
    let mut problems = settings.validate().err().unwrap_or_default();
    problems.extend(read(&settings.catalogue.directory, settings.demo.enabled).err().unwrap_or_default());
    if problems.is_empty() {
        writeln!(out, "The configuration is complete.")?;
    }
    print(&problems, out)?;
    Ok(problems.is_empty())
}

fn print(problems: &[Problem], out: &mut dyn Write) -> std::io::Result<()> {
    problems.iter().try_for_each(|problem| writeln!(out, "{problem}"))
}
