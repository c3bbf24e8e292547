//! The pages. Askama escapes every value, so a name may contain anything.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::claims::RegionClaims;
use crate::provider::SignedIn;
use crate::{DemoApp, Session};

/// `/` for a visitor.
#[derive(Template)]
#[template(path = "visitor.html")]
pub(crate) struct Visitor<'a> {
    pub(crate) app: &'a DemoApp,
}

/// `/` for somebody who is signed in.
#[derive(Template)]
#[template(path = "person.html")]
pub(crate) struct Person<'a> {
    app: &'a DemoApp,
    name: &'a str,
    email: Option<&'a str>,
    region: &'a RegionClaims,
    raw: String,
}

impl<'a> Person<'a> {
    /// What the provider says of the person.
    pub(crate) fn new(app: &'a DemoApp, Session(SignedIn { claims, id_token_claims, .. }): &'a Session) -> Self {
        let raw = serde_json::json!({ "id_token": id_token_claims, "userinfo": claims });
        Self {
            app,
            name: claims
                .name()
                .and_then(|name| name.get(None))
                .map(|name| name.as_str())
                .unwrap_or_else(|| claims.subject().as_str()),
            email: claims.email().map(|email| email.as_str()),
            region: claims.additional_claims(),
            raw: format!("{raw:#}"),
        }
    }
}

/// A title, a sentence, and a way on.
#[derive(Template)]
#[template(path = "message.html")]
pub(crate) struct Message<'a> {
    pub(crate) app: &'a DemoApp,
    pub(crate) title: &'a str,
    pub(crate) text: &'a str,
}

/// A page of status 200.
pub(crate) fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A sign-in that did not succeed, in words for the person. The reason for the operator is in the log.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    title: &'static str,
    text: String,
}

impl Failure {
    /// Another provider than ours started or answered.
    pub(crate) fn unknown_issuer() -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            title: "Service de connexion inconnu",
            text: "Cette application n’accepte que le compte Région.".to_owned(),
        }
    }

    /// No sign-in of this browser is waiting for this answer.
    pub(crate) fn stale() -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            title: "Cette connexion n’est plus valable",
            text: "Elle a expiré, a déjà servi, ou a commencé dans un autre navigateur. Recommencez depuis l’accueil."
                .to_owned(),
        }
    }

    /// The provider answered with an error (RFC 6749 §4.1.2.1).
    pub(crate) fn refused(error: &str, app: &str) -> Self {
        let (status, title, text) = match error {
            "access_denied" => (
                StatusCode::FORBIDDEN,
                "Vous n’êtes pas connecté",
                format!("Vous avez renoncé à la connexion, ou aucun de vos rattachements n’ouvre {app}."),
            ),
            "temporarily_unavailable" | "server_error" => (
                StatusCode::SERVICE_UNAVAILABLE,
                NOT_DONE,
                "Le service de connexion est indisponible. Réessayez dans un instant.".to_owned(),
            ),
            _ => (
                StatusCode::BAD_REQUEST,
                NOT_DONE,
                format!("Le service de connexion a répondu « {error} ». Recommencez depuis l’accueil."),
            ),
        };
        Self { status, title, text }
    }

    /// The page of `app` that says so.
    pub(crate) fn page(&self, app: &DemoApp) -> Response {
        (self.status, page(&Message { app, title: self.title, text: &self.text })).into_response()
    }
}

const NOT_DONE: &str = "La connexion n’a pas abouti";

impl From<anyhow::Error> for Failure {
    /// Unreachable, or not to be believed: the person can only try again, the operator reads why.
    fn from(error: anyhow::Error) -> Self {
        tracing::warn!(error = format!("{error:#}"), "sign-in failed");
        Self {
            status: StatusCode::BAD_GATEWAY,
            title: NOT_DONE,
            text: "Le service de connexion n’a pas répondu comme attendu. Réessayez dans un instant.".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Person;
    use crate::claims::RegionClaims;
    use crate::tests::app;
    use askama::Template as _;

    #[test]
    fn hostile_names_are_text() {
        let region: RegionClaims = serde_json::from_str(
            r#"{"attachments": [{"id": "a", "establishment": {"uai": "0380010E", "name": "<img src=x>"},
                "profile": "\"'><script>"}], "attachment": "a", "roles": ["</dd><script>"]}"#,
        )
        .unwrap();
        let person = Person {
            app: &app(),
            name: "<script>alert(1)</script>",
            email: Some("\"><script>@example"),
            region: &region,
            raw: "</pre><script>".to_owned(),
        };
        let html = person.render().unwrap();
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    }
}
