//! The two cookies of an application: its session, and the browser that a sign-in departed from.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use url::Url;

/// A cookie name of this application. Cookies ignore ports, so the client identifier keeps apart several applications
/// on one host; on https `__Host-` makes the browser refuse a cookie that another host set (RFC 6265bis §4.1.3.2).
pub(crate) fn name(base_url: &Url, client_id: &str, purpose: &str) -> String {
    let prefix = if base_url.scheme() == "https" { "__Host-" } else { "" };
    let client: String = client_id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{prefix}{client}-{purpose}")
}

/// The value of a cookie of the request.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim_start().strip_prefix(name)?.strip_prefix('='))
}

/// A `Set-Cookie` value; a lifetime of zero removes the cookie. `Lax`, because the browser comes back from the provider
/// with a GET from another site, and must bring the cookie.
pub(crate) fn set(name: &str, value: &str, lifetime: Duration) -> String {
    let secure = if name.starts_with("__Host-") { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}", lifetime.as_secs())
}

#[cfg(test)]
mod tests {
    use super::{name, read};
    use axum::http::{HeaderMap, HeaderValue, header};
    use url::Url;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("semafor-session-old=1; x-semafor-session=2"));
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; semafor-session=3"));
        assert_eq!(read(&headers, "semafor-session"), Some("3"));
    }

    #[test]
    fn https_asks_for_a_host_cookie() {
        assert_eq!(name(&Url::parse("http://127.0.0.1:8081").unwrap(), "a;b", "x"), "a-b-x");
        assert_eq!(name(&Url::parse("https://semafor.example").unwrap(), "a", "x"), "__Host-a-x");
    }
}
