//! `/self-service/creation-compte`: a new account, until its address is confirmed (P01, P02).

use std::time::Duration;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use consent_ui::{
    NavItem,
    views::{Civility, NameField, Resend, SignUp as Page, SignUpError, SignUpSent},
};
use idp_core::{
    ids::AccountId,
    oauth::{params::Params, redirect_uri::with_params},
    people::{
        email::{Email, SignInName},
        new_password::PasswordFault,
        signup::{self, SignUp, SignUpFault},
    },
    random,
    secret::TokenHash,
};
use idp_store::{
    Tx,
    ephemeral::{Hit, Quota},
    sql::{
        accounts::{self, AccountStatus, NewAccount},
        journal,
        mail_links::{self, NewLink, Purpose},
    },
};

use crate::{
    app::{App, SharedApp},
    flow::{Binding, Flow},
    http::{
        browser::Browser,
        cookies,
        forms::{Form, FormError},
        response::{Failure, page},
    },
    mailer::{self, letters},
};

/// Where the form lies.
pub const PATH: &str = "/self-service/creation-compte";
/// A confirmation link lives a day (P03).
const LINK_LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// Sign-ups from one address: a whole school on its first day.
const BY_ADDRESS: Quota = Quota { burst: 200, period: Duration::from_secs(10) };
/// Mails to one address: three at once, then one an hour. Beyond it the page says the same (H11).
const MAILS: Quota = Quota { burst: 3, period: Duration::from_secs(3600) };

/// GET: the form, bound to this browser.
pub async fn show(State(app): State<SharedApp>, browser: Browser) -> Result<(CookieJar, Response), Failure> {
    let flow = Flow::Page("/mon-espace".to_owned());
    let (jar, sealed) = app.seal_flow(browser.jar.clone(), flow).await?;
    let answer = form(&app, &browser, sealed, &Params::default(), Vec::new())?;
    Ok((jar, answer))
}

fn form(
    app: &App,
    browser: &Browser,
    flow: String,
    typed: &Params,
    errors: Vec<SignUpError>,
) -> Result<Response, Failure> {
    let kept = |name: &str| typed.get(name).unwrap_or_default().to_owned();
    let mut chrome = browser.chrome(app, Some(NavItem::SignUp));
    chrome.switch_url = Some(with_params(PATH, &[("lang", chrome.lang.other().tag())]));
    let wrong = !errors.is_empty();
    let view = Page {
        chrome,
        flow,
        email: kept("email"),
        civility: typed.get("civility").and_then(Civility::from_value),
        given_name: kept("given_name"),
        family_name: kept("family_name"),
        errors,
    };
    let answer = page(view.render()?);
    Ok(if wrong { (StatusCode::UNPROCESSABLE_ENTITY, answer).into_response() } else { answer })
}

/// POST: an account that waits, and a mail. The page is the same whether the address had an account or not (G01).
pub async fn submit(
    State(app): State<SharedApp>,
    browser: Browser,
    posted: Result<Form, FormError>,
) -> Result<Response, Failure> {
    let Form(params) = posted.map_err(Failure::Form)?;
    let flow = params.get("flow").unwrap_or_default().to_owned();
    app.open_flow(&browser.jar, Some(&flow), Binding::Required).await?;
    let address = format!("sign-up:address:{}", browser.address.as_deref().unwrap_or_default());
    if let Hit::Limited { retry_after } = app.ephemeral.hit(&address, BY_ADDRESS, app.now()).await? {
        let minutes = retry_after.as_secs().div_ceil(60).max(1);
        return form(&app, &browser, flow, &params, vec![SignUpError::TooMany { minutes }]);
    }
    let wanted = match signup::read(&params) {
        Ok(wanted) => wanted,
        Err(faults) => return form(&app, &browser, flow, &params, shown(&faults)),
    };
    // Hashed in either case: known and unknown addresses cost the same (G02).
    let password_hash = app.passwords.hash(wanted.password.clone()).await?;
    create(&app, &browser, &wanted, &password_hash).await?;
    sent(&app, &browser, flow, wanted.email.as_str(), None)
}

fn sent(app: &App, browser: &Browser, flow: String, email: &str, resend: Option<Resend>) -> Result<Response, Failure> {
    let mut chrome = browser.chrome(app, Some(NavItem::SignUp));
    // The page answers a POST: it has no address to come back to.
    chrome.switch_url = None;
    Ok(page(SignUpSent { chrome, flow, email: email.to_owned(), resend }.render()?))
}

