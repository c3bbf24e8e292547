//! Which attachment an application that takes only one is to receive.

use askama::Template;

use crate::{Chrome, views::Asked};

/// The choice of an attachment for an application, on the way to it.
#[derive(Template)]
#[template(path = "choose_attachment.html")]
pub struct ChooseAttachment<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
    /// The application.
    pub asked: Asked,
    /// Where the form is posted: fields `flow` and `attachment`.
    pub action: String,
    /// Opaque text that ties the form to the request under way.
    pub flow: String,
    /// The attachments that open the application, at least two.
    pub choices: Vec<AttachmentChoice>,
    /// The form came back without a choice.
    pub missing: bool,
}

/// An attachment that can be chosen.
#[derive(Debug, Clone)]
pub struct AttachmentChoice {
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
    /// Chosen beforehand.
    pub selected: bool,
}
