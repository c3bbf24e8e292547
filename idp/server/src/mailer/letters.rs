//! The mails of this service, each from its page-maker's words to an address of ours (H06: from the issuer alone).

use consent_ui::mails::{AccountExistsMail, ConfirmAccountMail, Mail};
use idp_core::{lang::Lang, oauth::redirect_uri::with_params, people::email::Email};

use super::Letter;
use crate::{account::confirm, app::App, http::browser::ui_lang};

fn letter(to: &Email, mail: Mail) -> anyhow::Result<Letter> {
    Ok(Letter::new(to, mail.subject, mail.text, mail.html)?)
}

/// « Pour valider votre compte » (P03).
///
/// # Errors
/// When the mail cannot be written.
pub fn confirm_account(app: &App, lang: Lang, to: &Email, token: &str) -> anyhow::Result<Letter> {
    let link = with_params(&app.issuer.url(confirm::PATH), &[("token", token)]);
    letter(to, ConfirmAccountMail { link }.render(&app.ui, ui_lang(lang))?)
}

/// Tells the owner of an account that somebody signed up with its address.
///
/// # Errors
/// When the mail cannot be written.
pub fn account_exists(app: &App, lang: Lang, to: &Email) -> anyhow::Result<Letter> {
    let mail = AccountExistsMail { sign_in_url: app.issuer.url("/connexion"), forgotten_url: None };
    letter(to, mail.render(&app.ui, ui_lang(lang))?)
}
