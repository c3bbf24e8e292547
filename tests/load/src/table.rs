//! The result: one row per figure, its limit and its target beside it, as a markdown table.

use std::fmt::Write;

/// One figure.
#[derive(Clone, Debug, Default)]
pub struct Row {
    what: String,
    measured: String,
    limit: String,
    ratio: String,
    target: String,
}

impl Row {
    /// A figure under its name.
    pub fn new(what: impl Into<String>, measured: impl Into<String>) -> Self {
        Self { what: what.into(), measured: measured.into(), ..Self::default() }
    }

    /// Operations per second with their spread.
    pub fn rate(what: impl Into<String>, rate: Spread) -> Self {
        Self::new(what, format!("{} /s ({} to {})", number(rate.median), number(rate.least), number(rate.most)))
    }

    /// What the machine does at best, from the same run: name, operations per second, and ours.
    pub fn beside(mut self, name: &str, limit: f64, ours: f64) -> Self {
        self.limit = format!("{name}: {} /s", number(limit));
        self.ratio = format!("{:.0} %", 100.0 * ours / limit.max(f64::MIN_POSITIVE));
        self
    }

    /// Adds to the figure.
    pub fn and(mut self, more: impl AsRef<str>) -> Self {
        let _ = write!(self.measured, ", {}", more.as_ref());
        self
    }

    /// What is to be reached.
    pub fn target(mut self, target: impl Into<String>) -> Self {
        self.target = target.into();
        self
    }
}

/// Least, middle and greatest of several measurements.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    pub least: f64,
    pub median: f64,
    pub most: f64,
}

impl Spread {
    /// Of at least one value; zeros of none.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or_default();
        Self { least: at(0), median: at(values.len() / 2), most: at(values.len().saturating_sub(1)) }
    }
}

/// `12 345`, `57.3`
pub fn number(value: f64) -> String {
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// The table, under the lines that say what was measured on.
pub fn markdown(about: &str, rows: &[Row]) -> String {
    let mut text =
        format!("{about}\n\n| what | measured | limit of the machine | ratio | target |\n|---|---|---|---|---|\n");
    for row in rows {
        let _ = writeln!(text, "| {} | {} | {} | {} | {} |", row.what, row.measured, row.limit, row.ratio, row.target);
    }
    text
}
