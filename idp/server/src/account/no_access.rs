//! `/connexion/sans-acces`: signed in, but nothing that the person holds opens the application.

use axum::{extract::State, response::Response};
use consent_ui::views::NoAccess;
use idp_core::{
    authorize::{
        request::{ClientFault, PageFault},
        step::Step,
    },
    oauth::error::ErrorCode,
};

use crate::{
    account::{request_of, shown},
    app::SharedApp,
    http::{
        browser::{Browser, chrome_account},
        forms::{Form, FormError},
        response::{Failure, page, see_other},
    },
    oidc::authorize::{Considered, consider, error_to_client, resume_at},
};

/// GET
pub async fn show(State(app): State<SharedApp>, browser: Browser) -> Result<Response, Failure> {
    let flow = browser.query.get("flow").unwrap_or_default().to_owned();
    let request = request_of(&app, &browser, Some(&flow)).await?;
    let catalogue = app.catalogue.load_full();
    let considered = consider(&app, &catalogue, &browser, &request).await?;
    let Considered { session: Some(session), attached, step: Step::NoAccess, .. } = considered else {
        return Ok(see_other(&resume_at(&flow)));
    };
    let client = catalogue.client(request.client_id.as_str()).ok_or(Failure::Page(PageFault::UnknownClient))?;
    let mut chrome = browser.chrome(&app, None);
    chrome.account = Some(chrome_account(&session, None, &catalogue, browser.lang));
    let view = NoAccess {
        chrome,
        application: shown(client, &catalogue, browser.lang),
        action: "/connexion/sans-acces".to_owned(),
        flow,
        attached,
        request_access_url: None,
    };
    Ok(page(view.render()?))
}

/// POST: the person gives up, and the application is told `access_denied` (claims.md, rule 2).
pub async fn give_up(
    State(app): State<SharedApp>,
    browser: Browser,
    form: Result<Form, FormError>,
) -> Result<Response, Failure> {
    let Form(params) = form?;
    let request = request_of(&app, &browser, params.get("flow")).await?;
    let fault = ClientFault::new(ErrorCode::AccessDenied, "no attachment opens this application");
    Ok(error_to_client(&app, &request, &fault))
}
