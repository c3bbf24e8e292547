//! Text as people type it, compared without accents, case or ligatures.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case without diacritics; `œ` and `æ` spelt out, typographic apostrophes plain.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            '’' | 'ʼ' | '‘' => folded.push('\''),
            other => folded.push(other),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_ligatures_do_not_count() {
        assert_eq!(fold("LÉON Sacré-Cœur d’Ainay"), "leon sacre-coeur d'ainay");
        assert_eq!(fold("Le\u{301}on"), "leon");
    }
}
