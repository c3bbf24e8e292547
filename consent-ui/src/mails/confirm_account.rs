//! To a new account: is the address yours?

use super::{Mail, letter::Letter};
use crate::{Lang, Ui};

/// Confirms the address of a new account, in the words of the notice to users.
pub struct ConfirmAccountMail {
    /// `https://…/self-service/validation-compte?token=…`, a secret; good for 24 hours, once.
    pub link: String,
}

impl ConfirmAccountMail {
    /// The mail in one language.
    ///
    /// # Errors
    /// When a value cannot be written, which does not happen with the types used here.
    pub fn render(&self, ui: &Ui, lang: Lang) -> Result<Mail, askama::Error> {
        let text = ui.texts(lang);
        Letter::new(lang, text, text.t("mail-confirm-subject"))
            .paragraph(text.t("mail-confirm-what"))
            .button(text.t("confirm-submit"), &self.link)
            .paragraph(text.t("mail-confirm-limits"))
            .render()
    }
}
