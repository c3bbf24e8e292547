//! `/consentement`: what an application is to receive, with the actual values.

use askama::Template;

use crate::{Chrome, views::Asked};

/// `/consentement`
#[derive(Template)]
#[template(path = "consent.html")]
pub struct Consent<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
    /// The application.
    pub asked: Asked,
    /// Opaque text that ties the form to the request under way.
    pub flow: String,
    /// First and last name, when asked.
    pub identity: Option<String>,
    /// The contact address, when asked.
    pub email: Option<String>,
    /// The attachments that the application will see.
    pub attachments: Vec<ConsentAttachment>,
    /// Anything else that it will receive, in the language of the page.
    pub more: Vec<Fact>,
    /// The application may ask again later, while the user is away (`offline_access`).
    pub offline: bool,
    /// Where the consent can be withdrawn; `None` while there is no such page.
    pub withdraw_url: Option<String>,
}

/// An attachment that the application will see.
#[derive(Debug, Clone)]
pub struct ConsentAttachment {
    /// The establishment's name.
    pub establishment: String,
    /// Its portal code, or its UAI where it has none.
    pub code: String,
    /// The profile's name.
    pub profile: String,
    /// The roles in this application, by their names; may be empty.
    pub roles: Vec<String>,
    /// The one that the application will use first.
    pub in_use: bool,
}

impl ConsentAttachment {
    fn role_list(&self) -> String {
        self.roles.join(", ")
    }

    fn has_several_roles(&self) -> bool {
        self.roles.len() > 1
    }
}

/// A labelled fact: « Fonction : Proviseur ».
#[derive(Debug, Clone)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Its values, at least one.
    pub values: Vec<String>,
}

impl Consent<'_> {
    /// The application learns nothing about the person.
    fn is_anonymous(&self) -> bool {
        self.identity.is_none() && self.email.is_none() && self.attachments.is_empty() && self.more.is_empty()
    }

    /// The only attachment: its facts are then shown one per line.
    fn only_attachment(&self) -> Option<&ConsentAttachment> {
        match self.attachments.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}
