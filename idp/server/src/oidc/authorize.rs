//! The authorization endpoint (OpenID Connect Core §3.1.2). With a session and a remembered consent it writes nothing.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use axum_extra::extract::CookieJar;
use idp_core::{
    authorize::{
        code::Code,
        request::{self, AuthorizationRequest, ClientFault, Identified, PageFault},
        respond,
        step::{self, Facts, SessionFacts, Step},
    },
    catalogue::Catalogue,
    ids::{AccountId, AttachmentId, GrantId},
    jose::sign::Typ,
    oauth::{params::Params, redirect_uri::with_params},
    oidc::{discovery::paths, id_token::IdTokenHint},
    schools::attachment::Attachment,
    seal::Purpose,
};
use idp_store::sql::sessions::LiveSession;

use crate::{
    app::{App, SharedApp},
    flow::{Binding, Flow},
    http::{
        browser::Browser,
        forms::{Form, FormError},
        response::{Failure, see_other},
    },
};

/// GET: the request in the address.
pub async fn by_get(
    State(app): State<SharedApp>,
    browser: Browser,
    RawQuery(query): RawQuery,
) -> Result<(CookieJar, Response), Failure> {
    let params =
        Params::parse(query.unwrap_or_default().as_bytes()).map_err(|_| Failure::Page(PageFault::Malformed))?;
    match read(&app, &params)? {
        Ok(request) => go_on(&app, browser, request).await,
        Err(answer) => Ok((browser.jar, answer)),
    }
}

/// POST: the request in a form. A cross-site POST carries no cookie, so that the session is read at our own address.
pub async fn by_post(
    State(app): State<SharedApp>,
    browser: Browser,
    form: Result<Form, FormError>,
) -> Result<Response, Failure> {
    let Form(params) = form?;
    match read(&app, &params.beside(&browser.query))? {
        Ok(request) => {
            let flow = app.seal_unbound(Flow::Authorize(Box::new(request))).await?;
            Ok(see_other(&resume_at(&flow)))
        }
        Err(answer) => Ok(answer),
    }
}

/// Where a request goes on after a page of ours.
pub async fn resume(State(app): State<SharedApp>, browser: Browser) -> Result<(CookieJar, Response), Failure> {
    match app.open_flow(&browser.jar, browser.query.get("flow"), Binding::IfAny).await? {
        Flow::Authorize(request) => go_on(&app, browser, *request).await,
        Flow::Page(path) => Ok((browser.jar, see_other(&path))),
    }
}

/// The address where a sealed request goes on.
#[must_use]
pub fn resume_at(flow: &str) -> String {
    with_params(paths::RESUME, &[("flow", flow)])
}

/// Parameters to a request; the inner error is an answer for the application.
fn read(app: &App, params: &Params) -> Result<Result<AuthorizationRequest, Response>, Failure> {
    let catalogue = app.catalogue.load();
    let from = request::identify(params, &catalogue).map_err(Failure::Page)?;
    Ok(request::validate(params, &from, app.now()).map_err(|fault| refuse(app, &from, &fault)))
}

fn refuse(app: &App, from: &Identified<'_>, fault: &ClientFault) -> Response {
    see_other(&respond::error(&from.redirect_uri, fault, from.state.as_deref(), app.issuer.as_str()))
}

/// The answer that tells an application of an error.
#[must_use]
pub fn error_to_client(app: &App, request: &AuthorizationRequest, fault: &ClientFault) -> Response {
    see_other(&respond::error(&request.redirect_uri, fault, request.state.as_deref(), app.issuer.as_str()))
}

/// A request with all that deciding on it takes.
pub struct Considered {
    /// Who is signed in.
    pub session: Option<LiveSession>,
    /// What they hold that opens the application.
    pub opening: Vec<Attachment>,
    /// Whether they hold anything at all.
    pub attached: bool,
    /// What comes next.
    pub step: Step,
}

/// Loads the facts and decides. Pages decide anew with it: a step cannot be skipped by opening its address (G10).
///
/// # Errors
/// A page when the client is gone meanwhile, or when the store is away.
pub async fn consider(
    app: &App,
    catalogue: &Catalogue,
    browser: &Browser,
    request: &AuthorizationRequest,
) -> Result<Considered, Failure> {
    let client = catalogue.client(request.client_id.as_str()).ok_or(Failure::Page(PageFault::UnknownClient))?;
    let (mut session, mut opening, mut consent, mut attached) = (None, Vec::new(), None, false);
    if let Some(standing) = browser.standing(app, &client.id).await? {
        attached = !standing.held.is_empty();
        opening = step::opening(standing.held, client, catalogue);
        (session, consent) = (Some(standing.session), standing.consent);
    }
    let hinted = hinted(app, request);
    let facts = Facts {
        client,
        session: session.as_ref().map(|session| &session.facts),
        hinted: hinted.as_ref(),
        opening: &opening,
        consent: consent.as_ref(),
    };
    let step = step::next(request, &facts, app.now());
    Ok(Considered { session, opening, attached, step })
}

/// The account that a hint names, if the hint is ours. An expired one is as good (OpenID Connect Core §3.1.2.1).
fn hinted(app: &App, request: &AuthorizationRequest) -> Option<AccountId> {
    let hint: IdTokenHint = app.keys.load().verifier.verify(Typ::Jwt, request.id_token_hint.as_deref()?).ok()?;
    (hint.iss == app.issuer.as_str()).then(|| AccountId::from(hint.sub))
}

async fn go_on(app: &App, browser: Browser, request: AuthorizationRequest) -> Result<(CookieJar, Response), Failure> {
    let catalogue = app.catalogue.load_full();
    let considered = consider(app, &catalogue, &browser, &request).await?;
    let path = match considered.step {
        Step::Refuse(fault) => return Ok((browser.jar, error_to_client(app, &request, &fault))),
        Step::Grant { attachment } => {
            let session = considered.session.ok_or(Failure::SignInFirst)?;
            let answer = grant(app, &request, &session.facts, attachment)?;
            return Ok((browser.jar, answer));
        }
        Step::SignIn { .. } => "/connexion",
        Step::ChooseAttachment => "/connexion/structure",
        Step::NoAccess => "/connexion/sans-acces",
        Step::Consent { .. } => "/consentement",
    };
    let lang = request.lang.map(|lang| lang.tag());
    let (jar, flow) = app.seal_flow(browser.jar, Flow::Authorize(Box::new(request))).await?;
    let mut query = vec![("flow", flow.as_str())];
    query.extend(lang.map(|lang| ("lang", lang)));
    Ok((jar, see_other(&with_params(path, &query))))
}

fn grant(
    app: &App,
    request: &AuthorizationRequest,
    session: &SessionFacts,
    attachment: Option<AttachmentId>,
) -> Result<Response, Failure> {
    let code = Code {
        grant: GrantId::random(app.random.as_ref()),
        client: request.client_id.clone(),
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.challenge.clone(),
        nonce: request.nonce.clone(),
        scope: request.scope.clone(),
        account: session.account.clone(),
        sid: session.sid.clone(),
        auth_time: session.auth_time,
        acr: session.acr.clone(),
        amr: session.amr.clone(),
        attachment,
        expires_at: app.now() + app.lifetimes.code,
    };
    let code = app.keys.load().sealer.seal(Purpose::Code, &code, app.random.as_ref())?;
    Ok(see_other(&respond::success(&request.redirect_uri, &code, request.state.as_deref(), app.issuer.as_str())))
}
