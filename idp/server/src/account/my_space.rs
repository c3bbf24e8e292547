//! `/mon-espace`: the attachment in use, and the applications that it opens (P23, P24).

use axum::{extract::State, response::Response};
use consent_ui::{
    NavItem,
    views::{FirstSteps, MySpace, SpaceApplication, SpaceAttachment},
};
use idp_core::{
    catalogue::{Application, Catalogue},
    ids::AttachmentId,
    lang::Lang,
    oauth::redirect_uri::with_params,
    schools::attachment::Attachment,
};
use idp_store::sql::{attachments, sessions};

use crate::{
    account::{profile_name, tile},
    app::{App, SharedApp},
    http::{
        browser::{Browser, chrome_account},
        forms::{Form, FormError},
        response::{Failure, page, see_other},
    },
};

/// The attachment in use: the chosen one while it lasts, else the only one.
#[must_use]
pub fn in_use<'a>(held: &'a [Attachment], chosen: Option<&AttachmentId>) -> Option<&'a Attachment> {
    let chosen = chosen.and_then(|id| held.iter().find(|attachment| attachment.id == *id));
    match held {
        [only] => Some(only),
        _ => chosen,
    }
}

/// GET
pub async fn show(State(app): State<SharedApp>, browser: Browser) -> Result<Response, Failure> {
    let session = browser.signed_in(&app).await?;
    let catalogue = app.catalogue.load_full();
    let held = attachments::held_by(&app.db, &session.facts.account).await?;
    let in_use = in_use(&held, session.facts.attachment.as_ref());
    let mut chrome = browser.chrome(&app, Some(NavItem::MySpace));
    chrome.account = Some(chrome_account(&session, in_use, &catalogue, browser.lang));
    let view = MySpace {
        chrome,
        given_name: Some(session.person.given_name.clone()).filter(|name| !name.is_empty()),
        attachments: held
            .iter()
            .map(|attachment| shown_attachment(attachment, in_use, &catalogue, browser.lang))
            .collect(),
        applications: in_use.map_or_else(Vec::new, |attachment| {
            let opened = catalogue.opened_by(&attachment.profile);
            opened
                .into_iter()
                .map(|application| shown_application(&app, &catalogue, application, browser.lang))
                .collect()
        }),
        changed: browser.query.get("structure") == Some("changee"),
        first_steps: FirstSteps::default(),
    };
    Ok(page(view.render()?))
}

fn shown_attachment(
    attachment: &Attachment,
    in_use: Option<&Attachment>,
    catalogue: &Catalogue,
    lang: Lang,
) -> SpaceAttachment {
    SpaceAttachment {
        id: attachment.id.to_string(),
        establishment: attachment.establishment.name.clone(),
        code: attachment.establishment.short_code().to_owned(),
        city: attachment.establishment.city.clone(),
        profile: profile_name(attachment, catalogue, lang),
        in_use: in_use.is_some_and(|used| used.id == attachment.id),
    }
}

fn shown_application(app: &App, catalogue: &Catalogue, application: &Application, lang: Lang) -> SpaceApplication {
    let url = catalogue.client_of(&application.id).and_then(|client| match &client.initiate_login_uri {
        // OpenID Connect Core §4: the application starts the sign-in itself, and needs to know with whom.
        Some(uri) => Some(with_params(uri, &[("iss", app.issuer.as_str())])),
        None => client.client_uri.clone(),
    });
    SpaceApplication { application: tile(application, lang), url }
}

/// POST: puts another attachment in use. Whose it is comes from the session, never from the form.
pub async fn choose(
    State(app): State<SharedApp>,
    browser: Browser,
    form: Result<Form, FormError>,
) -> Result<Response, Failure> {
    let session = browser.signed_in(&app).await?;
    let Form(params) = form?;
    let mut changed = false;
    if let Some(id) = params.get("attachment") {
        let mut tx = app.db.begin().await?;
        let id = AttachmentId::from(id);
        changed = sessions::use_attachment(&mut tx, &session.facts.sid, &session.facts.account, &id).await?;
        tx.commit().await?;
    }
    Ok(see_other(if changed { "/mon-espace?structure=changee" } else { "/mon-espace" }))
}
