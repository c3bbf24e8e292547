//! `/consentement`: what an application will receive, with the actual values.

use axum::{extract::State, response::Response};
use consent_ui::views::{Consent, ConsentAttachment, Fact};
use idp_core::{
    authorize::{
        request::{AuthorizationRequest, ClientFault, PageFault},
        step::Step,
    },
    catalogue::{AttachmentsShown, Catalogue, Client},
    ids::AttachmentId,
    lang::Lang,
    oauth::error::ErrorCode,
    random,
    schools::attachment::Attachment,
};
use idp_store::sql::{consents, journal, sessions::LiveSession};

use crate::{
    account::{asked, my_space::in_use, profile_name, request_of},
    app::{App, SharedApp},
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
    let Considered { session: Some(session), opening, step: Step::Consent { attachment }, .. } = considered else {
        return Ok(see_other(&resume_at(&flow)));
    };
    let client = catalogue.client(request.client_id.as_str()).ok_or(Failure::Page(PageFault::UnknownClient))?;
    let mut chrome = browser.chrome(&app, None);
    let used = in_use(&opening, attachment.as_ref());
    chrome.account = Some(chrome_account(&session, used, &catalogue, browser.lang));
    let view = Consent {
        chrome,
        asked: asked(client, &catalogue, browser.lang),
        flow,
        identity: request
            .scope
            .has("profile")
            .then(|| format!("{} {}", session.person.given_name, session.person.family_name)),
        email: request.scope.has("email").then(|| session.person.email.clone()),
        attachments: shown_attachments(&request, &opening, attachment.as_ref(), client, &catalogue, browser.lang),
        more: more(&request, &session, used, browser.lang),
        offline: false,
        withdraw_url: None,
    };
    Ok(page(view.render()?))
}

/// The same attachments that the claims will hold.
fn shown_attachments(
    request: &AuthorizationRequest,
    opening: &[Attachment],
    used: Option<&AttachmentId>,
    client: &Client,
    catalogue: &Catalogue,
    lang: Lang,
) -> Vec<ConsentAttachment> {
    if !request.scope.has("attachments") {
        return Vec::new();
    }
    let is_used = |attachment: &Attachment| used == Some(&attachment.id);
    opening
        .iter()
        .filter(|attachment| client.attachments == AttachmentsShown::All || is_used(attachment))
        .map(|attachment| ConsentAttachment {
            establishment: attachment.establishment.name.clone(),
            code: attachment.establishment.short_code().to_owned(),
            profile: profile_name(attachment, catalogue, lang),
            roles: role_names(attachment, client, catalogue, lang),
            in_use: is_used(attachment),
        })
        .collect()
}

fn role_names(attachment: &Attachment, client: &Client, catalogue: &Catalogue, lang: Lang) -> Vec<String> {
    let Some(application) = catalogue.application_of(client) else { return Vec::new() };
    let roles = catalogue.roles(&attachment.profile, &application.id).unwrap_or_default();
    roles
        .iter()
        .map(|role| match application.roles.get(role) {
            Some(label) => label.get(lang).to_owned(),
            None => role.to_string(),
        })
        .collect()
}

/// ProConnect's scopes, in words.
fn more(request: &AuthorizationRequest, session: &LiveSession, used: Option<&Attachment>, lang: Lang) -> Vec<Fact> {
    let establishment = used.map(|attachment| &attachment.establishment);
    let facts = [
        ("siret", ["SIRET", "SIRET"], establishment.and_then(|facts| facts.siret.clone())),
        ("organizational_unit", ["Établissement", "School"], establishment.map(|facts| facts.name.clone())),
        ("usual_name", ["Nom", "Last name"], Some(session.person.family_name.clone())),
        ("uid", ["Identifiant Région", "Region identifier"], Some(session.person.account.to_string())),
    ];
    facts
        .into_iter()
        .filter(|(scope, _, _)| request.scope.has(scope))
        .filter_map(|(_, [french, english], value)| {
            let label = if lang == Lang::Fr { french } else { english };
            Some(Fact { label: label.to_owned(), values: vec![value?] })
        })
        .collect()
}

/// POST: agree or refuse.
pub async fn submit(
    State(app): State<SharedApp>,
    browser: Browser,
    form: Result<Form, FormError>,
) -> Result<Response, Failure> {
    let Form(params) = form?;
    let flow = params.get("flow").unwrap_or_default().to_owned();
    let request = request_of(&app, &browser, Some(&flow)).await?;
    let catalogue = app.catalogue.load_full();
    let considered = consider(&app, &catalogue, &browser, &request).await?;
    let Considered { session: Some(session), step: Step::Consent { .. }, .. } = considered else {
        return Ok(see_other(&resume_at(&flow)));
    };
    match params.get("decision") {
        Some("accept") => {
            agree(&app, &browser, &session, &request).await?;
            Ok(see_other(&resume_at(&flow)))
        }
        Some("refuse") => {
            let fault = ClientFault::new(ErrorCode::AccessDenied, "the person refused");
            Ok(error_to_client(&app, &request, &fault))
        }
        _ => Err(Failure::Expired),
    }
}

/// What was agreed to before stays agreed to: an application may ask for less one day, and for more the next.
async fn agree(
    app: &App,
    browser: &Browser,
    session: &LiveSession,
    request: &AuthorizationRequest,
) -> Result<(), Failure> {
    let (account, now) = (&session.facts.account, app.now());
    let before = consents::find(&app.db, account, &request.client_id).await?;
    let scope = before.map_or_else(|| request.scope.clone(), |before| before.scope.union(&request.scope));
    let details = serde_json::json!({ "scope": scope.to_string() }).to_string();
    let mut tx = app.db.begin().await?;
    consents::give(&mut tx, account, &request.client_id, &scope, now).await?;
    let entry = journal::Entry {
        id: &random::uuid(app.random.as_ref()),
        actor: account.as_str(),
        action: "consent.given",
        subject: Some(request.client_id.as_str()),
        uai: None,
        details: &details,
        address: browser.address.as_deref(),
    };
    journal::append(&mut tx, &entry, now).await?;
    tx.commit().await?;
    Ok(())
}
