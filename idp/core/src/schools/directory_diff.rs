//! What a file changes in what is known. Nothing is ever deleted.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::{
    schools::{
        directory::Directory,
        establishment::{Establishment, Facts, Listing, PortalCode},
        uai::Uai,
    },
    time::Timestamp,
};

/// What happened to an establishment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Seen for the first time.
    Added,
    /// Some facts differ.
    Changed,
    /// The directory lists it no longer.
    Unlisted,
    /// The directory lists it again.
    Relisted,
}

impl ChangeKind {
    /// As stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Unlisted => "unlisted",
            Self::Relisted => "relisted",
        }
    }
}

/// One fact, before and after; `null` where there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Before.
    pub old: Value,
    /// After.
    pub new: Value,
}

/// What happened to one establishment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What kind of change.
    pub kind: ChangeKind,
    /// Which facts differ, by field of [`Facts`], `name`, `sites`, `code` or `code_name`. Empty for an addition.
    pub fields: BTreeMap<&'static str, FieldChange>,
}

/// What is to be written.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Every establishment as it will be.
    pub after: BTreeMap<Uai, Establishment>,
    /// Those that differ from what they were.
    pub changes: BTreeMap<Uai, Change>,
}

impl Plan {
    /// A plan that changes nothing.
    #[must_use]
    pub const fn unchanged(before: BTreeMap<Uai, Establishment>) -> Self {
        Self { after: before, changes: BTreeMap::new() }
    }

    /// The plan that `directory` asks for. With `partial`, absence from the file says nothing.
    #[must_use]
    pub fn new(before: BTreeMap<Uai, Establishment>, directory: &Directory, partial: bool, now: Timestamp) -> Self {
        let mut plan = Self::unchanged(before);
        for listing in directory.listings.values() {
            plan.list(listing, &directory.has_column);
        }
        if !partial {
            plan.unlist(directory, now);
        }
        plan
    }

    /// How many changes there are of a kind.
    #[must_use]
    pub fn count(&self, kind: ChangeKind) -> usize {
        self.changes.values().filter(|change| change.kind == kind).count()
    }

    fn list(&mut self, listing: &Listing, has_column: &[bool]) {
        let uai = &listing.uai;
        let Some(known) = self.after.get_mut(uai) else {
            let new = Establishment { listing: listing.clone(), portal: None, unlisted_at: None };
            self.after.insert(uai.clone(), new);
            self.changes.insert(uai.clone(), Change { kind: ChangeKind::Added, fields: BTreeMap::new() });
            return;
        };
        let listing = completed(listing, &known.listing, has_column);
        let fields = differences(&known.listing, &listing);
        let relisted = known.unlisted_at.take().is_some();
        known.listing = listing;
        let kind = if relisted { ChangeKind::Relisted } else { ChangeKind::Changed };
        if relisted || !fields.is_empty() {
            self.changes.insert(uai.clone(), Change { kind, fields });
        }
    }

    fn unlist(&mut self, directory: &Directory, now: Timestamp) {
        for (uai, known) in &mut self.after {
            let present = directory.listings.contains_key(uai) || directory.mentioned.contains(uai);
            if !present && known.unlisted_at.is_none() {
                known.unlisted_at = Some(now);
                self.changes.insert(uai.clone(), Change { kind: ChangeKind::Unlisted, fields: BTreeMap::new() });
            }
        }
    }

    /// Gives an establishment its portal code. `false` when it is not known.
    pub fn set_portal(&mut self, uai: &Uai, portal: &PortalCode) -> bool {
        let Some(known) = self.after.get_mut(uai) else { return false };
        if known.portal.as_ref() == Some(portal) {
            return true;
        }
        let old = known.portal.replace(portal.clone());
        let (old_code, old_name) = old.map_or((None, None), |old| (Some(old.code), Some(old.name)));
        let change = self
            .changes
            .entry(uai.clone())
            .or_insert_with(|| Change { kind: ChangeKind::Changed, fields: BTreeMap::new() });
        if change.kind != ChangeKind::Added {
            compare(&mut change.fields, "code", old_code.as_deref(), Some(&portal.code));
            compare(&mut change.fields, "code_name", old_name.as_deref(), Some(&portal.name));
        }
        true
    }
}

/// A column that the file lacks says nothing: what is known stays.
fn completed(listing: &Listing, known: &Listing, has_column: &[bool]) -> Listing {
    if has_column.iter().all(|has| *has) {
        return listing.clone();
    }
    let pairs = listing.facts.values().zip(known.facts.values()).zip(has_column);
    let values = pairs.map(|((new, old), has)| if *has { new } else { old }.map(str::to_owned));
    Listing { facts: Facts::from_values(values), ..listing.clone() }
}

