//! `idp import …`: files of the Region and of the ministry, read into the database.

mod directory_write;
pub mod establishments;
pub mod legacy_accounts;
pub mod progress;
pub mod report;

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use idp_core::table::{MAX_FILE_BYTES, TableError};
use idp_store::StoreError;
use thiserror::Error;

/// Why nothing was imported. Each prints as one line, and whole: none has a `source` that a caller would print again.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The file cannot be opened or read.
    #[error("{}: {reason}; nothing was imported", file.display())]
    File {
        /// As given.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The file is refused whole.
    #[error("{file}: {reason}; nothing was imported")]
    Table {
        /// Its name.
        file: String,
        /// Why.
        reason: TableError,
    },
    /// Every row is bad: most likely it is another file.
    #[error("{file}: none of its {rows} rows is usable; nothing was imported")]
    NoUsableRow {
        /// Its name.
        file: String,
        /// Rows under the header.
        rows: u64,
    },
    /// `--strict`, and some rows are bad.
    #[error("{file}: {rejected} bad rows, the first at {first}; nothing was imported (--strict)")]
    Strict {
        /// Its name.
        file: String,
        /// How many.
        rejected: usize,
        /// Line and reason.
        first: String,
    },
    /// The database refused or is away.
    #[error("{0}; nothing was imported")]
    Store(StoreError),
    /// The import is done, and its report cannot be printed.
    #[error("the import is done, its report is not printed: {0}")]
    Output(io::Error),
}

impl ImportError {
    /// What the program exits with.
    pub const EXIT_CODE: u8 = 2;
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What printing a report gave; a reader who stops reading (`| head`) is no failure of the import.
pub(crate) fn printed(outcome: io::Result<()>) -> Result<(), ImportError> {
    match outcome {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(ImportError::Output(error)),
        _ => Ok(()),
    }
}

/// A file in memory, and what to call it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Without its folder.
    pub name: &'a str,
    /// As it lies on the disk.
    pub bytes: &'a [u8],
}

/// Reads a whole file, up to the bound of [`MAX_FILE_BYTES`].
///
/// # Errors
/// When it cannot be read, or is larger.
pub fn read_file(file: &Path) -> Result<Vec<u8>, ImportError> {
    let failed = |reason| ImportError::File { file: file.to_owned(), reason };
    let mut bytes = Vec::new();
    // One byte more than allowed shows that there is more, whatever the file's announced length.
    File::open(file).and_then(|opened| opened.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_FILE_BYTES {
        return Err(ImportError::Table { file: file_name(file), reason: TableError::TooLarge });
    }
    Ok(bytes)
}

/// The last part of a path, for messages and history.
#[must_use]
pub fn file_name(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
