//! The texts of the pages, in Project Fluent's format.

use std::collections::HashMap;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use crate::Lang;

const FR: &str = include_str!("../texts/fr.ftl");
const EN: &str = include_str!("../texts/en.ftl");

/// The texts of both languages, read once at start.
pub struct Texts {
    fr: Text,
    en: Text,
}

impl Texts {
    /// Reads the texts that the program carries.
    pub fn load() -> Texts {
        Texts { fr: Text::parse(Lang::Fr, FR), en: Text::parse(Lang::En, EN) }
    }

    /// The texts of one language.
    pub fn of(&self, lang: Lang) -> &Text {
        match lang {
            Lang::Fr => &self.fr,
            Lang::En => &self.en,
        }
    }
}

/// The texts of one language.
pub struct Text {
    /// Messages without arguments, ready to print.
    fixed: HashMap<String, String>,
    /// Every message, for those with arguments.
    bundle: FluentBundle<FluentResource>,
}

impl Text {
    fn parse(lang: Lang, source: &str) -> Text {
        // A message that does not parse is left out; the tests refuse such a file.
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let mut locales = Vec::new();
        if let Ok(locale) = lang.tag().parse() {
            locales.push(locale);
        }
        let mut bundle = FluentBundle::new_concurrent(locales);
        // The marks that isolate arguments are for mixed writing directions, and they break copy and paste.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        let mut text = Text { fixed: HashMap::new(), bundle };
        text.fixed = keys(source).filter_map(|key| Some((key.to_owned(), text.format(key, None)?))).collect();
        text
    }

    /// The message `key`, which takes no argument. An unknown key is returned as it is.
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.fixed.get(key).map_or(key, String::as_str)
    }

    /// The message `key` with one text argument. An unknown key is returned as it is.
    pub fn with(&self, key: &str, name: &str, value: &str) -> String {
        self.with_args(key, &[(name, FluentValue::from(value))])
    }

    /// The message `key` with one number, which chooses singular or plural. An unknown key is returned as it is.
    pub fn count(&self, key: &str, name: &str, value: u64) -> String {
        self.with_args(key, &[(name, FluentValue::from(value))])
    }

    fn with_args(&self, key: &str, pairs: &[(&str, FluentValue<'_>)]) -> String {
        let args: FluentArgs<'_> = pairs.iter().map(|(name, value)| (*name, value.clone())).collect();
        self.format(key, Some(&args)).unwrap_or_else(|| key.to_owned())
    }

    /// `None` when the key is unknown or one of its arguments is missing.
    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }
}

/// The keys of a Fluent source, in its order: a message starts at the margin with `key =`.
fn keys(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim_end()))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn key_set(source: &'static str) -> BTreeSet<&'static str> {
        keys(source).collect()
    }

    /// The keys that templates and code ask for: the literal after `t("`, `with("`, `count("` or `=> "`.
    fn used_keys(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                used_keys(&path, found);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for opening in [".t(\"", ".with(\"", ".count(\"", "=> \""] {
                found.extend(text.split(opening).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
            }
        }
    }

    #[test]
    fn both_files_parse_without_error_and_have_the_same_keys() {
        for source in [FR, EN] {
            assert!(FluentResource::try_new(source.to_owned()).is_ok());
            assert_eq!(keys(source).count(), key_set(source).len(), "a key is there twice");
        }
        assert_eq!(key_set(FR), key_set(EN));
    }

    #[test]
    fn every_key_that_pages_use_exists_and_every_key_is_used() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut used = BTreeSet::new();
        used_keys(&root.join("templates"), &mut used);
        used_keys(&root.join("src/views"), &mut used);
        used_keys(&root.join("src/mails"), &mut used);
        let known: BTreeSet<String> = keys(FR).map(str::to_owned).collect();
        assert_eq!(used.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "used but not written");
        assert_eq!(known.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "written but not used");
    }

    #[test]
    fn an_unknown_key_is_returned_as_it_is() {
        let texts = Texts::load();
        assert_eq!(texts.of(Lang::Fr).t("no-such-key"), "no-such-key");
        assert_eq!(texts.of(Lang::En).with("no-such-key", "a", "b"), "no-such-key");
    }

    #[test]
    fn a_number_chooses_singular_or_plural() {
        let texts = Texts::load();
        assert!(texts.of(Lang::Fr).count("sign-in-error-tries", "minutes", 1).contains("1 minute."));
        assert!(texts.of(Lang::Fr).count("sign-in-error-tries", "minutes", 5).contains("5 minutes."));
    }

    #[test]
    fn french_uses_narrow_spaces_and_curly_apostrophes() {
        for line in FR.lines().filter(|line| !line.starts_with('#')) {
            let text = line.split_once('=').map_or(line, |(_, text)| text);
            for wrong in [" ?", " !", " ;", " :", "« ", " »", "'"] {
                assert!(!text.contains(wrong), "{wrong:?} in {line}");
            }
        }
        assert!(!EN.contains('\''));
    }
}
