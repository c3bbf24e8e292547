//! Three cookies: the session, the flow under way, the language. None of them needs a banner (P36).

use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use idp_core::{
    lang::Lang,
    random::{self, Random},
};

use crate::config::Issuer;

const LANG: &str = "lang";

/// `__Host-` binds a cookie to this very host over TLS (RFC 6265bis §4.1.3.2); plain names in the http demo (J09).
fn names(issuer: &Issuer) -> (&'static str, &'static str) {
    if issuer.is_https() { ("__Host-sid", "__Host-flow") } else { ("sid", "flow") }
}

fn cookie(name: &'static str, value: String, issuer: &Issuer) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").http_only(true).secure(issuer.is_https()).same_site(SameSite::Lax).build()
}

/// The value of the session cookie.
#[must_use]
pub fn read_session(jar: &CookieJar, issuer: &Issuer) -> Option<String> {
    jar.get(names(issuer).0).map(|cookie| cookie.value().to_owned())
}

/// Sets the session cookie. It ends with the browser; the server ends it earlier.
pub fn set_session(jar: CookieJar, issuer: &Issuer, value: String) -> CookieJar {
    jar.add(cookie(names(issuer).0, value, issuer))
}

/// Forgets session and flow.
pub fn forget(jar: CookieJar, issuer: &Issuer) -> CookieJar {
    let (sid, flow) = names(issuer);
    jar.remove(cookie(sid, String::new(), issuer)).remove(cookie(flow, String::new(), issuer))
}

/// The value of the flow cookie.
#[must_use]
pub fn read_flow(jar: &CookieJar, issuer: &Issuer) -> Option<String> {
    jar.get(names(issuer).1).map(|cookie| cookie.value().to_owned())
}

/// The flow cookie's value, made and set when the browser has none: one for all tabs, so that they do not disturb
/// each other.
pub fn flow_secret(jar: CookieJar, issuer: &Issuer, random: &dyn Random) -> (CookieJar, String) {
    if let Some(secret) = read_flow(&jar, issuer) {
        return (jar, secret);
    }
    let secret = random::token(random);
    (jar.add(cookie(names(issuer).1, secret.clone(), issuer)), secret)
}

/// The language that the person chose.
#[must_use]
pub fn read_lang(jar: &CookieJar) -> Option<Lang> {
    Lang::from_tag(jar.get(LANG)?.value())
}

/// Remembers the language for a year.
#[must_use]
pub fn lang_header(lang: Lang, issuer: &Issuer) -> String {
    let secure = if issuer.is_https() { "; Secure" } else { "" };
    format!("{LANG}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{secure}", lang.tag())
}
