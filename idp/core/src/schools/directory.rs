//! The ministry's « Annuaire de l'éducation » as published: rows in, one [`Listing`] for each UAI out.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::{
    schools::{
        establishment::{Facts, Listing, Site},
        siret::Siret,
        sites,
        uai::{Uai, UaiError},
    },
    table::{Row, RowFault, Table, TableError, kept},
};

/// A row that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Line of the file where it begins, from 1.
    pub line: u64,
    /// Why.
    pub reason: Rejection,
}

/// Why a row is left out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rejection {
    /// The row cannot be read.
    #[error("{0}")]
    Row(#[from] RowFault),
    /// The UAI is wrong.
    #[error("UAI “{given}”: {error}")]
    Uai {
        /// As written, at most 40 characters.
        given: String,
        /// What is wrong.
        error: UaiError,
    },
    /// No name.
    #[error("{0} has no name")]
    Name(Uai),
    /// A code of `codes.csv` that no identifier can begin with.
    #[error("{0}: a portal code is two to twelve capitals and digits, “{1}” is not")]
    Code(Uai, String),
    /// A second line of `codes.csv` for the same establishment.
    #[error("{0} has a code already in this file")]
    SecondCode(Uai),
    /// A code of `codes.csv` that another establishment has.
    #[error("{0}: the code {1} is that of {2}")]
    CodeTaken(Uai, String, Uai),
    /// A line of `codes.csv` for an establishment that is not known.
    #[error("{0} is not a known establishment")]
    Unknown(Uai),
}

/// A row that is kept although something in it is odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Line of the file where it begins, from 1.
    pub line: u64,
    /// Whose row.
    pub uai: Uai,
    /// What is odd.
    pub oddity: Oddity,
}

/// What is odd in a row that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Oddity {
    /// Kept as published.
    #[error("the SIRET {0} fails its control sum; kept")]
    SiretSum(String),
    /// Left out.
    #[error("the SIRET “{0}” is not fourteen digits; left out")]
    SiretShape(String),
    /// Left out.
    #[error("the mail address “{0}” is malformed; left out")]
    Mail(String),
    /// Left out.
    #[error("the mother establishment “{0}” is no other UAI; left out")]
    Mother(String),
    /// The same row again.
    #[error("this row repeats line {0}; dropped")]
    Repeated(u64),
    /// Rows of one UAI that are not declared as its sites: they may be of two schools.
    #[error("the row at line {0} has the same UAI and neither is marked as a site; kept as a site")]
    Unmarked(u64),
}

/// What the file holds, in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Rows under the header, rejected ones included.
    pub rows: u64,
    /// UAI on several rows.
    pub several_sites: usize,
    /// Annexes and sections, which have a mother establishment.
    pub with_mother: usize,
    /// Establishments without SIRET.
    pub without_siret: usize,
    /// Establishments whose SIRET fails its control sum.
    pub siret_sum_fails: usize,
}

/// A directory file, read.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// By UAI.
    pub listings: BTreeMap<Uai, Listing>,
    /// Which of [`Facts::COLUMNS`] the file has: a column that it lacks says nothing.
    pub has_column: Vec<bool>,
    /// UAI that stand in rejected rows: bad, but not absent.
    pub mentioned: BTreeSet<Uai>,
    /// Rows left out, by line.
    pub rejected: Vec<Rejected>,
    /// Oddities, by line.
    pub warnings: Vec<Warning>,
    /// What the file holds.
    pub figures: Figures,
}

/// A well-formed row, before the rows of its UAI are put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub line: u64,
    pub name: String,
    pub facts: Facts,
    /// The file says that this UAI has several rows.
    pub marked: bool,
}

struct Columns {
    uai: usize,
    name: usize,
    marked: Option<usize>,
    facts: Vec<Option<usize>>,
}

/// The names of the UAI's column, the published one first.
pub const UAI: &[&str] =
    &["Identifiant_de_l_etablissement", "UAI", "code_uai", "numero_uai", "code_etablissement", "rne"];
const NAME: &[&str] = &["Nom_etablissement", "nom_de_l_etablissement", "appellation_officielle", "nom"];
const MARKED: &[&str] = &["multi_uai", "etablissement_multi_lignes"];

