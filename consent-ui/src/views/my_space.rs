//! `/mon-espace`: the attachment in use and the applications that it opens.

use askama::Template;

use crate::{Application, Chrome, application::web_url};

/// `/mon-espace`
#[derive(Template)]
#[template(path = "my_space.html")]
pub struct MySpace<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
    /// The first name, for the greeting.
    pub given_name: Option<String>,
    /// Every attachment of the user. At most one is in use; none at all is a page of its own.
    pub attachments: Vec<SpaceAttachment>,
    /// What the attachment in use opens.
    pub applications: Vec<SpaceApplication>,
    /// The attachment in use has just been changed: the page says so.
    pub changed: bool,
    /// The ways on for a user without attachment.
    pub first_steps: FirstSteps,
}

/// Where a first sign-in leads on; a door without an address is not shown.
#[derive(Debug, Clone, Default)]
pub struct FirstSteps {
    /// « Accéder à une nouvelle application »
    pub new_application_url: Option<String>,
    /// « Se lier à un ancien compte Sicorra »
    pub legacy_account_url: Option<String>,
}

/// An attachment of the user.
#[derive(Debug, Clone)]
pub struct SpaceAttachment {
    /// Value of the field `attachment`.
    pub id: String,
    /// The establishment's name.
    pub establishment: String,
    /// Its portal code, or its UAI where it has none.
    pub code: String,
    /// Its town.
    pub city: Option<String>,
    /// The profile's name.
    pub profile: String,
    /// The one in use.
    pub in_use: bool,
}

/// An application that the attachment in use opens.
#[derive(Debug, Clone)]
pub struct SpaceApplication {
    /// The application.
    pub application: Application,
    /// Where a click leads; without one the tile is no link.
    pub url: Option<String>,
}

impl SpaceApplication {
    fn link(&self) -> Option<&str> {
        self.url.as_deref().and_then(web_url)
    }
}

impl FirstSteps {
    fn has_doors(&self) -> bool {
        self.new_application_url.is_some() || self.legacy_account_url.is_some()
    }
}

impl MySpace<'_> {
    fn in_use(&self) -> Option<&SpaceAttachment> {
        self.attachments.iter().find(|attachment| attachment.in_use)
    }
}
