//! Tables that people export from other programs: `;`, `,` or tab, UTF-8 or windows-1252, any line ending.
//!
//! A fault of the whole file is a [`TableError`]; a fault of one row is a [`RowFault`], and its neighbours are still read.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use thiserror::Error;

use crate::text_encoding::{self, Decoded};

/// The largest file that is read.
pub const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;
/// The widest header that is read.
pub const MAX_COLUMNS: usize = 1000;
/// The longest cell that is read, in bytes of UTF-8.
pub const MAX_CELL_BYTES: usize = 64 * 1024;

/// Why a file is refused whole.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TableError {
    /// No character but blanks.
    #[error("the file is empty")]
    Empty,
    /// A header and no row under it.
    #[error("the file has a header and no row")]
    NoRow,
    /// More than [`MAX_FILE_BYTES`].
    #[error("the file is over {} MiB", MAX_FILE_BYTES / 1024 / 1024)]
    TooLarge,
    /// Not a text: a spreadsheet, an archive, a NUL byte.
    #[error("the file is not a CSV text: {0}")]
    Binary(&'static str),
    /// More than [`MAX_COLUMNS`].
    #[error("the header has {0} columns, over {MAX_COLUMNS}")]
    TooManyColumns(usize),
    /// A mandatory column is not there.
    #[error("the file has no column “{0}”")]
    MissingColumn(&'static str),
    /// Two columns bear the name that was looked for.
    #[error("the file has the column “{0}” twice")]
    DoubledColumn(String),
    /// The end is missing: a quote is never closed, or the last line stops early.
    #[error("the file is cut short: {reason} (line {line})")]
    Truncated {
        /// Where the unfinished record begins, from 1.
        line: u64,
        /// What gave it away.
        reason: &'static str,
    },
}

/// Why one row cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RowFault {
    /// Cells are missing, or there are too many.
    #[error("{found} columns where the header has {expected}")]
    ColumnCount {
        /// As the header has.
        expected: usize,
        /// As the row has.
        found: usize,
    },
    /// Longer than [`MAX_CELL_BYTES`].
    #[error("a cell is over {} KiB", MAX_CELL_BYTES / 1024)]
    CellTooLong,
    /// Bytes that are not UTF-8 in a file that otherwise is.
    #[error("it holds bytes that are not UTF-8")]
    Encoding,
}

/// A decoded file with its header read.
#[derive(Debug)]
pub struct Table<'a> {
    text: Decoded<'a>,
    delimiter: u8,
    headers: Vec<String>,
}

/// One row. Its cells are readable even when it has a fault, so that a message can name it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Line of the file where it begins, from 1.
    pub line: u64,
    /// Why it must be left out.
    pub fault: Option<RowFault>,
    record: &'a StringRecord,
}

impl Row<'_> {
    /// A cell without the blanks around it; empty when the column or the cell is missing.
    pub fn get(&self, column: impl Into<Option<usize>>) -> &str {
        column.into().and_then(|column| self.record.get(column)).map_or("", str::trim)
    }
}

