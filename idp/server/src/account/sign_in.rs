//! `/connexion`: e-mail and password (P04).

use std::time::Duration;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use consent_ui::views::{SignIn, SignInError};
use idp_core::{
    ids::{AccountId, SessionId},
    oauth::{params::Params, redirect_uri::with_params},
    oidc::id_token::ACR_PASSWORD,
    people::{
        email::{Email, SignInName},
        password::{Password, PasswordError, StoredHash, Verdict},
    },
    random,
    secret::TokenHash,
};
use idp_store::{
    ephemeral::{Hit, Quota},
    sql::{
        accounts::{self, SignInRow},
        journal,
        sessions::{self, NewSession},
    },
};

use crate::{
    account::asked,
    app::{App, SharedApp},
    flow::{Binding, Flow},
    http::{
        browser::Browser,
        cookies,
        forms::{Form, FormError},
        response::{Failure, page, see_other},
    },
    oidc::authorize::resume_at,
    passwords::Busy,
};

/// Tries for one account: ten at once, then one every two minutes. Counted before any hashing (G03).
const BY_ACCOUNT: Quota = Quota { burst: 10, period: Duration::from_secs(120) };
/// Tries from one address: a whole school sits behind it on Monday morning (G05).
const BY_ADDRESS: Quota = Quota { burst: 600, period: Duration::from_secs(1) };

impl From<Busy> for Failure {
    fn from(busy: Busy) -> Self {
        Self::Busy { seconds: busy.retry_after.as_secs().max(1) }
    }
}

/// GET: the form. Without a flow, the person is on the way to « Mon espace ».
pub async fn show(State(app): State<SharedApp>, browser: Browser) -> Result<(CookieJar, Response), Failure> {
    let Some(text) = browser.query.get("flow").map(str::to_owned) else {
        if browser.session(&app).await?.is_some() {
            return Ok((browser.jar, see_other("/mon-espace")));
        }
        let flow = Flow::Page("/mon-espace".to_owned());
        let (jar, sealed) = app.seal_flow(browser.jar.clone(), flow.clone()).await?;
        let answer = form(&app, &browser, &flow, sealed, Given::default()).await?;
        return Ok((jar, answer));
    };
    let flow = app.open_flow(&browser.jar, Some(&text), Binding::Required).await?;
    let answer = form(&app, &browser, &flow, text, Given::default()).await?;
    Ok((browser.jar, answer))
}

/// What the person typed, and what was wrong with it.
#[derive(Default)]
struct Given {
    email: Option<String>,
    errors: Vec<SignInError>,
}

async fn form(app: &App, browser: &Browser, flow: &Flow, sealed: String, given: Given) -> Result<Response, Failure> {
    let catalogue = app.catalogue.load_full();
    let request = match flow {
        Flow::Authorize(request) => Some(request),
        Flow::Page(_) => None,
    };
    let client = request.and_then(|request| catalogue.client(request.client_id.as_str()));
    let session = browser.session(app).await?;
    let reauth = session.map(|session| session.person.email);
    let hint = request.and_then(|request| request.login_hint.clone());
    let mut chrome = browser.chrome(app, None);
    // The answer to a POST has no address of its own: the switch leads to the same form.
    chrome.switch_url = Some(with_params("/connexion", &[("flow", &sealed), ("lang", chrome.lang.other().tag())]));
    let failed = !given.errors.is_empty();
    let view = SignIn {
        chrome,
        asked: client.map(|client| asked(client, &catalogue, browser.lang)),
        flow: sealed,
        email: given.email.or(hint).or_else(|| reauth.clone()).unwrap_or_default(),
        reauth,
        errors: given.errors,
        forgotten_url: None,
        legacy_help_url: None,
    };
    let answer = page(view.render()?);
    Ok(if failed { (StatusCode::UNPROCESSABLE_ENTITY, answer).into_response() } else { answer })
}

/// POST: the one place where a password opens a session.
pub async fn submit(
    State(app): State<SharedApp>,
    browser: Browser,
    posted: Result<Form, FormError>,
) -> Result<Response, Failure> {
    let Form(params) = posted?;
    let sealed = params.get("flow").map(str::to_owned);
    // J02: the flow is bound to this browser's cookie, so that nobody is signed in by somebody else's form.
    let flow = app.open_flow(&browser.jar, sealed.as_deref(), Binding::Required).await?;
    let sealed = sealed.unwrap_or_default();
    let account = match check(&app, &browser, &params).await? {
        Ok(account) => account,
        Err(errors) => {
            let limited = errors.iter().any(|error| matches!(error, SignInError::TooManyTries { .. }));
            let given = Given { email: params.get("email").map(str::to_owned), errors };
            let mut answer = form(&app, &browser, &flow, sealed, given).await?;
            if limited {
                *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            }
            return Ok(answer);
        }
    };
    let jar = open_session(&app, &browser, &account).await?;
    let target = match flow {
        Flow::Authorize(_) => resume_at(&sealed),
        Flow::Page(path) => path,
    };
    Ok((jar, see_other(&target)).into_response())
}

