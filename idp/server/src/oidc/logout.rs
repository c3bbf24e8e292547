//! The end-session endpoint (RP-Initiated Logout §2). It ends nothing itself: it leads to our page, where the person
//! confirms by POST (J05).

use axum::{extract::State, response::Response};
use idp_core::{
    jose::sign::Typ,
    oauth::{params::Params, redirect_uri::with_params},
    oidc::{
        id_token::IdTokenHint,
        logout::{self, LogoutRequest},
    },
    seal::Purpose,
};

use crate::{
    app::{App, SharedApp},
    http::{
        browser::Browser,
        forms::{Form, FormError},
        response::{Failure, see_other},
    },
};

/// GET: the request in the address.
pub async fn by_get(State(app): State<SharedApp>, browser: Browser) -> Result<Response, Failure> {
    confirm(&app, &browser.query)
}

/// POST: the request in a form. A cross-site POST carries no cookie; the page after the redirect reads the session.
pub async fn by_post(State(app): State<SharedApp>, form: Result<Form, FormError>) -> Result<Response, Failure> {
    confirm(&app, &form.map(|Form(params)| params).unwrap_or_default())
}

fn confirm(app: &App, params: &Params) -> Result<Response, Failure> {
    // An expired hint is as good (§4): only signature, issuer and audience count.
    let hint: Option<IdTokenHint> =
        params.get("id_token_hint").and_then(|hint| app.keys.load().verifier.verify(Typ::Jwt, hint).ok());
    let request = logout::read(params, hint.as_ref(), app.issuer.as_str(), &app.catalogue.load());
    if request == LogoutRequest::default() {
        return Ok(see_other("/deconnexion"));
    }
    let flow = app.keys.load().sealer.seal(Purpose::Logout, &request, app.random.as_ref())?;
    Ok(see_other(&with_params("/deconnexion", &[("flow", &flow)])))
}
