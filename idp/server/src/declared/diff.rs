//! What applying the files would change.

use std::{collections::BTreeMap, fmt};

use idp_core::catalogue::Catalogue;
use serde::Serialize;
use serde_json::Value;

/// Which of the three files speaks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// `applications.toml`
    Application,
    /// `profiles.toml`
    Profile,
    /// `clients.toml`
    Client,
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// In the files only.
    Added,
    /// In both, and not the same.
    Changed {
        /// The names of the members that differ; never their values, which may be secrets' hashes.
        fields: Vec<String>,
    },
    /// In the database only, and to be deleted.
    Removed,
    /// In the database only, and left there.
    Undeclared,
}

/// One difference between the database and the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its file.
    pub family: Family,
    /// Its identifier.
    pub id: String,
    /// What becomes of it.
    pub kind: Kind,
}

impl Change {
    /// Whether the database must be written; [`Kind::Undeclared`] is only told.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.kind != Kind::Undeclared
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = match self.family {
            Family::Application => "application",
            Family::Profile => "profile",
            Family::Client => "client",
        };
        match &self.kind {
            Kind::Added => write!(f, "+ {family} {}", self.id),
            Kind::Changed { fields } => write!(f, "~ {family} {}: {}", self.id, fields.join(", ")),
            Kind::Removed => write!(f, "- {family} {}", self.id),
            Kind::Undeclared => write!(f, "? {family} {}: no longer in the files (--prune removes it)", self.id),
        }
    }
}

/// Compares what is stored with what the files say. With `prune`, what only the database knows is to be removed.
///
/// `current` holds declared clients only: registered ones are none of the files' business.
#[must_use]
pub fn diff(current: &Catalogue, declared: &Catalogue, prune: bool) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(Family::Application, &current.applications, &declared.applications, prune, &mut changes);
    compare(Family::Profile, &current.profiles, &declared.profiles, prune, &mut changes);
    compare(Family::Client, &current.clients, &declared.clients, prune, &mut changes);
    changes
}

fn compare<K: Ord + fmt::Display, V: PartialEq + Serialize>(
    family: Family,
    current: &BTreeMap<K, V>,
    declared: &BTreeMap<K, V>,
    prune: bool,
    changes: &mut Vec<Change>,
) {
    for (id, new) in declared {
        let kind = match current.get(id) {
            None => Kind::Added,
            Some(old) if old == new => continue,
            Some(old) => Kind::Changed { fields: changed_fields(old, new) },
        };
        changes.push(Change { family, id: id.to_string(), kind });
    }
    for id in current.keys().filter(|id| !declared.contains_key(*id)) {
        let kind = if prune { Kind::Removed } else { Kind::Undeclared };
        changes.push(Change { family, id: id.to_string(), kind });
    }
}

fn changed_fields<V: Serialize>(old: &V, new: &V) -> Vec<String> {
    let members = |value: &V| match serde_json::to_value(value) {
        Ok(Value::Object(members)) => members,
        _ => serde_json::Map::new(),
    };
    let (old, new) = (members(old), members(new));
    let mut fields: Vec<_> =
        old.keys().chain(new.keys()).filter(|key| old.get(*key) != new.get(*key)).cloned().collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}
