//! Signed in, but nothing that this person holds opens the application.

use askama::Template;

use crate::{Application, Chrome};

/// The page for a user whose attachments do not open the application.
#[derive(Template)]
#[template(path = "no_access.html")]
pub struct NoAccess<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
    /// The application.
    pub application: Application,
    /// Where the form « Revenir à … » is posted: fields `flow` and `decision=refuse`; the application is then told
    /// `access_denied`.
    pub action: String,
    /// Opaque text that ties the form to the request under way.
    pub flow: String,
    /// Whether the user is attached to any establishment at all.
    pub attached: bool,
    /// « Accéder à une nouvelle application »; `None` while there is no such page.
    pub request_access_url: Option<String>,
}
