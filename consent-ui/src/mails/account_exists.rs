//! To an account whose address somebody tried to sign up with. The page told that person nothing.

use super::{Mail, letter::Letter};
use crate::{Lang, Ui};

/// Tells the owner of an account that somebody tried to sign up with its address.
pub struct AccountExistsMail {
    /// `https://…/connexion`
    pub sign_in_url: String,
    /// « Mot de passe oublié »; `None` while there is no such page.
    pub forgotten_url: Option<String>,
}

impl AccountExistsMail {
    /// The mail in one language.
    ///
    /// # Errors
    /// When a value cannot be written, which does not happen with the types used here.
    pub fn render(&self, ui: &Ui, lang: Lang) -> Result<Mail, askama::Error> {
        let text = ui.texts(lang);
        let letter = Letter::new(lang, text, text.t("mail-exists-subject"))
            .paragraph(text.t("mail-exists-what"))
            .button(text.t("sign-in-title"), &self.sign_in_url);
        let letter = match &self.forgotten_url {
            Some(url) => letter.address(text.t("mail-exists-forgotten"), url),
            None => letter,
        };
        letter.paragraph(text.t("mail-exists-not-you")).render()
    }
}
