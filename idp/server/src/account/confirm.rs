//! `/self-service/validation-compte`: the confirmation link (P03). Opening it changes nothing; its buttons do (H01).

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use consent_ui::views::{ConfirmAccount, ConfirmError, ConfirmExpired, Confirmed, NotMeDone};
use idp_core::{
    oauth::{params::Params, redirect_uri::with_params},
    people::{
        email::Email,
        password::{Password, StoredHash, Verdict},
    },
    random,
    secret::TokenHash,
};
use idp_store::sql::{
    accounts, journal,
    mail_links::{self, Link, Purpose},
};

use crate::{
    account::sign_in::throttled,
    app::{App, SharedApp},
    http::{
        browser::Browser,
        cookies,
        forms::{Form, FormError},
        response::{Failure, page},
    },
};

/// Where mailed links lead.
pub const PATH: &str = "/self-service/validation-compte";

/// GET
pub async fn show(State(app): State<SharedApp>, browser: Browser) -> Result<Response, Failure> {
    let token = browser.query.get("token").unwrap_or_default();
    match mail_links::peek(&app.db, TokenHash::of(token), Purpose::ConfirmAccount, app.now()).await? {
        Some(link) => form(&app, &browser, token, &link, Vec::new()),
        None => expired(&app, &browser),
    }
}

fn form(
    app: &App,
    browser: &Browser,
    token: &str,
    link: &Link,
    errors: Vec<ConfirmError>,
) -> Result<Response, Failure> {
    let mut chrome = browser.chrome(app, None);
    chrome.switch_url = Some(with_params(PATH, &[("token", token), ("lang", chrome.lang.other().tag())]));
    let wrong = !errors.is_empty();
    let view = ConfirmAccount {
        chrome,
        token: token.to_owned(),
        email: link.address.clone(),
        ask_password: !is_same_browser(app, browser, link),
        errors,
    };
    let answer = page(view.render()?);
    Ok(if wrong { (StatusCode::UNPROCESSABLE_ENTITY, answer).into_response() } else { answer })
}

/// 410: too old, used, or replaced by a newer one (H03).
fn expired(app: &App, browser: &Browser) -> Result<Response, Failure> {
    let html = ConfirmExpired { chrome: browser.chrome(app, None) }.render()?;
    Ok((StatusCode::GONE, page(html)).into_response())
}

fn is_same_browser(app: &App, browser: &Browser, link: &Link) -> bool {
    let cookie = cookies::read_flow(&browser.jar, &app.issuer).map(|secret| TokenHash::of(&secret));
    cookie.is_some() && cookie == link.browser_hash
}

/// POST: confirms, or deletes what somebody else began.
pub async fn submit(
    State(app): State<SharedApp>,
    browser: Browser,
    posted: Result<Form, FormError>,
) -> Result<Response, Failure> {
    let Form(params) = posted.map_err(Failure::Form)?;
    let token = params.get("token").unwrap_or_default();
    let hash = TokenHash::of(token);
    if params.get("decision") == Some("refuse") {
        return not_me(&app, &browser, hash).await;
    }
    let Some(link) = mail_links::peek(&app.db, hash, Purpose::ConfirmAccount, app.now()).await? else {
        return expired(&app, &browser);
    };
    if !is_same_browser(&app, &browser, &link)
        && let Err(error) = check_password(&app, &browser, &link, &params).await?
    {
        return form(&app, &browser, token, &link, vec![error]);
    }
    confirm(&app, &browser, hash).await
}

/// In another browser than the sign-up's, so that nobody activates an account whose password somebody else chose (H13).
async fn check_password(
    app: &App,
    browser: &Browser,
    link: &Link,
    params: &Params,
) -> Result<Result<(), ConfirmError>, Failure> {
    let Some(Ok(password)) = params.get("password").map(Password::parse) else {
        return Ok(Err(ConfirmError::PasswordMissing));
    };
    let Ok(email) = Email::parse(&link.address) else { return Ok(Err(ConfirmError::PasswordWrong)) };
    if let Some(wait) = throttled(app, browser, &email).await? {
        return Ok(Err(ConfirmError::TooManyTries { minutes: wait.as_secs().div_ceil(60).max(1) }));
    }
    let row = accounts::find_for_check(&app.db, &link.account).await?;
    let stored = row.and_then(|row| StoredHash::parse(&row.password_hash).ok());
    match app.passwords.verify(stored, password).await? {
        Verdict::Right { .. } => Ok(Ok(())),
        Verdict::Wrong => Ok(Err(ConfirmError::PasswordWrong)),
    }
}

/// The link is used and the account confirmed in one transaction: two clicks confirm once (H02).
async fn confirm(app: &App, browser: &Browser, token: TokenHash) -> Result<Response, Failure> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let Some(link) = mail_links::take(&mut tx, token, Purpose::ConfirmAccount, now).await? else {
        return expired(app, browser);
    };
    if !accounts::activate(&mut tx, &link.account, now).await? {
        return expired(app, browser);
    }
    let entry = journal::Entry {
        id: &random::uuid(app.random.as_ref()),
        actor: link.account.as_str(),
        action: "account.confirmed",
        subject: Some(link.account.as_str()),
        uai: None,
        details: "{}",
        address: browser.address.as_deref(),
    };
    journal::append(&mut tx, &entry, now).await?;
    tx.commit().await?;
    let chrome = browser.chrome(app, None);
    let view = Confirmed { chrome, email: link.address, sign_in_url: "/connexion".to_owned() };
    Ok(page(view.render()?))
}

async fn not_me(app: &App, browser: &Browser, token: TokenHash) -> Result<Response, Failure> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let Some(link) = mail_links::take(&mut tx, token, Purpose::ConfirmAccount, now).await? else {
        return expired(app, browser);
    };
    if !accounts::drop_pending(&mut tx, &link.account).await? {
        return expired(app, browser);
    }
    tx.commit().await?;
    Ok(page(NotMeDone { chrome: browser.chrome(app, None) }.render()?))
}
