//! An application as pages show it.

/// An application of the Region.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Application {
    /// Its name, in the words of its owner.
    pub name: String,
    /// What it is for, in a sentence.
    pub description: Option<String>,
    /// Its logo (`logo_uri`, OpenID Connect Registration §2); without one, its [`monogram`] stands in.
    pub logo_url: Option<String>,
}

/// Characters of a name that fits a button on a telephone.
const SHORT_NAME: usize = 24;

impl Application {
    /// An application known by its name only.
    pub fn named(name: impl Into<String>) -> Self {
        Application { name: name.into(), ..Application::default() }
    }

    /// The name, or words that stand for it where a long one would drown a heading or a button; the panel above says it.
    pub(crate) fn short<'a>(&'a self, stand_in: &'a str) -> &'a str {
        if self.name.chars().count() > SHORT_NAME { stand_in } else { &self.name }
    }

    pub(crate) fn monogram(&self) -> String {
        monogram(&self.name)
    }

    pub(crate) fn logo(&self) -> Option<&str> {
        self.logo_url.as_deref().and_then(web_url)
    }
}

/// Two letters for a name: the first of its first two words in capitals (« Bourse Mobilité »: BM), else the first two of
/// its only word (« Semafor »: Se).
pub fn monogram(name: &str) -> String {
    let mut words = name.split_whitespace().filter(|word| word.starts_with(char::is_alphanumeric));
    match (words.next(), words.next()) {
        (Some(first), Some(second)) => {
            first.chars().take(1).chain(second.chars().take(1)).flat_map(char::to_uppercase).collect()
        }
        (Some(only), None) => only.chars().take(2).collect(),
        (None, _) => "·".to_owned(),
    }
}

/// The address if a page may link to it: of the web or of this site. Others (`javascript:`) come from a client's
/// registration and are dropped.
pub(crate) fn web_url(url: &str) -> Option<&str> {
    let here = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    let web = ["https://", "http://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    (here || web).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monogram_has_two_letters_at_most() {
        assert_eq!(monogram("Semafor"), "Se");
        assert_eq!(monogram("APERA-Net"), "AP");
        assert_eq!(monogram("Bourse Mobilité Région Internationale – Lycéens"), "BM");
        assert_eq!(monogram("élan – école"), "ÉÉ");
        assert_eq!(monogram("  "), "·");
    }

    #[test]
    fn a_long_name_is_said_once() {
        assert_eq!(Application::named("Semafor").short("the application"), "Semafor");
        let long = Application::named("Bourse Mobilité Région Internationale - Lycéens et Apprentis");
        assert_eq!(long.short("the application"), "the application");
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        assert_eq!(web_url("https://semafor.example/cgu"), Some("https://semafor.example/cgu"));
        assert_eq!(web_url("/mon-espace"), Some("/mon-espace"));
        for bad in ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/\\evil.example", "", "é"] {
            assert_eq!(web_url(bad), None);
        }
    }
}
