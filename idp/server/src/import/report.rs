//! What an import did, for the person at the terminal.

use std::{
    fmt::Display,
    io::{self, Write},
    time::Duration,
};

use idp_core::{
    schools::{
        directory::{Figures, Rejected, Warning},
        directory_diff::{Change, ChangeKind, FieldChange, Plan},
        establishment::Establishment,
    },
    time::Timestamp,
};
use serde_json::Value;

/// The most lines that are printed of one kind; the counts are always whole.
const MAX_LINES: usize = 200;
const MAX_ADDED: usize = 20;

/// What an import did, or would do.
#[derive(Clone, Debug)]
pub struct ImportReport {
    /// The file's name.
    pub file: String,
    /// Rows under its header.
    pub rows: u64,
    /// What a directory file holds; `None` for codes.
    pub figures: Option<Figures>,
    /// Every establishment as it is now, and what changed.
    pub plan: Plan,
    /// Rows left out.
    pub rejected: Vec<Rejected>,
    /// Oddities in rows that were kept.
    pub warnings: Vec<Warning>,
    /// The codes imported along with it.
    pub codes: Option<Box<Self>>,
    /// Absence from the file said nothing.
    pub partial: bool,
    /// Nothing was written.
    pub dry_run: bool,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took.
    pub took: Duration,
}

impl ImportReport {
    /// Prints the figures, then the rows left out, the oddities and the changes.
    ///
    /// # Errors
    /// When `out` refuses.
    pub fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        self.print_figures(out)?;
        let rejected = self.rejected.iter().map(|one| format!("line {}: {}", one.line, one.reason));
        list(out, "left out", rejected, MAX_LINES)?;
        let warnings = self.warnings.iter().map(|one| format!("line {}, {}: {}", one.line, one.uai, one.oddity));
        list(out, "to check", warnings, MAX_LINES)?;
        self.print_changes(out)?;
        if let Some(codes) = &self.codes {
            codes.print(out)?;
            return Ok(());
        }
        if self.dry_run {
            writeln!(out, "Dry run: nothing was written.")?;
        }
        Ok(())
    }

    fn print_figures(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}: {} rows, {} left out", printable(&self.file), self.rows, self.rejected.len())?;
        if let Some(figures) = &self.figures {
            writeln!(
                out,
                "  {} on several sites, {} annexes or sections, {} without SIRET, {} SIRET with a wrong control sum",
                figures.several_sites, figures.with_mother, figures.without_siret, figures.siret_sum_fails
            )?;
        }
        let count = |kind| self.plan.count(kind);
        writeln!(
            out,
            "  {} added, {} changed, {} no longer listed, {} listed again; {} establishments in all",
            count(ChangeKind::Added),
            count(ChangeKind::Changed),
            count(ChangeKind::Unlisted),
            count(ChangeKind::Relisted),
            self.plan.after.len()
        )?;
        if count(ChangeKind::Unlisted) * 2 > self.plan.after.len() {
            writeln!(out, "  most are no longer listed: for a file that lists only some, use --partial")?;
        }
        Ok(())
    }

    fn print_changes(&self, out: &mut dyn Write) -> io::Result<()> {
        for (kind, title, most) in [
            (ChangeKind::Added, "added", MAX_ADDED),
            (ChangeKind::Changed, "changed", MAX_LINES),
            (ChangeKind::Relisted, "listed again", MAX_LINES),
            (ChangeKind::Unlisted, "no longer listed", MAX_LINES),
        ] {
            let of_kind = self.plan.changes.iter().filter(|(_, change)| change.kind == kind);
            let lines = of_kind.filter_map(|(uai, change)| Some(described(self.plan.after.get(uai)?, change)));
            list(out, title, lines, most)?;
        }
        Ok(())
    }
}

fn list(out: &mut dyn Write, title: &str, lines: impl Iterator<Item = String>, most: usize) -> io::Result<()> {
    let mut more = 0;
    for (number, line) in lines.enumerate() {
        if number == 0 {
            writeln!(out, "  {title}:")?;
        }
        if number < most {
            writeln!(out, "    {}", printable(&line))?;
        } else {
            more += 1;
        }
    }
    if more > 0 {
        writeln!(out, "    and {more} more")?;
    }
    Ok(())
}

fn described(establishment: &Establishment, change: &Change) -> String {
    let mut line = format!("{} {}", establishment.uai(), establishment.listing.name);
    for (number, (field, FieldChange { old, new })) in change.fields.iter().enumerate() {
        line.push_str(if number == 0 { ": " } else { "; " });
        match (old, new) {
            (Value::Array(old), Value::Array(new)) => line += &format!("{field} {} → {}", old.len(), new.len()),
            _ => line += &format!("{field} {} → {}", value(old), value(new)),
        }
    }
    line
}

fn value(value: &Value) -> String {
    value.as_str().map_or_else(|| "nothing".to_owned(), |text| format!("“{text}”"))
}

/// A file's text must not steer the terminal.
fn printable(text: &dyn Display) -> String {
    text.to_string().replace(char::is_control, " ")
}