fn differences(old: &Listing, new: &Listing) -> BTreeMap<&'static str, FieldChange> {
    let mut fields = BTreeMap::new();
    compare(&mut fields, "name", Some(&old.name), Some(&new.name));
    for ((field, _), (old, new)) in Facts::COLUMNS.iter().zip(old.facts.values().zip(new.facts.values())) {
        compare(&mut fields, field, old, new);
    }
    if old.sites != new.sites {
        let json = |listing: &Listing| serde_json::to_value(&listing.sites).unwrap_or_default();
        fields.insert("sites", FieldChange { old: json(old), new: json(new) });
    }
    fields
}

fn compare(
    fields: &mut BTreeMap<&'static str, FieldChange>,
    field: &'static str,
    old: Option<&str>,
    new: Option<&str>,
) {
    if old != new {
        fields.insert(field, FieldChange { old: old.into(), new: new.into() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "Identifiant_de_l_etablissement;Nom_etablissement;Mail;Code_postal;multi_uai\n";
    const NOW: Timestamp = Timestamp(1);

    fn apply(before: BTreeMap<Uai, Establishment>, rows: &str, partial: bool) -> Plan {
        let directory = Directory::parse(format!("{HEADER}{rows}").as_bytes()).unwrap();
        Plan::new(before, &directory, partial, NOW)
    }

    fn kinds(plan: &Plan) -> Vec<(&str, ChangeKind)> {
        plan.changes.iter().map(|(uai, change)| (uai.as_str(), change.kind)).collect()
    }

    #[test]
    fn a_second_import_tells_which_fields_changed() {
        let before = apply(BTreeMap::new(), "0380010E;Gambetta;a@b.example;38303;0\n", false).after;
        let plan = apply(before, "0380010E;Léon Gambetta;A@b.example;38303;0\n", false);
        let fields = &plan.changes[&Uai::parse("0380010E").unwrap()].fields;
        assert_eq!(fields.keys().copied().collect::<Vec<_>>(), ["mail", "name"]);
        assert_eq!(fields["name"], FieldChange { old: "Gambetta".into(), new: "Léon Gambetta".into() });
    }

    #[test]
    fn absence_unlists_except_in_a_partial_file_and_presence_lists_again() {
        let two = "0380010E;A;;;0\n0010001W;B;;;0\n";
        let before = apply(BTreeMap::new(), two, false).after;
        assert!(apply(before.clone(), "0380010E;A;;;0\n", true).changes.is_empty());
        let plan = apply(before, "0380010E;A;;;0\n", false);
        assert_eq!(kinds(&plan), [("0010001W", ChangeKind::Unlisted)]);
        assert!(apply(plan.after.clone(), "0380010E;A;;;0\n", false).changes.is_empty(), "told once");
        assert_eq!(kinds(&apply(plan.after, two, true)), [("0010001W", ChangeKind::Relisted)]);
    }

    #[test]
    fn a_rejected_row_does_not_unlist_its_establishment() {
        let before = apply(BTreeMap::new(), "0380010E;A;;;0\n0010001W;B;;;0\n0010006B;C;;;0\n", false).after;
        let plan = apply(before, "0380010E;;;;0\n0010001X;B;;;0\n0010006B;C\n0010010F;D;;;0\n", false);
        assert_eq!(kinds(&plan), [("0010010F", ChangeKind::Added)]);
    }

    #[test]
    fn a_column_that_the_file_lacks_changes_nothing() {
        let before = apply(BTreeMap::new(), "0380010E;A;a@b.example;38303;0\n", false).after;
        let directory = Directory::parse(b"UAI,nom\n0380010E,A\n").unwrap();
        assert!(Plan::new(before, &directory, false, NOW).changes.is_empty());
    }

    #[test]
    fn a_portal_code_is_a_change_of_its_own() {
        let before = apply(BTreeMap::new(), "0380010E;A;;;0\n", false).after;
        let mut plan = Plan::unchanged(before);
        let uai = Uai::parse("0380010E").unwrap();
        let portal = PortalCode { code: "TLPU".to_owned(), name: "LP LEON GAMBETTA".to_owned() };
        assert!(plan.set_portal(&uai, &portal));
        assert_eq!(plan.changes[&uai].fields.keys().copied().collect::<Vec<_>>(), ["code", "code_name"]);
        assert!(!plan.set_portal(&Uai::parse("0010001W").unwrap(), &portal));
    }
}
