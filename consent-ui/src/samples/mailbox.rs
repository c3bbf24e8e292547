//! The mails, and the pages of the demonstration that show them.

use super::{Sample, newcomer, sample};
use crate::{
    Chrome, Lang, Ui,
    mails::{AccountExistsMail, ConfirmAccountMail, Mail},
    views::*,
};

/// A mail rendered with sample values.
pub struct MailSample {
    /// Name of the mail and its case, fit for a file name: `confirm-account`.
    pub name: &'static str,
    /// The links that it must carry.
    pub links: Vec<String>,
    /// The mail.
    pub mail: Result<Mail, askama::Error>,
}

/// Every mail, in every state that changes its form, in one language.
pub fn mails(ui: &Ui, lang: Lang) -> Vec<MailSample> {
    let link =
        "https://sicorra.example/self-service/validation-compte?token=7Qm2v0bVt1Yx8sKcJ4nPzR6wLhEaUdGf".to_owned();
    let sign_in_url = "https://sicorra.example/connexion".to_owned();
    let forgotten_url = "https://sicorra.example/self-service/mot-de-passe-oublie".to_owned();
    let exists = |forgotten_url| AccountExistsMail { sign_in_url: sign_in_url.clone(), forgotten_url }.render(ui, lang);
    let confirm = ConfirmAccountMail { link: link.clone() }.render(ui, lang);
    let with_link = exists(Some(forgotten_url.clone()));
    let without = exists(None);
    vec![
        MailSample { name: "confirm-account", links: vec![link], mail: confirm },
        MailSample {
            name: "account-exists-forgotten",
            links: vec![sign_in_url.clone(), forgotten_url],
            mail: with_link,
        },
        MailSample { name: "account-exists", links: vec![sign_in_url], mail: without },
    ]
}

pub(super) fn pages(ui: &Ui, lang: Lang) -> Vec<Sample> {
    let chrome = || Chrome { demo: true, ..newcomer(ui, lang) };
    let line = |id: &str, to: &str, subject: &str, date: &str| MailLine {
        id: id.into(),
        to: to.into(),
        subject: subject.into(),
        date: date.into(),
    };
    let lines = vec![
        line("m2", "edouard.blanc@maformation.example", "Validez votre compte Sicorra", "23/11/2026 09:00"),
        line("m1", "tristan.blanc@maformation.example", "Vous avez déjà un compte Sicorra", "23/11/2026 08:30"),
    ];
    let header = |name: &str, value: &str| MailHeader { name: name.into(), value: value.into() };
    let message = ConfirmAccountMail { link: "https://sicorra.example/self-service/validation-compte?token=m2".into() }
        .render(ui, lang)
        .and_then(|mail| {
            let headers = vec![
                header("From", "Sicorra <ne-pas-repondre@sicorra.example>"),
                header("To", "edouard.blanc@maformation.example"),
                header("Date", "Mon, 23 Nov 2026 09:00:00 +0100"),
            ];
            MailboxMessage { chrome: chrome(), subject: mail.subject, headers, body: MailSegment::of(&mail.text) }
                .render()
        });
    vec![
        sample("mailbox", Mailbox { chrome: chrome(), mails: lines }.render()),
        sample("mailbox-empty", Mailbox { chrome: chrome(), mails: Vec::new() }.render()),
        sample("mailbox-message", message),
    ]
}
