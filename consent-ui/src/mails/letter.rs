//! What every mail is made of: a subject, blocks, and the closing. Text and HTML come from the same blocks.

use askama::Template;

use super::Mail;
use crate::{Lang, Text};

/// A mail under way.
pub(super) struct Letter<'a> {
    lang: Lang,
    text: &'a Text,
    subject: &'a str,
    blocks: Vec<Block<'a>>,
}

/// A part of a mail.
enum Block<'a> {
    /// Words.
    Paragraph(&'a str),
    /// What to do, as a button: in a text, only its label, the address follows.
    Button { label: &'a str, url: &'a str },
    /// Words, then an address to follow or copy.
    Address { words: &'a str, url: &'a str },
}

#[derive(Template)]
#[template(path = "mails/letter.html")]
struct Html<'a> {
    letter: &'a Letter<'a>,
}

impl<'a> Letter<'a> {
    /// Begins a mail with its subject.
    pub(super) fn new(lang: Lang, text: &'a Text, subject: &'a str) -> Self {
        Letter { lang, text, subject, blocks: Vec::new() }
    }

    /// Adds words.
    pub(super) fn paragraph(mut self, words: &'a str) -> Self {
        self.blocks.push(Block::Paragraph(words));
        self
    }

    /// Adds a button, and the same address as text for those who cannot use it.
    pub(super) fn button(mut self, label: &'a str, url: &'a str) -> Self {
        self.blocks.push(Block::Button { label, url });
        let words = self.text.t("mail-fallback");
        self.address(words, url)
    }

    /// Adds words, then an address.
    pub(super) fn address(mut self, words: &'a str, url: &'a str) -> Self {
        self.blocks.push(Block::Address { words, url });
        self
    }

    /// Closes the mail and renders it.
    pub(super) fn render(self) -> Result<Mail, askama::Error> {
        let html = Html { letter: &self }.render()?;
        Ok(Mail { subject: self.subject.to_owned(), text: self.plain(), html })
    }

    fn plain(&self) -> String {
        let mut parts = vec![self.text.t("mail-hello").to_owned()];
        parts.extend(self.blocks.iter().map(|block| match block {
            Block::Paragraph(words) | Block::Button { label: words, .. } => (*words).to_owned(),
            Block::Address { words, url } => format!("{words}\n{url}"),
        }));
        parts.push(self.text.t("mail-bye").to_owned());
        parts.push(format!("{}\n{}", self.text.t("mail-team"), self.text.t("mail-automatic")));
        parts.push(format!("{}\n", self.text.t("mail-footer")));
        parts.join("\n\n")
    }
}
