//! `/deconnexion`: signing out is confirmed by POST, whoever asked for it (J05).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use consent_ui::{
    NavItem,
    views::{BackLink, LoggedOut, Logout},
};
use idp_core::{oidc::logout::LogoutRequest, random, seal::Purpose};
use idp_store::sql::{attachments, journal, sessions};

use crate::{
    account::{my_space::in_use, shown},
    app::{App, SharedApp},
    http::{
        browser::{Browser, chrome_account},
        cookies,
        forms::{Form, FormError},
        response::{Failure, page, see_other},
    },
};

fn open(app: &App, flow: Option<&str>) -> LogoutRequest {
    let opened = flow.and_then(|flow| app.keys.load().sealer.open(Purpose::Logout, flow).ok());
    opened.unwrap_or_default()
}

/// GET: asks. Somebody who is not signed in has nothing to confirm.
pub async fn show(State(app): State<SharedApp>, browser: Browser) -> Result<Response, Failure> {
    let flow = browser.query.get("flow").unwrap_or_default();
    let request = open(&app, Some(flow));
    let Some(session) = browser.session(&app).await? else {
        return Ok(see_other(&request.destination().unwrap_or_else(|| "/deconnexion/faite".to_owned())));
    };
    let catalogue = app.catalogue.load_full();
    let client = request.client_id.as_ref().and_then(|id| catalogue.client(id.as_str()));
    let held = attachments::held_by(&app.db, &session.facts.account).await?;
    let used = in_use(&held, session.facts.attachment.as_ref());
    let mut chrome = browser.chrome(&app, Some(NavItem::SignOut));
    chrome.account = Some(chrome_account(&session, used, &catalogue, browser.lang));
    let view = Logout {
        chrome,
        application: client.map(|client| shown(client, &catalogue, browser.lang).name),
        flow: flow.to_owned(),
    };
    Ok(page(view.render()?))
}

/// POST: ends the session and every grant of it.
pub async fn submit(
    State(app): State<SharedApp>,
    browser: Browser,
    form: Result<Form, FormError>,
) -> Result<Response, Failure> {
    let Form(params) = form?;
    let request = open(&app, params.get("flow"));
    if let Some(session) = browser.session(&app).await? {
        let now = app.now();
        let mut tx = app.db.begin().await?;
        sessions::end(&mut tx, &session.facts.sid, now).await?;
        let entry = journal::Entry {
            id: &random::uuid(app.random.as_ref()),
            actor: session.facts.account.as_str(),
            action: "session.ended",
            subject: Some(session.facts.account.as_str()),
            uai: None,
            details: "{}",
            address: browser.address.as_deref(),
        };
        journal::append(&mut tx, &entry, now).await?;
        tx.commit().await?;
    }
    let jar = cookies::forget(browser.jar, &app.issuer);
    let target = request.destination().unwrap_or_else(|| "/deconnexion/faite".to_owned());
    Ok((jar, see_other(&target)).into_response())
}

/// GET: it is done.
pub async fn done(State(app): State<SharedApp>, browser: Browser) -> Result<Response, Failure> {
    let back: Option<BackLink> = None;
    Ok(page(LoggedOut { chrome: browser.chrome(&app, None), back }.render()?))
}
