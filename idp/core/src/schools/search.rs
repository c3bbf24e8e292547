//! Finding an establishment while typing: by the directory's name, the portal's name, the town or any code.

use std::{collections::BTreeSet, fmt};

use crate::schools::{fold::fold, uai::Uai};

/// What is searched, and shown in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchEntry {
    /// National number.
    pub uai: Uai,
    /// The directory's name.
    pub name: String,
    /// The portal's code, `TLPU`.
    pub code: Option<String>,
    /// The portal's name, « LP LEON GAMBETTA ».
    pub code_name: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Postcode.
    pub postal_code: Option<String>,
}

/// Every establishment's words, sorted. Built once for each state of the directory; searched without a lock.
#[derive(Clone, Debug, Default)]
pub struct SearchIndex {
    entries: Vec<SearchEntry>,
    /// Sorted by word; each word with the entries that hold it, ascending.
    words: Vec<(Box<str>, Vec<u32>)>,
    /// The place of each entry when sorted by name.
    order: Vec<u32>,
}

/// A longer query is cut: nobody types more, and each word costs a look-up.
const MAX_QUERY_WORDS: usize = 8;

impl SearchIndex {
    /// Indexes the entries.
    #[must_use]
    pub fn build(entries: Vec<SearchEntry>) -> Self {
        let mut pairs: Vec<(Box<str>, u32)> = Vec::new();
        for (number, entry) in (0_u32..).zip(&entries) {
            let own = words_of(entry);
            pairs.extend(own.into_iter().map(|word| (Box::from(word), number)));
        }
        pairs.sort_unstable();
        let mut words: Vec<(Box<str>, Vec<u32>)> = Vec::new();
        for (word, number) in pairs {
            match words.last_mut() {
                Some((last, numbers)) if *last == word => numbers.push(number),
                _ => words.push((word, vec![number])),
            }
        }
        let mut by_name: Vec<(String, &Uai, usize)> =
            entries.iter().enumerate().map(|(number, entry)| (fold(&entry.name), &entry.uai, number)).collect();
        by_name.sort_unstable();
        let mut order = vec![0; entries.len()];
        for (place, (_, _, number)) in (0_u32..).zip(by_name) {
            if let Some(slot) = order.get_mut(number) {
                *slot = place;
            }
        }
        Self { entries, words, order }
    }

    /// How many establishments are indexed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Nothing is indexed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The best `limit` establishments that hold every word of the query, a word being at least begun.
    ///
    /// The one whose code or UAI was typed comes first, then those that hold all words whole, then the others; equals
    /// by name. When nothing is found, one wrong letter in each word is forgiven.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Vec<&SearchEntry> {
        let folded = fold(query);
        let typed: Vec<&str> = words(&folded).take(MAX_QUERY_WORDS).collect();
        if typed.is_empty() {
            return Vec::new();
        }
        let mut found = self.holding(&typed, &|word| self.begun_by(word));
        if found.is_empty() {
            found = self.holding(&typed, &|word| self.near(word));
        }
        let whole = self.holding(&typed, &|word| self.equal_to(word));
        let named = union(self.equal_to(folded.trim()));
        let mut ranked: Vec<_> = found
            .into_iter()
            .filter_map(|number| {
                let entry = self.entries.get(usize::try_from(number).ok()?)?;
                let place = self.order.get(usize::try_from(number).ok()?)?;
                let named = named.binary_search(&number).is_ok() && entry.is_named(folded.trim());
                Some((!named, whole.binary_search(&number).is_err(), place, entry))
            })
            .collect();
        ranked.sort_unstable_by_key(|(other, begun, place, _)| (*other, *begun, *place));
        ranked.into_iter().take(limit).map(|(.., entry)| entry).collect()
    }

    /// The entries that `matching` gives for every one of the words, or for what an abbreviation stands for; ascending.
    fn holding<'a>(&'a self, typed: &[&str], matching: &dyn Fn(&str) -> Vec<&'a [u32]>) -> Vec<u32> {
        let mut common: Option<Vec<u32>> = None;
        for word in typed {
            let mut numbers = union(matching(word));
            let long = expanded(word);
            if !long.is_empty() {
                numbers = union(vec![&numbers, &self.holding(long, matching)]);
            }
            if let Some(common) = &common {
                numbers.retain(|number| common.binary_search(number).is_ok());
            }
            if numbers.is_empty() {
                return numbers;
            }
            common = Some(numbers);
        }
        common.unwrap_or_default()
    }

    fn begun_by(&self, start: &str) -> Vec<&[u32]> {
        let from = self.words.partition_point(|(word, _)| &**word < start);
        let rest = self.words.get(from..).unwrap_or_default();
        rest.iter().take_while(|(word, _)| word.starts_with(start)).map(|(_, numbers)| numbers.as_slice()).collect()
    }

    fn equal_to(&self, wanted: &str) -> Vec<&[u32]> {
        let found = self.words.binary_search_by(|(word, _)| (**word).cmp(wanted)).ok();
        found.and_then(|place| self.words.get(place)).map(|(_, numbers)| numbers.as_slice()).into_iter().collect()
    }

    /// Words at one slip from `typed`. Codes and short words are left alone: too many lie near them.
    fn near(&self, typed: &str) -> Vec<&[u32]> {
        if typed.len() < 4 || typed.bytes().any(|byte| byte.is_ascii_digit()) {
            return self.begun_by(typed);
        }
        let typed: Vec<char> = typed.chars().collect();
        let near = self.words.iter().filter(|(word, _)| one_slip(&typed, word));
        near.map(|(_, numbers)| numbers.as_slice()).collect()
    }
}

