//! The two languages of the service, French first.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A language in which every page exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// French, the default.
    #[default]
    Fr,
    /// English.
    En,
}

impl Lang {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The language of one BCP 47 tag (`en-GB` is English), if it is one of ours.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| primary.trim().eq_ignore_ascii_case(lang.tag()))
    }

    /// The first of ours in a list by preference: `ui_locales` (OpenID Connect Core §3.1.2.1, separated by
    /// spaces) or `Accept-Language` (RFC 9110 §12.5.4, commas; weights are taken as already in order).
    #[must_use]
    pub fn preferred(list: &str) -> Option<Self> {
        list.split([' ', ',']).filter_map(|item| Self::from_tag(item.split(';').next().unwrap_or_default())).next()
    }
}

/// A text in French, and in English where somebody wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalText(BTreeMap<Lang, String>);

impl LocalText {
    /// A text that is the same in both languages, or only known in French.
    pub fn french(text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(Lang::Fr, text.into())]))
    }

    /// The text in `lang`, else in French, else empty.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        self.0.get(&lang).or_else(|| self.0.get(&Lang::Fr)).map_or("", String::as_str)
    }
}

impl From<[(Lang, &str); 2]> for LocalText {
    fn from(texts: [(Lang, &str); 2]) -> Self {
        Self(texts.into_iter().map(|(lang, text)| (lang, text.to_owned())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferred_takes_the_first_language_we_have() {
        assert_eq!(Lang::preferred("de-DE,en-GB;q=0.8,fr;q=0.5"), Some(Lang::En));
        assert_eq!(Lang::preferred("fr-FR en"), Some(Lang::Fr));
        assert_eq!(Lang::preferred("de"), None);
    }

    #[test]
    fn a_missing_translation_falls_back_to_french() {
        assert_eq!(LocalText::french("Saisie").get(Lang::En), "Saisie");
    }
}
