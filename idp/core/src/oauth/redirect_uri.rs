//! Redirect URIs: what may be registered, and what matches.

use thiserror::Error;
use url::{Host, Url};

/// Why a URI cannot be registered (A07).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unregistrable {
    /// Not an absolute URI.
    #[error("is not an absolute URI")]
    NotAbsolute,
    /// RFC 6749 §3.1.2: "The endpoint URI MUST NOT include a fragment component."
    #[error("has a fragment")]
    Fragment,
    /// Only https, and http on a loopback address.
    #[error("must be https, or http on a loopback address")]
    Scheme,
    /// Exact comparison leaves no room for patterns.
    #[error("has a wildcard")]
    Wildcard,
    /// User information in a URI only serves to deceive.
    #[error("has user information")]
    UserInfo,
    /// A parameter of the answer would be ambiguous (RFC 9700 §2.6).
    #[error("has a query parameter named code, state, iss or error")]
    ReservedParameter,
}

/// Checks a URI at registration.
///
/// # Errors
/// With the first reason against it.
pub fn check_registrable(uri: &str) -> Result<(), Unregistrable> {
    let url = Url::parse(uri).map_err(|_| Unregistrable::NotAbsolute)?;
    if uri.contains('*') {
        return Err(Unregistrable::Wildcard);
    }
    if url.fragment().is_some() {
        return Err(Unregistrable::Fragment);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Unregistrable::UserInfo);
    }
    let allowed = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(&url),
        _ => false,
    };
    if !allowed {
        return Err(Unregistrable::Scheme);
    }
    if url.query_pairs().any(|(name, _)| matches!(name.as_ref(), "code" | "state" | "iss" | "error")) {
        return Err(Unregistrable::ReservedParameter);
    }
    Ok(())
}

/// A loopback address, or `localhost`.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// RFC 9700 §4.1.3: "the authorization server MUST utilize exact string matching". Bytes are compared before
/// anything parses them (A03).
#[must_use]
pub fn matches(registered: &[String], asked: &str) -> bool {
    registered.iter().any(|uri| uri == asked)
}

/// `uri` with parameters added to its query, whatever it has kept (RFC 6749 §3.1.2).
#[must_use]
pub fn with_params(uri: &str, params: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(params);
    let query = query.finish();
    match uri.split_once('?') {
        _ if query.is_empty() => uri.to_owned(),
        Some((_, "")) => format!("{uri}{query}"),
        Some(_) => format!("{uri}&{query}"),
        None => format!("{uri}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a07_unsafe_uris_are_not_registered() {
        for (uri, why) in [
            ("/cb", Unregistrable::NotAbsolute),
            ("https://rp.example/cb#x", Unregistrable::Fragment),
            ("http://rp.example/cb", Unregistrable::Scheme),
            ("javascript:alert(1)", Unregistrable::Scheme),
            ("data:text/html,x", Unregistrable::Scheme),
            ("https://*.rp.example/cb", Unregistrable::Wildcard),
            ("https://a@rp.example/cb", Unregistrable::UserInfo),
            ("https://rp.example/cb?state=1", Unregistrable::ReservedParameter),
        ] {
            assert_eq!(check_registrable(uri), Err(why), "{uri}");
        }
        for uri in ["https://rp.example/cb?x=1", "http://127.0.0.1:8081/retour", "http://[::1]:9/cb"] {
            assert_eq!(check_registrable(uri), Ok(()), "{uri}");
        }
    }

    #[test]
    fn a03_near_misses_do_not_match() {
        let registered = ["https://rp.example/cb".to_owned()];
        for asked in [
            "https://rp.example/cb/",
            "https://rp.example/cb/../x",
            "https://rp.example/cb/%2e%2e/x",
            "https://rp.example//cb",
            "https://rp.example/CB",
            "https://RP.example/cb",
            "HTTPS://rp.example/cb",
            "https://rp.example:443/cb",
            "https://rp.example./cb",
            "https://rp.example/cb?",
            "https://rp.example/cb?x=1",
            "https://rp.example@evil.example/cb",
            "https://rp.example\\@evil.example/cb",
            "https://rp.example.evil.example/cb",
        ] {
            assert!(!matches(&registered, asked), "{asked}");
        }
        assert!(matches(&registered, "https://rp.example/cb"));
    }

    #[test]
    fn parameters_follow_what_is_registered() {
        assert_eq!(with_params("https://a/b", &[("x", "é&")]), "https://a/b?x=%C3%A9%26");
        assert_eq!(with_params("https://a/b?q=1", &[("x", "y")]), "https://a/b?q=1&x=y");
        assert_eq!(with_params("https://a/b?", &[("x", "y")]), "https://a/b?x=y");
        assert_eq!(with_params("https://a/b", &[]), "https://a/b");
    }

    proptest! {
        #[test]
        fn only_the_very_same_bytes_match(other in "\\PC*") {
            let registered = ["https://rp.example/cb".to_owned()];
            prop_assert_eq!(matches(&registered, &other), other == "https://rp.example/cb");
        }

        #[test]
        fn what_is_added_can_be_read_back(value in "\\PC*") {
            let uri = with_params("https://rp.example/cb?kept=1", &[("state", &value)]);
            let url = Url::parse(&uri).unwrap();
            let pairs: Vec<_> = url.query_pairs().collect();
            prop_assert_eq!(&pairs[0].1, "1");
            prop_assert_eq!(&pairs[1].1, &value);
        }
    }
}
