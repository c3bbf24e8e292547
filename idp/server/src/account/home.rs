//! `/`: what this is, and the way in.

use axum::{extract::State, response::Response};
use consent_ui::{NavItem, views::Home};
use idp_store::sql::attachments;

use crate::{
    account::{my_space::in_use, tile},
    app::SharedApp,
    http::{
        browser::{Browser, chrome_account},
        response::{Failure, page},
    },
};

/// GET
pub async fn show(State(app): State<SharedApp>, browser: Browser) -> Result<Response, Failure> {
    let catalogue = app.catalogue.load_full();
    let mut chrome = browser.chrome(&app, Some(NavItem::Home));
    if let Some(session) = browser.session(&app).await? {
        let held = attachments::held_by(&app.db, &session.facts.account).await?;
        let in_use = in_use(&held, session.facts.attachment.as_ref());
        chrome.account = Some(chrome_account(&session, in_use, &catalogue, browser.lang));
    }
    let mut applications: Vec<_> = catalogue.applications.values().collect();
    applications.sort_by_key(|application| (application.position, application.id.clone()));
    let applications = applications.into_iter().map(|application| tile(application, browser.lang)).collect();
    let demo = app.demo.as_ref().map(|demo| demo.guide(browser.lang));
    Ok(page(Home { chrome, applications, demo }.render()?))
}
