//! `/connexion/structure`: which attachment an application is to see, when several open it.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use consent_ui::views::{AttachmentChoice, ChooseAttachment};
use idp_core::{
    authorize::{
        request::{AuthorizationRequest, PageFault},
        step::Step,
    },
    catalogue::Catalogue,
    ids::AttachmentId,
    lang::Lang,
    schools::attachment::Attachment,
};
use idp_store::sql::sessions;

use crate::{
    account::{asked, my_space::in_use, profile_name, request_of},
    app::{App, SharedApp},
    flow::Flow,
    http::{
        browser::{Browser, chrome_account},
        forms::{Form, FormError},
        response::{Failure, page, see_other},
    },
    oidc::authorize::{Considered, consider, resume_at},
};

const PATH: &str = "/connexion/structure";

/// GET
pub async fn show(State(app): State<SharedApp>, browser: Browser) -> Result<Response, Failure> {
    let flow = browser.query.get("flow").unwrap_or_default().to_owned();
    let request = request_of(&app, &browser, Some(&flow)).await?;
    form(&app, &browser, &request, flow, false).await
}

async fn form(
    app: &App,
    browser: &Browser,
    request: &AuthorizationRequest,
    flow: String,
    missing: bool,
) -> Result<Response, Failure> {
    let catalogue = app.catalogue.load_full();
    let considered = consider(app, &catalogue, browser, request).await?;
    let Considered { session: Some(session), opening, step: Step::ChooseAttachment, .. } = considered else {
        return Ok(see_other(&resume_at(&flow)));
    };
    let client = catalogue.client(request.client_id.as_str()).ok_or(Failure::Page(PageFault::UnknownClient))?;
    let mut chrome = browser.chrome(app, None);
    let used = in_use(&opening, session.facts.attachment.as_ref());
    chrome.account = Some(chrome_account(&session, used, &catalogue, browser.lang));
    let view = ChooseAttachment {
        chrome,
        asked: asked(client, &catalogue, browser.lang),
        action: PATH.to_owned(),
        flow,
        choices: opening
            .iter()
            .map(|attachment| choice(attachment, session.facts.attachment.as_ref(), &catalogue, browser.lang))
            .collect(),
        missing,
    };
    Ok(page(view.render()?))
}

fn choice(
    attachment: &Attachment,
    in_use: Option<&AttachmentId>,
    catalogue: &Catalogue,
    lang: Lang,
) -> AttachmentChoice {
    AttachmentChoice {
        id: attachment.id.to_string(),
        establishment: attachment.establishment.name.clone(),
        code: attachment.establishment.short_code().to_owned(),
        city: attachment.establishment.city.clone(),
        profile: profile_name(attachment, catalogue, lang),
        selected: in_use == Some(&attachment.id),
    }
}

/// POST: the choice goes into the request, and stays in use for the session.
pub async fn submit(
    State(app): State<SharedApp>,
    browser: Browser,
    form_posted: Result<Form, FormError>,
) -> Result<(CookieJar, Response), Failure> {
    let Form(params) = form_posted?;
    let flow = params.get("flow").unwrap_or_default().to_owned();
    let mut request = request_of(&app, &browser, Some(&flow)).await?;
    let session = browser.signed_in(&app).await?;
    let Some(id) = params.get("attachment").map(AttachmentId::from) else {
        let answer = form(&app, &browser, &request, flow, true).await?;
        return Ok((browser.jar, answer.into_response()));
    };
    let mut tx = app.db.begin().await?;
    // The statement itself checks that the attachment is this person's.
    let theirs = sessions::use_attachment(&mut tx, &session.facts.sid, &session.facts.account, &id).await?;
    tx.commit().await?;
    if theirs {
        request.chosen = Some(id);
    }
    let (jar, flow) = app.seal_flow(browser.jar, Flow::Authorize(request)).await?;
    Ok((jar, see_other(&resume_at(&flow))))
}
