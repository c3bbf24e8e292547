//! The pages that say what went wrong and what to do.

use askama::Template;

use crate::Chrome;

/// A page in place of the one that could not be shown.
#[derive(Template)]
#[template(path = "error_page.html")]
pub struct ErrorPage<'a> {
    /// The layout.
    pub chrome: Chrome<'a>,
    /// What went wrong.
    pub kind: ErrorKind,
    /// The name of the application concerned, when it is known for sure.
    pub application: Option<String>,
    /// For the people who run the application, in small print.
    pub technical: Option<Technical>,
    /// The request's number in the journal, to give to the support.
    pub request_id: Option<String>,
}

/// What went wrong, in the terms of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// No application has this `client_id`.
    UnknownApplication,
    /// The address to come back to is not registered for the application (RFC 9700 §4.1).
    ReturnAddress,
    /// The application's request cannot be understood, and cannot be answered to the application.
    BadRequest,
    /// The request or its form is too old, or already used (403, 410).
    Expired,
    /// This account may not do that (403).
    Forbidden,
    /// No such page (404).
    NotFound,
    /// The page is not to be used that way (405).
    Method,
    /// Too much to do (429, 503).
    TooBusy {
        /// When to try again.
        seconds: u64,
    },
    /// Our fault (500).
    Internal,
}

/// What the application's people need to know.
#[derive(Debug, Clone)]
pub struct Technical {
    /// The code: `invalid_request`.
    pub error: String,
    /// What is wrong, in English.
    pub description: Option<String>,
}

impl ErrorPage<'_> {
    fn title(&self) -> &str {
        self.chrome.t(match self.kind {
            ErrorKind::UnknownApplication => "error-unknown-application-title",
            ErrorKind::ReturnAddress => "error-return-address-title",
            ErrorKind::BadRequest => "error-bad-request-title",
            ErrorKind::Expired => "error-expired-title",
            ErrorKind::Forbidden => "error-forbidden-title",
            ErrorKind::NotFound => "error-not-found-title",
            ErrorKind::Method => "error-method-title",
            ErrorKind::TooBusy { .. } => "error-busy-title",
            ErrorKind::Internal => "error-internal-title",
        })
    }

    /// What happened.
    fn explanation(&self) -> &str {
        self.chrome.t(match self.kind {
            ErrorKind::UnknownApplication => "error-unknown-application-what",
            ErrorKind::ReturnAddress => "error-return-address-what",
            ErrorKind::BadRequest => "error-bad-request-what",
            ErrorKind::Expired => "error-expired-what",
            ErrorKind::Forbidden => "error-forbidden-what",
            ErrorKind::NotFound => "error-not-found-what",
            ErrorKind::Method => "error-method-what",
            ErrorKind::TooBusy { .. } => "error-busy-what",
            ErrorKind::Internal => "error-internal-what",
        })
    }

    /// What to do.
    fn remedy(&self) -> String {
        if let ErrorKind::TooBusy { seconds } = self.kind {
            return self.chrome.text().count("error-busy-do", "seconds", seconds.max(1));
        }
        let key = match self.kind {
            ErrorKind::UnknownApplication | ErrorKind::ReturnAddress | ErrorKind::BadRequest => "error-application-do",
            ErrorKind::Expired => "error-expired-do",
            ErrorKind::Forbidden => "error-forbidden-do",
            ErrorKind::NotFound => "error-not-found-do",
            ErrorKind::Method => "error-method-do",
            ErrorKind::TooBusy { .. } => "error-busy-do",
            ErrorKind::Internal => "error-internal-do",
        };
        self.chrome.t(key).to_owned()
    }

    fn has_small_print(&self) -> bool {
        self.technical.is_some() || self.request_id.is_some() || self.application.is_some()
    }
}
