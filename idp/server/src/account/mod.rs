//! The pages for people: sign in, agree, look around, sign out.

pub mod choose;
pub mod confirm;
pub mod consent;
pub mod home;
pub mod mailbox;
pub mod my_space;
pub mod no_access;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;

use consent_ui::{Application as ShownApplication, views::Asked};
use idp_core::{
    authorize::request::AuthorizationRequest,
    catalogue::{Application, Catalogue, Client},
    lang::Lang,
    schools::attachment::Attachment,
};

use crate::{
    app::App,
    flow::{Binding, Flow},
    http::{browser::Browser, response::Failure},
};

/// A client as the pages show it: its application's words, else its own name.
#[must_use]
pub fn shown(client: &Client, catalogue: &Catalogue, lang: Lang) -> ShownApplication {
    match catalogue.application_of(client) {
        Some(application) => {
            let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let description = text(application.tagline.get(lang)).or_else(|| text(application.description.get(lang)));
            ShownApplication { name: application.name.get(lang).to_owned(), description, logo_url: None }
        }
        None if client.client_name.get(lang).is_empty() => ShownApplication::named(client.id.as_str()),
        None => ShownApplication::named(client.client_name.get(lang)),
    }
}

/// An application as a tile: its description, else its tagline, so that no tile is empty.
#[must_use]
pub fn tile(application: &Application, lang: Lang) -> ShownApplication {
    let texts = [application.description.get(lang), application.tagline.get(lang)];
    let description = texts.into_iter().find(|text| !text.is_empty()).map(str::to_owned);
    ShownApplication { name: application.name.get(lang).to_owned(), description, logo_url: None }
}

/// The « who asks » panel.
#[must_use]
pub fn asked(client: &Client, catalogue: &Catalogue, lang: Lang) -> Asked {
    Asked { application: shown(client, catalogue, lang), ..Asked::default() }
}

/// What people call a profile.
#[must_use]
pub fn profile_name(attachment: &Attachment, catalogue: &Catalogue, lang: Lang) -> String {
    match catalogue.profiles.get(&attachment.profile) {
        Some(profile) => profile.name.get(lang).to_owned(),
        None => attachment.profile.to_string(),
    }
}

/// The authorization request under way in this browser.
///
/// # Errors
/// [`Failure::Expired`] when there is none.
pub async fn request_of(
    app: &App,
    browser: &Browser,
    flow: Option<&str>,
) -> Result<Box<AuthorizationRequest>, Failure> {
    match app.open_flow(&browser.jar, flow, Binding::Required).await? {
        Flow::Authorize(request) => Ok(request),
        Flow::Page(_) => Err(Failure::Expired),
    }
}
