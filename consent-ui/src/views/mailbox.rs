//! `/dev/courriels`, in demo mode only: the mails that would have left.

use askama::Template;

use crate::Chrome;

/// `/dev/courriels`
#[derive(Template)]
#[template(path = "mailbox.html")]
pub struct Mailbox<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
    /// The mails, newest first.
    pub mails: Vec<MailLine>,
}

/// A mail in the list.
#[derive(Debug, Clone)]
pub struct MailLine {
    /// Last part of its address, `/dev/courriels/{id}`: letters, digits, `-` and `_`.
    pub id: String,
    /// Whom it is for.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When it was written, in the language of the page.
    pub date: String,
}

/// `/dev/courriels/{id}`
#[derive(Template)]
#[template(path = "mailbox_message.html")]
pub struct MailboxMessage<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
    /// The subject.
    pub subject: String,
    /// Its headers, in their order.
    pub headers: Vec<MailHeader>,
    /// The text part; [`MailSegment::of`] makes it.
    pub body: Vec<MailSegment>,
}

/// A header of a mail.
#[derive(Debug, Clone)]
pub struct MailHeader {
    /// `To`
    pub name: String,
    /// `tristan.blanc@maformation.example`
    pub value: String,
}

/// A part of a text: words, or an address to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailSegment {
    /// Words, with their line ends.
    Text(String),
    /// `https://…` or `http://…`
    Link(String),
}

impl MailSegment {
    /// Parts a text at its addresses: each goes from `http://` or `https://` to the next white space, without the
    /// punctuation at its end.
    pub fn of(text: &str) -> Vec<MailSegment> {
        let mut segments = Vec::new();
        let mut rest = text;
        while let Some((words, from_link)) = next_link(rest) {
            let run = from_link.split(|c: char| c.is_whitespace() || "<>\"".contains(c)).next().unwrap_or(from_link);
            let link = run.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\u{202f}']);
            if !words.is_empty() {
                segments.push(MailSegment::Text(words.to_owned()));
            }
            segments.push(MailSegment::Link(link.to_owned()));
            rest = from_link.strip_prefix(link).unwrap_or_default();
        }
        if !rest.is_empty() {
            segments.push(MailSegment::Text(rest.to_owned()));
        }
        segments
    }
}

/// What stands before the first address, and the text from there on.
fn next_link(text: &str) -> Option<(&str, &str)> {
    let start = [text.find("https://"), text.find("http://")].into_iter().flatten().min()?;
    text.split_at_checked(start)
}

#[cfg(test)]
mod tests {
    use super::MailSegment::{self, *};

    #[test]
    fn addresses_become_links_and_nothing_is_lost() {
        let text = "Lien:\nhttps://a.example/x?token=é-1.\n\n(http://b.example) javascript:alert(1)\n";
        let segments = MailSegment::of(text);
        let links: Vec<_> = segments.iter().filter(|segment| matches!(segment, Link(_))).collect();
        assert_eq!(links, [&Link("https://a.example/x?token=é-1".into()), &Link("http://b.example".into())]);
        let whole: String = segments
            .into_iter()
            .map(|segment| match segment {
                Text(part) | Link(part) => part,
            })
            .collect();
        assert_eq!(whole, text);
    }

    #[test]
    fn a_text_without_address_stays_whole() {
        assert_eq!(MailSegment::of("Bonjour,"), [Text("Bonjour,".into())]);
        assert!(MailSegment::of("").is_empty());
    }
}
