//! What every page has around its content: head, header, language switch, footer.

use crate::{Lang, Text, Texts, assets};

/// What the pages share, made once by the server.
pub struct Ui {
    texts: Texts,
    assets_version: String,
}

impl Ui {
    /// Reads the texts and names the version of the static files.
    pub fn new() -> Ui {
        Ui { texts: Texts::load(), assets_version: assets::version() }
    }

    /// The texts of a language.
    pub fn texts(&self, lang: Lang) -> &Text {
        self.texts.of(lang)
    }

    /// The address of a static file, as `/static/look.css?v=0123456789abcdef`.
    pub fn asset(&self, path: &str) -> String {
        format!("{}{path}?v={}", assets::PREFIX, self.assets_version)
    }
}

impl Default for Ui {
    fn default() -> Self {
        Ui::new()
    }
}

/// What the layout of a page needs.
#[derive(Clone)]
pub struct Chrome<'a> {
    /// The texts and assets.
    pub ui: &'a Ui,
    /// The language of the page.
    pub lang: Lang,
    /// The same page in the other language ([`Lang::other`]); `None` hides the switch, as on the answer to a POST.
    pub switch_url: Option<String>,
    /// Who is signed in.
    pub account: Option<ChromeAccount>,
    /// The item of the navigation that this page is.
    pub current: Option<NavItem>,
    /// « Créer un compte » in the header and under the sign-in form; `None` while there is no such page.
    pub sign_up_url: Option<String>,
    /// Shows the banner « Démonstration : données fictives ».
    pub demo: bool,
}

/// Who is signed in, for the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChromeAccount {
    /// « Tristan Blanc », or the e-mail address when no name is known.
    pub name: String,
    /// The attachment in use: « LP Gambetta · TLPU · Enseignant ».
    pub structure: Option<String>,
}

/// An item of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NavItem {
    /// `/`
    Home,
    /// `/mon-espace`
    MySpace,
    /// `/self-service/creation-compte`: the header then has no second way there.
    SignUp,
    /// `/deconnexion`: the header then has no second way there.
    SignOut,
}

impl<'a> Chrome<'a> {
    /// The plainest layout: nobody signed in, no switch, no banner.
    pub fn new(ui: &'a Ui, lang: Lang) -> Self {
        Chrome { ui, lang, switch_url: None, account: None, current: None, sign_up_url: None, demo: false }
    }

    /// A text without arguments, in the page's language.
    pub(crate) fn t<'k>(&'k self, key: &'k str) -> &'k str {
        self.text().t(key)
    }

    /// A text with one argument, in the page's language.
    pub(crate) fn with(&self, key: &str, name: &str, value: &str) -> String {
        self.text().with(key, name, value)
    }

    pub(crate) fn text(&self) -> &'a Text {
        self.ui.texts(self.lang)
    }

    pub(crate) fn asset(&self, path: &str) -> String {
        self.ui.asset(path)
    }

    pub(crate) fn at_home(&self) -> bool {
        self.current == Some(NavItem::Home)
    }

    pub(crate) fn at_my_space(&self) -> bool {
        self.current == Some(NavItem::MySpace)
    }

    pub(crate) fn at_sign_up(&self) -> bool {
        self.current == Some(NavItem::SignUp)
    }

    pub(crate) fn at_sign_out(&self) -> bool {
        self.current == Some(NavItem::SignOut)
    }
}