/// Other names of a fact's column.
fn aliases(published: &'static str) -> Vec<&'static str> {
    let more: &[&str] = match published {
        "Adresse_1" => &["adresse", "adresse_uai"],
        "Code_postal" => &["code_postal_uai", "cp"],
        "Nom_commune" => &["commune", "ville", "localite_acheminement_uai"],
        "Mail" => &["email", "courriel", "adresse_mail"],
        "Telephone" => &["tel"],
        "SIREN_SIRET" => &["siret", "numero_siret"],
        "etablissement_mere" => &["uai_mere"],
        _ => &[],
    };
    [published].into_iter().chain(more.iter().copied()).collect()
}

impl Columns {
    fn bind(table: &Table<'_>) -> Result<Self, TableError> {
        Ok(Self {
            uai: table.required(UAI)?,
            name: table.required(NAME)?,
            marked: table.column(MARKED)?,
            facts: Facts::COLUMNS
                .iter()
                .map(|(_, published)| table.column(&aliases(published)))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Directory {
    /// Reads a directory file of any of the published shapes. Columns that are not kept are ignored.
    ///
    /// # Errors
    /// When the file is refused whole; a bad row is no error (see [`Directory::rejected`]).
    pub fn parse(bytes: &[u8]) -> Result<Self, TableError> {
        let table = Table::parse(bytes)?;
        let columns = Columns::bind(&table)?;
        let mut directory = Self { has_column: columns.facts.iter().map(Option::is_some).collect(), ..Self::default() };
        let mut entries: BTreeMap<Uai, Vec<Entry>> = BTreeMap::new();
        directory.figures.rows = table.read(|row| match directory.entry(&columns, &row) {
            Ok((uai, entry)) => entries.entry(uai).or_default().push(entry),
            Err(reason) => {
                directory.mentioned.extend(mentioned(row.get(columns.uai)));
                directory.rejected.push(Rejected { line: row.line, reason });
            }
        })?;
        for (uai, entries) in entries {
            directory.figures.several_sites += usize::from(entries.len() > 1);
            let listing = sites::together(uai.clone(), entries, &mut directory.warnings);
            directory.listings.insert(uai, listing);
        }
        directory.count();
        directory.warnings.sort_by_key(|warning| warning.line);
        Ok(directory)
    }

    fn entry(&mut self, columns: &Columns, row: &Row<'_>) -> Result<(Uai, Entry), Rejection> {
        if let Some(fault) = row.fault {
            return Err(fault.into());
        }
        let uai = uai(row.get(columns.uai))?;
        let Some(name) = kept(row.get(columns.name)) else { return Err(Rejection::Name(uai)) };
        let mut facts = Facts::from_values(columns.facts.iter().map(|column| kept(row.get(*column))));
        for oddity in cleaned(&uai, &mut facts) {
            self.warnings.push(Warning { line: row.line, uai: uai.clone(), oddity });
        }
        let marked = row.get(columns.marked) == "1";
        Ok((uai, Entry { line: row.line, name, facts, marked }))
    }

    fn count(&mut self) {
        let count = |has: &dyn Fn(&Facts) -> bool| self.listings.values().filter(|one| has(&one.facts)).count();
        self.figures.with_mother = count(&|facts| facts.mother_uai.is_some());
        self.figures.without_siret = count(&|facts| facts.siret.is_none());
        self.figures.siret_sum_fails =
            count(&|facts| facts.siret.as_deref().is_some_and(|text| Siret::parse(text).is_ok_and(|s| !s.checked)));
    }
}

/// Reads the UAI of a row.
pub(super) fn uai(cell: &str) -> Result<Uai, Rejection> {
    Uai::parse(cell).map_err(|error| Rejection::Uai { given: cell.chars().take(40).collect(), error })
}

/// The establishment that a rejected row was about: a wrong check letter leaves no doubt, for the digits make it.
fn mentioned(cell: &str) -> Option<Uai> {
    match Uai::parse(cell) {
        Ok(uai) => Some(uai),
        Err(UaiError::CheckLetter { expected }) => Uai::parse(&format!("{}{expected}", cell.trim().get(..7)?)).ok(),
        Err(UaiError::Shape) => None,
    }
}

/// Takes out what is malformed, puts the rest in its one form, and tells.
fn cleaned(uai: &Uai, facts: &mut Facts) -> Vec<Oddity> {
    let mut oddities = Vec::new();
    if let Some(given) = facts.siret.take() {
        match Siret::parse(&given) {
            Ok(siret) => {
                oddities.extend((!siret.checked).then(|| Oddity::SiretSum(siret.digits.clone())));
                facts.siret = Some(siret.digits);
            }
            Err(_) => oddities.push(Oddity::SiretShape(given)),
        }
    }
    if let Some(given) = facts.mail.take() {
        facts.mail = mail(&given);
        oddities.extend(facts.mail.is_none().then_some(Oddity::Mail(given)));
    }
    if let Some(given) = facts.mother_uai.take() {
        facts.mother_uai = Uai::parse(&given).ok().filter(|mother| mother != uai).map(|mother| mother.to_string());
        oddities.extend(facts.mother_uai.is_none().then_some(Oddity::Mother(given)));
    }
    oddities
}

/// One plain address, its domain in lower case. A code that gives a right goes there: nothing doubtful is kept.
fn mail(given: &str) -> Option<String> {
    let (local, domain) = given.split_once('@')?;
    let atom = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    let label = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let sound = local.split('.').all(atom) && domain.contains('.') && domain.split('.').all(label);
    (sound && given.len() <= 254 && local.len() <= 64).then(|| format!("{local}@{}", domain.to_lowercase()))
}

/// The places of the rows of one UAI.
pub(super) fn site(entry: &Entry) -> Site {
    Site::of(&entry.name, &entry.facts)
}

#[cfg(test)]
#[path = "directory_tests.rs"]
mod tests;
