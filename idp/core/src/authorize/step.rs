//! What comes next for an authorization request: one decision, from facts that the caller loaded.

use crate::{
    authorize::request::{AuthorizationRequest, ClientFault, Prompt},
    catalogue::{Access, Catalogue, Client},
    ids::{AccountId, AttachmentId, SessionId},
    oauth::{error::ErrorCode, scope::Scope},
    schools::attachment::Attachment,
    time::Timestamp,
};

/// A live session, as the rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFacts {
    /// `sid`
    pub sid: SessionId,
    /// Who.
    pub account: AccountId,
    /// When the person last proved who they are.
    pub auth_time: Timestamp,
    /// Assurance of that proof.
    pub acr: String,
    /// Methods of that proof, space-separated (RFC 8176).
    pub amr: String,
    /// The attachment in use.
    pub attachment: Option<AttachmentId>,
}

/// What a person agreed to for one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The scopes.
    pub scope: Scope,
    /// When.
    pub granted_at: Timestamp,
}

/// What the rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The client's registration.
    pub client: &'a Client,
    /// Who is signed in on this browser.
    pub session: Option<&'a SessionFacts>,
    /// The account that a verified `id_token_hint` names.
    pub hinted: Option<&'a AccountId>,
    /// The attachments of the person that open the client's application.
    pub opening: &'a [Attachment],
    /// The consent that the person gave to this client.
    pub consent: Option<&'a Consent>,
}

/// The way on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Show the sign-in page.
    SignIn {
        /// Somebody is signed in, and must prove it anew.
        again: bool,
    },
    /// Show the attachments that open the application.
    ChooseAttachment,
    /// No attachment opens the application: say so, and show the way.
    NoAccess,
    /// Ask.
    Consent {
        /// The attachment whose facts are shared.
        attachment: Option<AttachmentId>,
    },
    /// Answer with a code.
    Grant {
        /// Fixed in the grant.
        attachment: Option<AttachmentId>,
    },
    /// Answer with an error.
    Refuse(ClientFault),
}

/// Decides. The same request and facts give the same step, on every node.
#[must_use]
pub fn next(request: &AuthorizationRequest, facts: &Facts<'_>, now: Timestamp) -> Step {
    let silent = request.prompts(Prompt::None);
    let or_refuse = |step: Step, code, description| {
        // OpenID Connect Core §3.1.2.6: with prompt=none, whatever would need a page is an error.
        if silent { Step::Refuse(ClientFault::new(code, description)) } else { step }
    };
    let Some(session) = facts.session else {
        return or_refuse(Step::SignIn { again: false }, ErrorCode::LoginRequired, "nobody is signed in");
    };
    if must_sign_in_again(request, session, facts.hinted, now) {
        return or_refuse(Step::SignIn { again: true }, ErrorCode::LoginRequired, "a new sign-in is required");
    }
    let attachment = match attachment(request, facts, session) {
        Which::NoneOpens => {
            return or_refuse(Step::NoAccess, ErrorCode::AccessDenied, "no attachment opens this application");
        }
        Which::Choose => {
            let code = ErrorCode::AccountSelectionRequired;
            return or_refuse(Step::ChooseAttachment, code, "an attachment must be chosen");
        }
        Which::One(attachment) => attachment,
    };
    if must_ask_consent(request, facts) {
        return or_refuse(Step::Consent { attachment }, ErrorCode::ConsentRequired, "consent is required");
    }
    Step::Grant { attachment }
}

fn must_sign_in_again(
    request: &AuthorizationRequest,
    session: &SessionFacts,
    hinted: Option<&AccountId>,
    now: Timestamp,
) -> bool {
    let signed_in_for_this = session.auth_time >= request.received_at;
    // A14: never a code for another person than the hint's.
    if hinted.is_some_and(|hinted| *hinted != session.account) {
        return true;
    }
    let too_old = request.max_age.is_some_and(|max_age| now.since(session.auth_time).as_secs() > max_age);
    // max_age=0 asks for a sign-in now, like prompt=login.
    !signed_in_for_this && (request.prompts(Prompt::Login) || too_old || request.max_age == Some(0))
}

enum Which {
    NoneOpens,
    Choose,
    One(Option<AttachmentId>),
}

/// claims.md: the one in use if it opens this application, else the only one that does, else the person chooses.
fn attachment(request: &AuthorizationRequest, facts: &Facts<'_>, session: &SessionFacts) -> Which {
    let opens = |id: &AttachmentId| facts.opening.iter().any(|attachment| attachment.id == *id);
    if let Some(chosen) = request.chosen.as_ref().filter(|id| opens(id)) {
        return Which::One(Some(chosen.clone()));
    }
    match facts.opening {
        [] if facts.client.access == Access::Attachment => Which::NoneOpens,
        [] => Which::One(None),
        [only] => Which::One(Some(only.id.clone())),
        _ if request.prompts(Prompt::SelectAccount) => Which::Choose,
        _ => match session.attachment.as_ref().filter(|id| opens(id)) {
            Some(in_use) => Which::One(Some(in_use.clone())),
            None => Which::Choose,
        },
    }
}

fn must_ask_consent(request: &AuthorizationRequest, facts: &Facts<'_>) -> bool {
    if facts.client.skip_consent {
        return false;
    }
    let Some(consent) = facts.consent else { return true };
    let asked_for_this = consent.granted_at >= request.received_at;
    !consent.scope.covers(&request.scope) || (request.prompts(Prompt::Consent) && !asked_for_this)
}

/// The attachments that open a client's application, least data first: an application never learns of others
/// (claims.md, rule 1).
#[must_use]
pub fn opening(held: Vec<Attachment>, client: &Client, catalogue: &Catalogue) -> Vec<Attachment> {
    let Some(application) = client.application.as_ref() else { return Vec::new() };
    held.into_iter().filter(|attachment| catalogue.roles(&attachment.profile, application).is_some()).collect()
}
