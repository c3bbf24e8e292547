//! Proof Key for Code Exchange (RFC 7636), method S256 only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// A valid `code_challenge`: 43 base64url characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Challenge(String);

impl Challenge {
    /// RFC 7636 §4.2: base64url of a SHA-256 digest, without padding.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let decoded = URL_SAFE_NO_PAD.decode(text).ok()?;
        (decoded.len() == 32).then(|| Self(text.to_owned()))
    }

    /// RFC 7636 §4.6: `BASE64URL-ENCODE(SHA256(ASCII(code_verifier))) == code_challenge`.
    #[must_use]
    pub fn is_met_by(&self, verifier: &str) -> bool {
        let digest = URL_SAFE_NO_PAD.encode(openssl::sha::sha256(verifier.as_bytes()));
        is_verifier(verifier) && bool::from(digest.as_bytes().ct_eq(self.0.as_bytes()))
    }
}

/// RFC 7636 §4.1: 43 to 128 unreserved characters.
#[must_use]
pub fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_holds() {
        assert!(Challenge::parse(CHALLENGE).unwrap().is_met_by(VERIFIER));
    }

    #[test]
    fn b08_verifiers_of_other_shapes_are_refused() {
        for verifier in ["", &"a".repeat(42), &"a".repeat(129), &format!("{VERIFIER} "), &"é".repeat(43)] {
            assert!(!is_verifier(verifier), "{verifier}");
            let challenge = Challenge(URL_SAFE_NO_PAD.encode(openssl::sha::sha256(verifier.as_bytes())));
            assert!(!challenge.is_met_by(verifier), "{verifier}");
        }
        assert!(is_verifier(&"a".repeat(43)) && is_verifier(&"~".repeat(128)));
    }

    #[test]
    fn challenges_of_other_shapes_are_refused() {
        for text in ["", "abc", &format!("{CHALLENGE}="), &CHALLENGE.replace('-', "+")] {
            assert_eq!(Challenge::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_other_verifier_meets_a_challenge(other in "[A-Za-z0-9._~-]{43,128}") {
            prop_assume!(other != VERIFIER);
            prop_assert!(!Challenge::parse(CHALLENGE).unwrap().is_met_by(&other));
        }
    }
}
