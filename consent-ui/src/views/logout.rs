//! `/deconnexion` and `/deconnexion/faite`.

use askama::Template;

use crate::{Chrome, application::web_url};

/// `/deconnexion`: the user confirms (OpenID Connect RP-Initiated Logout §2).
#[derive(Template)]
#[template(path = "logout.html")]
pub struct Logout<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
    /// The name of the application that asked, if any.
    pub application: Option<String>,
    /// Opaque text that ties the form to the request under way; may be empty.
    pub flow: String,
}

/// `/deconnexion/faite`
#[derive(Template)]
#[template(path = "logged_out.html")]
pub struct LoggedOut<'a> {
    /// The layout; nobody is signed in.
    pub chrome: Chrome<'a>,
    /// The way back to the application.
    pub back: Option<BackLink>,
}

/// A way back to an application.
#[derive(Debug, Clone)]
pub struct BackLink {
    /// The application's name.
    pub name: String,
    /// Where to go.
    pub url: String,
}

impl LoggedOut<'_> {
    /// The link to show: none when its address is not of the web.
    fn link(&self) -> Option<(&str, &str)> {
        let back = self.back.as_ref()?;
        Some((back.name.as_str(), web_url(&back.url)?))
    }
}