impl SearchEntry {
    /// `folded` is this entry's code or UAI.
    fn is_named(&self, folded: &str) -> bool {
        [Some(self.uai.as_str()), self.code.as_deref()].into_iter().flatten().any(|code| fold(code) == folded)
    }
}

/// One line for a terminal: `0380010E TLPU Lycée professionnel Gambetta (LP LEON GAMBETTA), 38303 Bourgoin-Jallieu`.
impl fmt::Display for SearchEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.uai, self.code.as_deref().unwrap_or("-"), self.name)?;
        if let Some(name) = &self.code_name {
            write!(f, " ({name})")?;
        }
        match (&self.postal_code, &self.city) {
            (Some(postal_code), Some(city)) => write!(f, ", {postal_code} {city}"),
            (None, Some(one)) | (Some(one), None) => write!(f, ", {one}"),
            (None, None) => Ok(()),
        }
    }
}

/// Ascending, once each.
fn union(lists: Vec<&[u32]>) -> Vec<u32> {
    let mut numbers = lists.concat();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// One letter replaced, left out, added, or two neighbours exchanged, in the word or in its beginning.
fn one_slip(typed: &[char], word: &str) -> bool {
    let same = typed.iter().zip(word.chars()).take_while(|(a, b)| **a == *b).count();
    let begins = |word_from: usize, typed_from: usize| {
        let mut word = word.chars().skip(same + word_from);
        typed.iter().skip(same + typed_from).all(|c| word.next() == Some(*c))
    };
    let mut next = word.chars().skip(same);
    let exchanged = next.next() == typed.get(same + 1).copied() && next.next() == typed.get(same).copied();
    begins(1, 1) || begins(1, 0) || begins(0, 1) || exchanged && begins(2, 2)
}

/// Every word under which an entry is found, once each: as written, and spelt out.
fn words_of(entry: &SearchEntry) -> BTreeSet<String> {
    let texts = [
        Some(entry.name.as_str()),
        entry.code_name.as_deref(),
        entry.city.as_deref(),
        entry.postal_code.as_deref(),
        Some(entry.uai.as_str()),
        entry.code.as_deref(),
    ];
    let mut all = BTreeSet::new();
    for text in texts.into_iter().flatten().map(fold) {
        for word in words(&text) {
            all.extend(expanded(word).iter().map(|long| (*long).to_owned()));
            all.insert(word.to_owned());
        }
    }
    all
}

/// The words of a folded text; an article that elision leaves alone says nothing.
fn words(folded: &str) -> impl Iterator<Item = &str> {
    let words = folded.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !matches!(*word, "" | "l" | "d"))
}

/// What an abbreviation stands for, in the words of the directory.
fn expanded(word: &str) -> &'static [&'static str] {
    match word {
        "st" => &["saint"],
        "ste" => &["sainte"],
        "nd" => &["notre", "dame"],
        "lp" => &["lycee", "professionnel"],
        "lpo" => &["lycee", "polyvalent"],
        "lpp" => &["lycee", "professionnel", "prive"],
        "lg" => &["lycee", "general"],
        "lgt" | "legt" => &["lycee", "general", "technologique"],
        "lt" => &["lycee", "technologique"],
        "leg" | "lyc" => &["lycee"],
        "lpa" => &["lycee", "professionnel", "agricole"],
        _ => &[],
    }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