impl<'a> Table<'a> {
    /// Decodes a file and reads its header.
    ///
    /// # Errors
    /// When it is empty, too large, no text, or too wide.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, TableError> {
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_FILE_BYTES {
            return Err(TableError::TooLarge);
        }
        if let Some(what) = text_encoding::binary(bytes) {
            return Err(TableError::Binary(what));
        }
        let text = text_encoding::decode(bytes);
        if text.text.trim().is_empty() {
            return Err(TableError::Empty);
        }
        let delimiter = delimiter(&text.text);
        let mut header = StringRecord::new();
        // Only I/O and UTF-8 can fail, and a `str` has neither.
        let _ = reader(&text.text, delimiter).read_record(&mut header);
        if header.len() > MAX_COLUMNS {
            return Err(TableError::TooManyColumns(header.len()));
        }
        let headers = header.iter().map(normalised).collect();
        Ok(Self { text, delimiter, headers })
    }

    /// Finds a column under any of these names, in their order; case, accents, blanks and punctuation do not count.
    ///
    /// # Errors
    /// When the name that is there stands twice: which one is meant cannot be known.
    pub fn column(&self, names: &[&'static str]) -> Result<Option<usize>, TableError> {
        for name in names {
            let wanted = normalised(name);
            let mut found = self.headers.iter().enumerate().filter(|(_, header)| **header == wanted);
            match (found.next(), found.next()) {
                (Some((column, _)), None) => return Ok(Some(column)),
                (Some(_), Some(_)) => return Err(TableError::DoubledColumn((*name).to_owned())),
                (None, _) => {}
            }
        }
        Ok(None)
    }

    /// Finds a column that must be there.
    ///
    /// # Errors
    /// When it is missing (named by the first of `names`) or doubled.
    pub fn required(&self, names: &[&'static str]) -> Result<usize, TableError> {
        self.column(names)?.ok_or(TableError::MissingColumn(names.first().copied().unwrap_or_default()))
    }

    /// Hands every row to `each`, faulty ones included; blank lines are skipped. Gives the number of rows.
    ///
    /// # Errors
    /// When the file has no row or is cut short; whatever `each` has collected must then be dropped.
    pub fn read(&self, mut each: impl FnMut(Row<'_>)) -> Result<u64, TableError> {
        let mut reader = reader(&self.text.text, self.delimiter);
        let mut record = StringRecord::new();
        let mut lines = Lines::new(&self.text.text);
        let (mut rows, mut header) = (0, true);
        let mut last = (0, 1, 0);
        while matches!(reader.read_record(&mut record), Ok(true)) {
            let start = record.position().map_or(0, csv::Position::byte);
            let (start, line) = lines.at(start);
            last = (start, line, record.len());
            if std::mem::take(&mut header) {
                continue;
            }
            // A line of blanks is one empty cell, which the library does not skip.
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            rows += 1;
            each(Row { line, fault: self.fault(&record), record: &record });
        }
        self.check_end(last)?;
        if rows == 0 { Err(TableError::NoRow) } else { Ok(rows) }
    }

    fn fault(&self, record: &StringRecord) -> Option<RowFault> {
        if record.iter().any(|cell| cell.len() > MAX_CELL_BYTES) {
            return Some(RowFault::CellTooLong);
        }
        if record.len() != self.headers.len() {
            return Some(RowFault::ColumnCount { expected: self.headers.len(), found: record.len() });
        }
        (self.text.lossy && record.iter().any(|cell| cell.contains(char::REPLACEMENT_CHARACTER)))
            .then_some(RowFault::Encoding)
    }

    fn check_end(&self, (start, line, cells): (usize, u64, usize)) -> Result<(), TableError> {
        let tail = self.text.text.get(start..).unwrap_or_default();
        // The library closes an open quote silently. One more line shows it: inside a quote it is no new record.
        let probe = format!("{tail}\nx");
        let mut probed = reader(&probe, self.delimiter);
        let mut record = StringRecord::new();
        let mut records = 0;
        while matches!(probed.read_record(&mut record), Ok(true)) {
            records += 1;
        }
        if records < 2 {
            return Err(TableError::Truncated { line, reason: "a quote is never closed" });
        }
        if cells < self.headers.len() && !tail.ends_with(['\n', '\r']) {
            return Err(TableError::Truncated { line, reason: "the last line stops early" });
        }
        Ok(())
    }
}

/// Follows the library through the text: its own line count is off after blank lines and CRLF.
struct Lines<'a> {
    text: &'a str,
    byte: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    const fn new(text: &'a str) -> Self {
        Self { text, byte: 0, line: 1 }
    }

    /// The first byte at or after `start` that is no line ending, and its line.
    fn at(&mut self, start: u64) -> (usize, u64) {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let start = start + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.text.as_bytes().get(self.byte..start).unwrap_or_default();
        let newlines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line += u64::try_from(newlines).unwrap_or(0);
        self.byte = start;
        (start, self.line)
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes())
}

/// The separator that the first line holds most of, outside quotes; `;` when none.
fn delimiter(text: &str) -> u8 {
    let (mut counts, mut quoted) = ([(b';', 0), (b',', 0), (b'\t', 0)], false);
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(mark, _)| *mark == byte).for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    // `max_by_key` takes the last of equals: the first is wanted.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b';', |(mark, _)| *mark)
}

/// `Code postal`, `Code_postal` and `CODE POSTAL` are one name.
fn normalised(header: &str) -> String {
    let folded = crate::schools::fold::fold(header);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}

/// A cell as it is kept: control characters become blanks, and nothing is `None`.
#[must_use]
pub fn kept(cell: &str) -> Option<String> {
    let clean: Cow<'_, str> = if cell.contains(char::is_control) {
        Cow::Owned(cell.replace(char::is_control, " "))
    } else {
        Cow::Borrowed(cell)
    };
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

/// SHA-256 of a file in lower-case hexadecimal: which file it was, once its name is forgotten.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    openssl::sha::sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
