//! Several rows of one UAI are the sites of one establishment.

use std::cmp::Reverse;

use crate::schools::{
    directory::{Entry, Oddity, Warning, site},
    establishment::Listing,
    fold::fold,
    uai::Uai,
};

/// Puts the rows of one UAI together: the principal row gives the name and the facts, each row is a site.
///
/// The order of the rows in the file does not count, so that a file in another order changes nothing.
pub(super) fn together(uai: Uai, mut entries: Vec<Entry>, warnings: &mut Vec<Warning>) -> Listing {
    entries.sort_by(|a, b| rank(&uai, a).cmp(&rank(&uai, b)));
    // Equal rows stand side by side: the rank ends with every fact, then the line.
    entries.dedup_by(|later, first| {
        let same = later.name == first.name && later.facts == first.facts;
        if same {
            warnings.push(Warning { line: later.line, uai: uai.clone(), oddity: Oddity::Repeated(first.line) });
        }
        same
    });
    let mut sites = Vec::new();
    if let [principal, others @ ..] = entries.as_slice()
        && !others.is_empty()
    {
        sites = entries.iter().map(site).collect();
        let unmarked = others.iter().filter(|other| !other.marked && !principal.marked);
        warnings.extend(unmarked.map(|other| Warning {
            line: other.line,
            uai: uai.clone(),
            oddity: Oddity::Unmarked(principal.line),
        }));
    }
    let (name, facts) = entries.into_iter().next().map(|entry| (entry.name, entry.facts)).unwrap_or_default();
    Listing { uai, name, facts, sites }
}

/// The principal row is the smallest: not an annex by its name; with the mail address that bears this UAI; with a mail
/// address; with the shortest name (« … site X » is longer); then by name and facts, so that there is always one.
fn rank<'a>(uai: &Uai, entry: &'a Entry) -> impl Ord + use<'a> {
    let own_mail = entry.facts.mail.as_deref().is_some_and(|mail| fold(mail).contains(&fold(uai.as_str())));
    (
        fold(&entry.name).contains("annexe"),
        Reverse(own_mail),
        entry.facts.mail.is_none(),
        entry.name.chars().count(),
        entry.name.as_str(),
        entry.facts.values().collect::<Vec<_>>(),
        entry.line,
    )
}
