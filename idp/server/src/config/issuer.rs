//! The issuer: the one absolute address from which every other is made.

use idp_core::oauth::redirect_uri::is_loopback;
use thiserror::Error;
use url::Url;

/// The provider's identifier (OpenID Connect Discovery §3, `issuer`): scheme, host and port, nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    https: bool,
    loopback: bool,
}

/// Why a text is no issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IssuerError {
    /// Not an absolute URL with a host.
    #[error("must be an absolute URL such as https://connexion.example")]
    NotAUrl,
    /// OpenID Connect Discovery §3: "using the https scheme with no query or fragment components".
    #[error("must be https (http is for localhost only)")]
    Scheme,
    /// The same.
    #[error("must have no query and no fragment")]
    QueryOrFragment,
    /// A name and password have no place in a public address.
    #[error("must have no user information")]
    UserInfo,
    /// Relying parties compare it byte for byte.
    #[error("must not end with a slash")]
    TrailingSlash,
    /// The pages and `__Host-` cookies live at the root.
    #[error("must have no path: the provider answers at the root of its host")]
    Path,
    /// Upper case, a default port or an unescaped name: there must be one way to write it.
    #[error("must be written in its normal form: lower case, no default port")]
    NotNormal,
}

impl Issuer {
    /// Reads an issuer.
    ///
    /// # Errors
    /// With the first rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        let url = Url::parse(text).map_err(|_| IssuerError::NotAUrl)?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err(IssuerError::NotAUrl);
        }
        let https = url.scheme() == "https";
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            _ => return Err(IssuerError::Scheme),
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(IssuerError::QueryOrFragment);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(IssuerError::UserInfo);
        }
        if text.ends_with('/') {
            return Err(IssuerError::TrailingSlash);
        }
        if url.path() != "/" {
            return Err(IssuerError::Path);
        }
        let origin = url.origin().ascii_serialization();
        if origin != text {
            return Err(IssuerError::NotNormal);
        }
        Ok(Self { text: origin, https, loopback })
    }

    /// The text, without a trailing slash: the `iss` of every token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The origin of its pages (RFC 6454 §6.2).
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.text
    }

    /// Whether cookies must be `Secure`.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether only this machine can reach it.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The address of `path`, which starts with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl std::fmt::Display for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_https_or_loopback_and_bare() {
        for (text, why) in [
            ("connexion.example", IssuerError::NotAUrl),
            ("http://connexion.example", IssuerError::Scheme),
            ("ftp://localhost", IssuerError::Scheme),
            ("https://connexion.example?x", IssuerError::QueryOrFragment),
            ("https://connexion.example#x", IssuerError::QueryOrFragment),
            ("https://a:b@connexion.example", IssuerError::UserInfo),
            ("https://connexion.example/", IssuerError::TrailingSlash),
            ("https://connexion.example/oidc", IssuerError::Path),
            ("https://Connexion.example", IssuerError::NotNormal),
            ("https://connexion.example:443", IssuerError::NotNormal),
        ] {
            assert_eq!(Issuer::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn scheme_and_loopback_are_known() {
        let local = Issuer::parse("http://localhost:8080").unwrap();
        assert!(!local.is_https() && local.is_loopback());
        let public = Issuer::parse("https://connexion.example").unwrap();
        assert!(public.is_https() && !public.is_loopback());
        assert_eq!(public.url("/oauth2/token"), "https://connexion.example/oauth2/token");
        assert_eq!(Issuer::parse("http://[::1]:8080").unwrap().origin(), "http://[::1]:8080");
    }
}
