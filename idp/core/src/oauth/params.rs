//! The parameters of one request, read once, each name at most once.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;
use url::form_urlencoded;

/// More names than any request of ours has; beyond it the request is malformed (K01).
const MAX_PARAMS: usize = 100;

/// Decoded `application/x-www-form-urlencoded` parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params {
    values: BTreeMap<String, String>,
    repeated: BTreeSet<String>,
}

/// The text is no parameter list: too many names, not UTF-8, or a NUL inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("malformed parameters")]
pub struct Malformed;

impl Params {
    /// Parses a query or a form body. Order is of no matter.
    ///
    /// # Errors
    /// When a value is not UTF-8, holds a NUL, or the list is absurdly long.
    pub fn parse(encoded: &[u8]) -> Result<Self, Malformed> {
        let mut params = Self::default();
        for (count, (name, value)) in form_urlencoded::parse(encoded).enumerate() {
            // U+FFFD is what the decoder puts where the bytes were not UTF-8.
            if count >= MAX_PARAMS || [&name, &value].iter().any(|text| text.contains(['\0', '\u{fffd}'])) {
                return Err(Malformed);
            }
            // RFC 6749 §3.1: "Parameters sent without a value MUST be treated as if they were omitted."
            if value.is_empty() {
                continue;
            }
            if params.values.contains_key(name.as_ref()) {
                params.repeated.insert(name.into_owned());
            } else {
                params.values.insert(name.into_owned(), value.into_owned());
            }
        }
        Ok(params)
    }

    /// A value; `None` when absent, empty or repeated.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        if self.repeated.contains(name) {
            return None;
        }
        self.values.get(name).map(String::as_str)
    }

    /// These parameters of a body, with the address of the request beside them: a name in both is there twice (A08).
    /// What only the address has is not taken from it.
    #[must_use]
    pub fn beside(mut self, address: &Self) -> Self {
        self.repeated.extend(self.values.keys().filter(|name| address.values.contains_key(*name)).cloned());
        self
    }

    /// RFC 6749 §3.1: "Request and response parameters MUST NOT be included more than once."
    #[must_use]
    pub fn is_repeated(&self, name: &str) -> bool {
        self.repeated.contains(name)
    }

    /// Whether any name came twice.
    #[must_use]
    pub fn has_repeated(&self) -> bool {
        !self.repeated.is_empty()
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Params {
    fn from(pairs: [(&str, &str); N]) -> Self {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in pairs {
            query.append_pair(name, value);
        }
        Self::parse(query.finish().as_bytes()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_parameter_has_no_value() {
        let params = Params::parse(b"a=1&b=2&a=1").unwrap();
        assert_eq!((params.get("a"), params.get("b")), (None, Some("2")));
        assert!(params.is_repeated("a") && params.has_repeated());
    }

    #[test]
    fn an_empty_value_is_an_omitted_one() {
        let params = Params::parse(b"a=&a=1&c").unwrap();
        assert_eq!((params.get("a"), params.get("c")), (Some("1"), None));
    }

    #[test]
    fn a08_a_name_in_address_and_body_is_repeated() {
        let params = Params::parse(b"a=1&b=2").unwrap().beside(&Params::from([("b", "2"), ("c", "3")]));
        assert_eq!((params.get("a"), params.get("b"), params.get("c")), (Some("1"), None, None));
        assert!(params.is_repeated("b") && !params.is_repeated("c"));
    }

    #[test]
    fn broken_text_is_refused() {
        assert_eq!(Params::parse(b"a=%ff"), Err(Malformed));
        assert_eq!(Params::parse(b"a=%00"), Err(Malformed));
        assert_eq!(Params::parse("x=1&".repeat(101).as_bytes()), Err(Malformed));
    }
}