/// Who the typed words prove; one answer for unknown and wrong (G01), at the same cost (G02).
async fn check(app: &App, browser: &Browser, params: &Params) -> Result<Result<AccountId, Vec<SignInError>>, Failure> {
    let (email, password) = match read(params) {
        Ok(read) => read,
        Err(errors) => return Ok(Err(errors)),
    };
    if let Some(wait) = throttled(app, browser, &email).await? {
        return Ok(Err(vec![SignInError::TooManyTries { minutes: wait.as_secs().div_ceil(60).max(1) }]));
    }
    let row = accounts::find_for_sign_in(&app.db, email.key()).await?;
    let stored = row.as_ref().and_then(|row| StoredHash::parse(&row.password_hash).ok());
    let verdict = app.passwords.verify(stored, password.clone()).await?;
    match (row, verdict) {
        (Some(row), Verdict::Right { upgrade }) if row.is_active() => {
            if upgrade {
                improve(app, &row, password).await?;
            }
            Ok(Ok(AccountId::from(row.id)))
        }
        _ => Ok(Err(vec![SignInError::WrongCredentials])),
    }
}

fn read(params: &Params) -> Result<(Email, Password), Vec<SignInError>> {
    let email = match params.get("email").map(SignInName::parse) {
        Some(SignInName::Email(email)) => Ok(email),
        Some(SignInName::Legacy(_)) => Err(SignInError::LegacyIdentifier),
        Some(SignInName::Invalid) => Err(SignInError::EmailShape),
        None => Err(SignInError::EmailMissing),
    };
    let password = match params.get("password").map(Password::parse) {
        Some(Ok(password)) => Ok(password),
        // Too long or unprintable: it is nobody's password, and is not hashed (G08).
        Some(Err(PasswordError::TooLong | PasswordError::Control)) => Err(SignInError::WrongCredentials),
        Some(Err(PasswordError::Empty)) | None => Err(SignInError::PasswordMissing),
    };
    match (email, password) {
        (Ok(email), Ok(password)) => Ok((email, password)),
        (Err(SignInError::LegacyIdentifier), _) => Err(vec![SignInError::LegacyIdentifier]),
        (email, password) => Err(email.err().into_iter().chain(password.err()).collect()),
    }
}

/// How long to wait before a password of this account may be tried. One counter for every place that checks one (G06),
/// reserved before any hashing.
///
/// # Errors
/// When the store is away.
pub async fn throttled(app: &App, browser: &Browser, email: &Email) -> Result<Option<Duration>, Failure> {
    let now = app.now();
    let account = format!("sign-in:account:{}", TokenHash::of(email.key()).encode());
    let address = format!("sign-in:address:{}", browser.address.as_deref().unwrap_or_default());
    for (key, quota) in [(address, BY_ADDRESS), (account, BY_ACCOUNT)] {
        if let Hit::Limited { retry_after } = app.ephemeral.hit(&key, quota, now).await? {
            return Ok(Some(retry_after));
        }
    }
    Ok(None)
}

/// The right password of a weaker hash: kept as argon2id from now on.
async fn improve(app: &App, row: &SignInRow, password: Password) -> Result<(), Failure> {
    let better = app.passwords.hash(password).await?;
    accounts::replace_password(&app.db, &row.id, &row.password_hash, &better, app.now()).await?;
    Ok(())
}

async fn open_session(app: &App, browser: &Browser, account: &AccountId) -> Result<CookieJar, Failure> {
    let (now, random) = (app.now(), app.random.as_ref());
    let value = random::token(random);
    let sid = SessionId::random(random);
    let session = NewSession {
        id_hash: TokenHash::of(&value),
        sid: &sid,
        account,
        amr: "pwd",
        acr: ACR_PASSWORD,
        attachment: None,
        user_agent: browser.user_agent.as_deref(),
        address: browser.address.as_deref(),
        expires_at: now + app.lifetimes.session,
    };
    let old = cookies::read_session(&browser.jar, &app.issuer).map(|value| TokenHash::of(&value));
    let mut tx = app.db.begin().await?;
    let renewed = match old {
        Some(old) => sessions::renew(&mut tx, old, &session, now).await?,
        None => false,
    };
    if !renewed {
        // A13: another person on this browser inherits nothing; the former session ends.
        if let Some(former) = match old {
            Some(old) => sessions::sid_of(&mut tx, old).await?,
            None => None,
        } {
            sessions::end(&mut tx, &former, now).await?;
        }
        if !sessions::create(&mut tx, &session, now).await? {
            return Err(Failure::SignInFirst);
        }
    }
    let entry = journal::Entry {
        id: &random::uuid(random),
        actor: account.as_str(),
        action: if renewed { "session.renewed" } else { "session.opened" },
        subject: Some(account.as_str()),
        uai: None,
        details: "{\"amr\":[\"pwd\"]}",
        address: browser.address.as_deref(),
    };
    journal::append(&mut tx, &entry, now).await?;
    tx.commit().await?;
    Ok(cookies::set_session(browser.jar.clone(), &app.issuer, value))
}
