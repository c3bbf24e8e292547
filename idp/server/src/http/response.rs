//! Answers: pages, redirects, and what a failure looks like.

use axum::{
    body::HttpBody,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{self, HeaderName},
    },
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use consent_ui::{
    RenderError,
    views::{ErrorKind, ErrorPage, Technical},
};
use idp_core::{
    authorize::request::PageFault, jose::sign::SignError, lang::Lang, oauth::params::Params, random, seal::SealError,
};
use idp_store::StoreError;

use crate::{
    app::{App, SharedApp},
    http::{
        browser::{Browser, language},
        cookies,
        forms::FormError,
    },
};

/// Without `form-action`: Chromium applies it to the whole redirect chain after a form, which leads to the client.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'";

/// Why a request of a browser gets no answer of its own.
#[derive(Debug)]
pub enum Failure {
    /// The application's request cannot be sent back to it.
    Page(PageFault),
    /// What was posted is no form of ours: 400, 413 or 415.
    Form(FormError),
    /// The form or the request is too old, used up, or another browser's: 403.
    Expired,
    /// Nobody is signed in where somebody must be: to the sign-in page.
    SignInFirst,
    /// Hashing threads are all busy: 503.
    Busy {
        /// When to try again.
        seconds: u64,
    },
    /// Ours: 500. The cause goes to the log, never to the page.
    Internal(anyhow::Error),
}

/// `?` for errors that are nobody's fault but ours.
macro_rules! failed_from {
    ($failure:ident: $($error:ty),+) => { $(
        impl From<$error> for $failure {
            fn from(error: $error) -> Self {
                Self::Failed($crate::http::response::Failure::from(error))
            }
        }
    )+ };
}
pub(crate) use failed_from;

macro_rules! internal_from {
    ($($error:ty),+) => { $(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Internal(error.into())
            }
        }
    )+ };
}
internal_from!(SealError, SignError, RenderError, anyhow::Error);

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if error.is_overload() {
            tracing::warn!(%error, "the database has too much to do");
            return Self::Busy { seconds: 2 };
        }
        Self::Internal(error.into())
    }
}

impl From<FormError> for Failure {
    fn from(error: FormError) -> Self {
        Self::Form(error)
    }
}

/// What [`finish`] makes a page of.
#[derive(Clone, Debug)]
struct Fault {
    kind: ErrorKind,
    technical: Option<Technical>,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, kind, technical) = match self {
            Self::SignInFirst => return see_other("/connexion"),
            Self::Page(fault) => {
                let (kind, error) = match fault {
                    PageFault::UnknownClient | PageFault::ClientMissing => {
                        (ErrorKind::UnknownApplication, "invalid_client")
                    }
                    PageFault::RedirectUriMissing | PageFault::RedirectUriUnregistered => {
                        (ErrorKind::ReturnAddress, "invalid_request")
                    }
                    PageFault::Malformed => (ErrorKind::BadRequest, "invalid_request"),
                };
                let technical = Technical { error: error.to_owned(), description: Some(fault.to_string()) };
                (StatusCode::BAD_REQUEST, kind, Some(technical))
            }
            Self::Form(error) => (error.status(), ErrorKind::BadRequest, None),
            Self::Expired => (StatusCode::FORBIDDEN, ErrorKind::Expired, None),
            Self::Busy { seconds } => (StatusCode::SERVICE_UNAVAILABLE, ErrorKind::TooBusy { seconds }, None),
            Self::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "request failed");
                (StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::Internal, None)
            }
        };
        let mut response = status.into_response();
        if let ErrorKind::TooBusy { seconds } = kind {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Fault { kind, technical });
        response
    }
}

/// 303, so that a form is never sent on with its password (RFC 9700 §4.12).
#[must_use]
pub fn see_other(location: &str) -> Response {
    match HeaderValue::try_from(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(error) => Failure::Internal(error.into()).into_response(),
    }
}

/// A page of ours.
#[must_use]
pub fn page(html: String) -> Response {
    Html(html).into_response()
}

/// The router's last word.
pub async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// One request's panic is its own: 500, and the process lives (K06).
pub fn after_panic(_: Box<dyn std::any::Any + Send>) -> Response {
    Failure::Internal(anyhow::anyhow!("a handler panicked")).into_response()
}

/// Around every request: a number for the log, a page for what went wrong, the headers of every answer.
pub async fn finish(State(app): State<SharedApp>, request: Request, next: Next) -> Response {
    let id = random::uuid(app.random.as_ref());
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let headers = headers_for_language(request.headers());
    let mut response = next.run(request).await;
    // The path may hold a token of a mailed link one day: only the known ones are logged, by their status.
    tracing::info!(request = %id, %method, status = response.status().as_u16(), "answered");
    let failed = wants_page(&response, uri.path());
    // Most answers are for programs: nothing is parsed for those.
    if failed || is_html(&response) {
        let query = Params::parse(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
        let lang = language(&query, &CookieJar::from_headers(&headers), &headers);
        if failed {
            response = error_page(&app, lang, &id, response);
        }
        if method == Method::GET && query.get("lang").and_then(Lang::from_tag).is_some() && is_html(&response) {
            append(&mut response, header::SET_COOKIE, &cookies::lang_header(lang, &app.issuer));
        }
    }
    secure(&app, &mut response);
    append(&mut response, HeaderName::from_static("x-request-id"), &id);
    response
}

/// The headers that the language of a page depends on; programs send none of them.
fn headers_for_language(headers: &HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for name in [header::COOKIE, header::ACCEPT_LANGUAGE] {
        for value in headers.get_all(&name) {
            kept.append(name.clone(), value.clone());
        }
    }
    kept
}

fn is_html(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

/// An error without a body of its own, on an address for people.
fn wants_page(response: &Response, path: &str) -> bool {
    let for_programs = path.starts_with("/.well-known/")
        || path.starts_with("/static/")
        || ["/oauth2/token", "/oauth2/userinfo", "/oauth2/jwks"].contains(&path);
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let written = is_html(response) && !response.body().is_end_stream();
    failed && !for_programs && !written
}

fn error_page(app: &App, lang: Lang, id: &str, mut response: Response) -> Response {
    let fault = response.extensions_mut().remove::<Fault>();
    let kind = fault.as_ref().map_or_else(|| kind_of(response.status()), |fault| fault.kind);
    let chrome = Browser::bare_chrome(app, lang);
    let view = ErrorPage {
        chrome,
        kind,
        application: None,
        technical: fault.and_then(|fault| fault.technical),
        request_id: Some(id.to_owned()),
    };
    match view.render() {
        Ok(html) => {
            let (mut parts, _) = response.into_parts();
            parts.headers.remove(header::CONTENT_LENGTH);
            parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            Response::from_parts(parts, axum::body::Body::from(html))
        }
        Err(error) => {
            tracing::error!(%error, "the error page cannot be rendered");
            response
        }
    }
}

fn kind_of(status: StatusCode) -> ErrorKind {
    match status {
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorKind::Method,
        StatusCode::FORBIDDEN => ErrorKind::Forbidden,
        StatusCode::SERVICE_UNAVAILABLE => ErrorKind::TooBusy { seconds: 5 },
        status if status.is_client_error() => ErrorKind::BadRequest,
        _ => ErrorKind::Internal,
    }
}

/// J10, J03: nothing is cached, framed, sniffed or told to others, unless a handler said so.
pub fn secure(app: &App, response: &mut Response) {
    let headers = response.headers_mut();
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if app.issuer.is_https() {
        let hsts = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
    }
}

fn append(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().append(name, value);
    }
}
