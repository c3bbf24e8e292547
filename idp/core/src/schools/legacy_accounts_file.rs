//! The file that `idp import legacy-accounts` reads: identifier, UAI, profile suffix, mail, password hash.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::{
    catalogue::Catalogue,
    ids::ProfileId,
    people::{
        argon2_hash::{Memory, PasswordCost, SALT_BYTES},
        email::{Email, EmailError},
        legacy_hash::{HashError, ImportedHash},
        password::StoredHash,
    },
    schools::{
        legacy_account::{LegacyAccount, LegacyAccountError, LegacyIdentifier},
        uai::{Uai, UaiError},
    },
    table::{Row, RowFault, Table, TableError},
};

const IDENTIFIER: &[&str] = &["identifiant", "identifier", "login", "compte"];
const UAI: &[&str] = &["uai", "rne", "code_uai", "numero_uai"];
const SUFFIX: &[&str] = &["profil", "suffixe", "suffix", "profile", "profile_suffix", "suffixe_profil"];
const MAIL: &[&str] = &["mail", "courriel", "email", "e_mail"];
const HASH: &[&str] = &["hash", "mot_de_passe_hash", "password_hash", "mot_de_passe", "userpassword"];

/// An account of the file, well formed and of a known establishment and profile.
#[derive(Clone, Debug)]
pub struct LegacyRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// `TLPU_ADM`
    pub identifier: LegacyIdentifier,
    /// Known.
    pub uai: Uai,
    /// Of the suffix.
    pub profile: ProfileId,
    /// Where the establishment reads its mail, if the file says.
    pub email: Option<Email>,
    /// As the old portal kept it.
    pub hash: ImportedHash,
}

/// A row that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Line of the file where it begins, from 1.
    pub line: u64,
    /// As written, at most 64 characters; never a hash.
    pub identifier: String,
    /// Why.
    pub reason: LeftOutReason,
}

/// Why a row is left out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LeftOutReason {
    /// It cannot be read.
    #[error(transparent)]
    Row(#[from] RowFault),
    /// No identifier, or no profile for its suffix.
    #[error(transparent)]
    Account(#[from] LegacyAccountError),
    /// The UAI is malformed.
    #[error("UAI: {0}")]
    Uai(#[from] UaiError),
    /// Import the directory first.
    #[error("no establishment has the UAI {0}")]
    UnknownUai(Uai),
    /// The address is malformed.
    #[error("mail: {0}")]
    Email(#[from] EmailError),
    /// The password hash cannot be taken.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The same identifier stands higher up.
    #[error("the identifier stands on line {first_line} already")]
    Duplicate {
        /// Where; that row is the one kept.
        first_line: u64,
    },
}

/// The whole file, read.
#[derive(Debug, Default)]
pub struct LegacyFile {
    /// In the order of the file.
    pub rows: Vec<LegacyRow>,
    /// In the order of the file.
    pub left_out: Vec<LeftOut>,
}

/// What an import does to one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// Establishment, profile, mail or password differ from what is stored.
    Changed,
    /// Nothing differs.
    Same,
}

impl LegacyFile {
    /// Reads the file; `is_known` says whether a UAI is that of an establishment.
    ///
    /// # Errors
    /// When the file is no table, or lacks a column; only the suffix may be missing, since identifiers end in it.
    pub fn read(bytes: &[u8], catalogue: &Catalogue, is_known: impl Fn(&Uai) -> bool) -> Result<Self, TableError> {
        let table = Table::parse(bytes)?;
        let columns = Columns {
            identifier: table.required(IDENTIFIER)?,
            uai: table.required(UAI)?,
            suffix: table.column(SUFFIX)?,
            mail: table.required(MAIL)?,
            hash: table.required(HASH)?,
        };
        let mut file = Self::default();
        let mut lines = BTreeMap::new();
        table.read(|row| {
            let read = columns.read(row, catalogue, &is_known).and_then(|account| {
                match lines.insert(account.identifier.clone(), row.line) {
                    None => Ok(account),
                    Some(first_line) => {
                        lines.insert(account.identifier, first_line);
                        Err(LeftOutReason::Duplicate { first_line })
                    }
                }
            });
            match read {
                Ok(account) => file.rows.push(account),
                Err(reason) => {
                    let shown = row.get(columns.identifier).chars().filter(|c| !c.is_control()).take(64).collect();
                    file.left_out.push(LeftOut { line: row.line, identifier: shown, reason });
                }
            }
        })?;
        Ok(file)
    }
}

struct Columns {
    identifier: usize,
    uai: usize,
    suffix: Option<usize>,
    mail: usize,
    hash: usize,
}

impl Columns {
    fn read(
        &self,
        row: Row<'_>,
        catalogue: &Catalogue,
        is_known: impl Fn(&Uai) -> bool,
    ) -> Result<LegacyRow, LeftOutReason> {
        if let Some(fault) = row.fault {
            return Err(fault.into());
        }
        let identifier = LegacyIdentifier::parse(row.get(self.identifier))?;
        let uai = Uai::parse(row.get(self.uai))?;
        if !is_known(&uai) {
            return Err(LeftOutReason::UnknownUai(uai));
        }
        let profile = identifier.profile(row.get(self.suffix), catalogue)?.id.clone();
        let email = match row.get(self.mail) {
            "" => None,
            text => Some(Email::parse(text)?),
        };
        let hash = ImportedHash::parse(row.get(self.hash))?;
        Ok(LegacyRow { line: row.line, identifier, uai, profile, email, hash })
    }
}

impl LegacyRow {
    /// What this row makes of the account as stored. Costs an argon2 hash where the file's hash is a fast one, two
    /// where it also differs from the stored one.
    ///
    /// An upgraded password stays, whatever the file says: it was proved by use, and the file's is older.
    ///
    /// # Errors
    /// Never in practice: see [`PasswordCost::hash`].
    pub fn settle(
        self,
        stored: Option<&LegacyAccount>,
        cost: PasswordCost,
        salt: [u8; SALT_BYTES],
        memory: &mut Memory,
    ) -> Result<(Change, LegacyAccount), HashError> {
        let kept = stored
            .filter(|stored| stored.upgraded_at.is_some() || self.hash.is_stored_as(&stored.password, memory))
            .map(|stored| stored.password.clone());
        let password = match kept {
            Some(password) => password,
            None => StoredHash::parse(&self.hash.store(cost, salt, memory)?)?,
        };
        let account = LegacyAccount {
            identifier: self.identifier,
            uai: self.uai,
            profile: self.profile,
            email: self.email,
            password,
            upgraded_at: stored.and_then(|stored| stored.upgraded_at),
        };
        let change = match stored {
            None => Change::Added,
            Some(stored) if *stored == account => Change::Same,
            Some(_) => Change::Changed,
        };
        Ok((change, account))
    }
}

#[cfg(test)]
#[path = "legacy_accounts_file_tests.rs"]
mod tests;
