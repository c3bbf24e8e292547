//! `/`: what this is, the way in, the applications.

use askama::Template;

use crate::{Application, Chrome, application::web_url};

/// `/`
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
    /// The applications that sign in here.
    pub applications: Vec<Application>,
    /// What to try, in demo mode.
    pub demo: Option<DemoGuide>,
}

/// What can be tried in demo mode.
#[derive(Debug, Clone, Default)]
pub struct DemoGuide {
    /// Accounts to sign in with.
    pub accounts: Vec<DemoAccount>,
    /// Applications to start from.
    pub applications: Vec<DemoApplication>,
}

/// An account of the demonstration.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// What to type as « Email de connexion ».
    pub email: String,
    /// The password, in clear: it is public.
    pub password: String,
    /// What the account shows, in the language of the page.
    pub what: String,
}

/// A demo application that runs beside.
#[derive(Debug, Clone)]
pub struct DemoApplication {
    /// Its name.
    pub name: String,
    /// Its home page.
    pub url: String,
}

impl DemoApplication {
    fn link(&self) -> &str {
        web_url(&self.url).unwrap_or("/")
    }
}
