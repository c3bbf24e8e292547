//! A browser without scripts: it keeps cookies, follows nothing by itself, and reads forms.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Client, Method, redirect::Policy};
use serde_json::Value;
use url::Url;

/// HTTP Basic credentials, as RFC 6749 §2.3.1 encodes them.
pub fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
}

/// One browser.
pub struct Agent {
    base: String,
    client: Client,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Agent {
    pub fn new(base: &str) -> Self {
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().expect("an HTTP client");
        Self { base: base.to_owned(), client, cookies: Mutex::default() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, None, headers).await
    }

    /// A form sent from a page of the provider.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let headers = [("origin", self.base.as_str()), ("sec-fetch-site", "same-origin")];
        self.post_with(path, form, &headers).await
    }

    /// A form with just these headers.
    pub async fn post_with(&self, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.post_body(path, "application/x-www-form-urlencoded", body, headers).await
    }

    pub async fn post_body(&self, path: &str, media_type: &str, body: String, headers: &[(&str, &str)]) -> Answer {
        let mut headers = headers.to_vec();
        headers.push(("content-type", media_type));
        self.send(Method::POST, path, Some(body), &headers).await
    }

    /// Any method.
    pub async fn send(&self, method: Method, path: &str, body: Option<String>, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let jar: Vec<_> = self.lock().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !jar.is_empty() {
            request = request.header("cookie", jar.join("; "));
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.expect("an answer");
        self.keep(response.headers());
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.text().await.expect("a body") }
    }

    /// Fills the sign-in form of a page and sends it.
    pub async fn submit_sign_in(&self, page: &Answer, email: &str, password: &str) -> Answer {
        self.post("/connexion", &[("flow", &page.field("flow")), ("email", email), ("password", password)]).await
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.lock().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.lock().insert(name.to_owned(), value.to_owned());
    }

    fn keep(&self, headers: &reqwest::header::HeaderMap) {
        for header in headers.get_all("set-cookie") {
            let text = header.to_str().expect("ASCII");
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a cookie");
            if attributes.contains("Max-Age=0") {
                self.lock().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    pub fn location(&self) -> Option<String> {
        self.headers.get("location").map(|value| value.to_str().expect("ASCII").to_owned())
    }

    /// A parameter of the address to which the answer redirects.
    pub fn redirect_param(&self, name: &str) -> Option<String> {
        let url = Url::parse(&self.location()?).ok()?;
        url.query_pairs().find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// The value of a hidden field.
    pub fn field(&self, name: &str) -> String {
        let start = self.body.split(&format!("name=\"{name}\" value=\"")).nth(1);
        let start = start.unwrap_or_else(|| panic!("no field {name} in {} {}", self.status, self.body));
        let value = start.split('"').next().expect("a value");
        assert!(!value.contains('&'), "an entity in {value}");
        value.to_owned()
    }

    /// PAGE400: an error page, no redirect, not to be kept.
    pub fn assert_page_400(&self, why: &str) {
        assert_eq!(self.status, 400, "{why}: {:?}", self.location());
        assert_eq!(self.location(), None, "{why}");
        assert_eq!(self.header("cache-control"), "no-store", "{why}");
        assert!(self.body.contains("id=\"error-page\""), "{why}: {}", self.body);
    }

    /// RP(x): 303 to the registered redirect URI with error, state and iss.
    pub fn assert_told_client(&self, redirect_uri: &str, error: &str, state: &str, issuer: &str) {
        assert_eq!(self.status, 303, "{}", self.body);
        let location = self.location().expect("a location");
        assert!(location.starts_with(&format!("{redirect_uri}?")), "{location}");
        let given = |name: &str| self.redirect_param(name).unwrap_or_default();
        assert_eq!((given("error").as_str(), given("state").as_str(), given("iss").as_str()), (error, state, issuer));
        assert_eq!(self.redirect_param("code"), None);
    }

    /// TOK(x): JSON with that error, not to be kept.
    pub fn assert_token_error(&self, status: u16, error: &str) {
        assert_eq!((self.status, self.json()["error"].as_str()), (status, Some(error)), "{}", self.body);
        assert_eq!(self.header("cache-control"), "no-store");
    }
}