async fn create(app: &App, browser: &Browser, wanted: &SignUp, password_hash: &str) -> Result<(), Failure> {
    let now = app.now();
    let may_mail = may_mail(app, &wanted.email).await?;
    let id = AccountId::random(app.random.as_ref());
    let account = NewAccount {
        id: &id,
        email: wanted.email.as_str(),
        email_key: wanted.email.key(),
        contact_verified_at: None,
        password_hash,
        civility: wanted.civility.map(signup::Civility::as_str),
        given_name: &wanted.given_name,
        family_name: &wanted.family_name,
        locale: browser.lang.tag(),
        status: AccountStatus::Pending,
    };
    let mut tx = app.db.begin().await?;
    accounts::drop_pending_of(&mut tx, wanted.email.key()).await?;
    if accounts::create(&mut tx, &account, now).await? {
        let entry = journal::Entry {
            id: &random::uuid(app.random.as_ref()),
            actor: id.as_str(),
            action: "account.created",
            subject: Some(id.as_str()),
            uai: None,
            details: "{}",
            address: browser.address.as_deref(),
        };
        journal::append(&mut tx, &entry, now).await?;
        if may_mail {
            mail_link(app, browser, &mut tx, &id, &wanted.email).await?;
        }
    } else if may_mail {
        // The owner is told; the page is not.
        let letter = letters::account_exists(app, browser.lang, &wanted.email)?;
        let event = format!("account-exists:{}", random::uuid(app.random.as_ref()));
        mailer::queue(&mut tx, &letter, &event, None, app.random.as_ref(), now).await?;
    }
    tx.commit().await?;
    app.mail.wake();
    Ok(())
}

async fn may_mail(app: &App, email: &Email) -> Result<bool, Failure> {
    let key = format!("sign-up:mail:{}", TokenHash::of(email.key()).encode());
    Ok(matches!(app.ephemeral.hit(&key, MAILS, app.now()).await?, Hit::Allowed { .. }))
}

/// A fresh link, which voids the older ones, and the mail that carries it.
async fn mail_link(app: &App, browser: &Browser, tx: &mut Tx, account: &AccountId, to: &Email) -> Result<(), Failure> {
    let (now, random) = (app.now(), app.random.as_ref());
    let token = random::token(random);
    let link = NewLink {
        token_hash: TokenHash::of(&token),
        purpose: Purpose::ConfirmAccount,
        account,
        address: to.as_str(),
        browser_hash: cookies::read_flow(&browser.jar, &app.issuer).map(|secret| TokenHash::of(&secret)),
        expires_at: now + LINK_LIFETIME,
    };
    mail_links::add(tx, &link, now).await?;
    let letter = letters::confirm_account(app, browser.lang, to, &token)?.valid_until(link.expires_at);
    let event = format!("confirm-account:{}", link.token_hash.encode());
    mailer::queue(tx, &letter, &event, Some(account), random, now).await?;
    Ok(())
}

/// POST `…/renvoi`: the mail again, from the browser that signed up. It says the same whatever the address.
pub async fn resend(
    State(app): State<SharedApp>,
    browser: Browser,
    posted: Result<Form, FormError>,
) -> Result<Response, Failure> {
    let Form(params) = posted.map_err(Failure::Form)?;
    let flow = params.get("flow").unwrap_or_default().to_owned();
    app.open_flow(&browser.jar, Some(&flow), Binding::Required).await?;
    let Some(SignInName::Email(email)) = params.get("email").map(SignInName::parse) else {
        return form(&app, &browser, flow, &params, vec![SignUpError::EmailShape]);
    };
    if may_mail(&app, &email).await? {
        let row = accounts::find_for_sign_in(&app.db, email.key()).await?;
        if let Some(row) = row.filter(accounts::SignInRow::is_pending) {
            let mut tx = app.db.begin().await?;
            mail_link(&app, &browser, &mut tx, &AccountId::from(row.id), &email).await?;
            tx.commit().await?;
            app.mail.wake();
        }
    }
    sent(&app, &browser, flow, email.as_str(), Some(Resend::Sent))
}

/// The rule's words for the page's; the missing kinds of characters are told together.
fn shown(faults: &[SignUpFault]) -> Vec<SignUpError> {
    let lacks = |fault: PasswordFault| faults.contains(&SignUpFault::Password(fault));
    let (lower, upper) = (lacks(PasswordFault::NoLower), lacks(PasswordFault::NoUpper));
    let (digit, special) = (lacks(PasswordFault::NoDigit), lacks(PasswordFault::NoSpecial));
    let mut errors = Vec::new();
    for fault in faults {
        let error = match fault {
            SignUpFault::EmailMissing => SignUpError::EmailMissing,
            SignUpFault::EmailShape => SignUpError::EmailShape,
            SignUpFault::PasswordMissing => SignUpError::PasswordMissing,
            SignUpFault::Password(PasswordFault::TooShort) => SignUpError::PasswordTooShort,
            SignUpFault::Password(PasswordFault::TooLong) => SignUpError::PasswordTooLong,
            SignUpFault::Password(PasswordFault::Common) => SignUpError::PasswordCommon,
            SignUpFault::Password(PasswordFault::Personal) => SignUpError::PasswordPersonal,
            SignUpFault::Password(PasswordFault::Control) => SignUpError::PasswordControl,
            SignUpFault::Password(_) => SignUpError::PasswordNeeds { lower, upper, digit, special },
            SignUpFault::ConfirmationDiffers => SignUpError::ConfirmationDiffers,
            SignUpFault::GivenNameMissing => SignUpError::GivenNameMissing,
            SignUpFault::FamilyNameMissing => SignUpError::FamilyNameMissing,
            SignUpFault::GivenNameShape => SignUpError::NameShape(NameField::Given),
            SignUpFault::FamilyNameShape => SignUpError::NameShape(NameField::Family),
        };
        if !errors.contains(&error) {
            errors.push(error);
        }
    }
    errors
}
