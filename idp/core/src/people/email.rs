//! E-mail addresses, and what people type into the field that asks for one.

use std::fmt;

use thiserror::Error;
use url::Host;

/// The longest address, in bytes of its ASCII form (RFC 5321 §4.5.3.1.3, less the angle brackets).
pub const MAX_EMAIL_BYTES: usize = 254;

const MAX_LOCAL_BYTES: usize = 64;

/// One mailbox, safe in a header and on an SMTP command line: ASCII, unquoted, a single recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    address: String,
    key: String,
}

/// Why a text is no address that this service can write to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EmailError {
    /// Nothing, no `@`, or nothing on one side of it.
    #[error("an e-mail address has the form name@domain")]
    Shape,
    /// Beyond [`MAX_EMAIL_BYTES`], or beyond 64 bytes before the `@`.
    #[error("the e-mail address is too long")]
    TooLong,
    /// A quote, a comma, a blank, a control or a non-ASCII character before the `@`.
    #[error("a character is not accepted before the @")]
    LocalPart,
    /// Not the name of an internet domain.
    #[error("what follows the @ is no domain name")]
    Domain,
}

impl Email {
    /// Reads an address, blanks around it ignored. The domain is brought to its ASCII form (UTS #46), then checked.
    ///
    /// # Errors
    /// When it is no address, or one that a mail could be smuggled through: quoted parts, comments, several
    /// recipients, address literals, look-alikes of `@`, letters outside ASCII before the `@`.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        // A line break is refused, even at the end, where trimming would hide it.
        if text.contains(char::is_control) {
            return Err(EmailError::Shape);
        }
        let text = text.trim();
        // The domain's ASCII form may be longer or shorter; this is a first bound on the work.
        if text.len() > 2 * MAX_EMAIL_BYTES {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(EmailError::Shape)?;
        if local.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(EmailError::Shape);
        }
        if local.len() > MAX_LOCAL_BYTES {
            return Err(EmailError::TooLong);
        }
        if !is_dot_atom(local) {
            return Err(EmailError::LocalPart);
        }
        let domain = ascii_domain(domain).ok_or(EmailError::Domain)?;
        let address = format!("{local}@{domain}");
        if address.len() > MAX_EMAIL_BYTES {
            return Err(EmailError::TooLong);
        }
        Ok(Self { key: address.to_ascii_lowercase(), address })
    }

    /// The address to show and to write to: the part before the `@` as typed, the domain in lower-case ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The canonical form, unique to one account: all in lower case.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

/// RFC 5322 §3.2.3, with the dots where they may stand.
fn is_dot_atom(local: &str) -> bool {
    let is_atom_text = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_text))
}

fn ascii_domain(domain: &str) -> Option<String> {
    // The URL parser would decode `%40`, and drop what cannot be seen.
    if domain.contains('%') || domain.chars().any(is_invisible) {
        return None;
    }
    let Ok(Host::Domain(domain)) = Host::parse(domain) else { return None };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let has_top = domain.rsplit_once('.').is_some_and(|(_, top)| !top.bytes().all(|byte| byte.is_ascii_digit()));
    (has_top && domain.split('.').all(is_label)).then_some(domain)
}

/// Zero-width and direction characters, soft hyphen, byte order mark: nobody types them on purpose.
const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// What stands in the field « Email de connexion ».
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInName {
    /// An address: perhaps an account.
    Email(Email),
    /// An identifier of the old portal (P04), in upper case: it cannot sign in.
    Legacy(String),
    /// Neither.
    Invalid,
}

impl SignInName {
    /// The identifiers of the old portal begin with one of these and have no `@` (P04).
    pub const LEGACY_PREFIXES: [&str; 5] = ["TL", "TW", "TA", "TOG", "TK"];

    /// Reads the field in either case, blanks around it ignored.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.contains('@') {
            return Email::parse(text).map_or(Self::Invalid, Self::Email);
        }
        let upper = text.trim().to_ascii_uppercase();
        let is_plain =
            upper.len() <= 64 && upper.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        if is_plain && Self::LEGACY_PREFIXES.iter().any(|prefix| upper.starts_with(prefix)) {
            Self::Legacy(upper)
        } else {
            Self::Invalid
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<String, EmailError> {
        Email::parse(text).map(|email| email.key().to_owned())
    }

    #[test]
    fn case_and_blanks_do_not_make_another_account() {
        let email = Email::parse("  Marie.Curie+lycee@Ac-Lyon.Example ").unwrap();
        assert_eq!(email.as_str(), "Marie.Curie+lycee@ac-lyon.example");
        assert_eq!(email.key(), "marie.curie+lycee@ac-lyon.example");
    }

    #[test]
    fn h08_a_domain_is_canonical_before_it_is_checked() {
        assert_eq!(key("a@LYCÉE.example").unwrap(), "a@xn--lyce-dpa.example");
        assert_eq!(key("a@lyce\u{301}e.example").unwrap(), "a@xn--lyce-dpa.example");
        assert_eq!(key("a@ｅｘａｍｐｌｅ。com").unwrap(), "a@example.com");
        assert_ne!(key("a@\u{430}pple.example").unwrap(), "a@apple.example", "Cyrillic а stays visible as punycode");
    }

    #[test]
    fn h08_twins_before_the_at_sign_are_refused() {
        for text in ["mıke@a.example", "ſam@a.example", "émile@a.example", "a\u{200d}b@a.example", "a\u{ff20}b.example"]
        {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        for text in ["a@b\u{200d}c.example", "a@b\u{ad}c.example", "a@b.example\u{feff}"] {
            assert_eq!(key(text), Err(EmailError::Domain), "{text:?}");
        }
    }

    #[test]
    fn h09_nothing_that_writes_a_header_or_a_second_recipient_passes() {
        for text in [
            "a@b.example\r\nBcc: c@d.example",
            "a@b.example\n",
            "a\0@b.example",
            "a@b.example,c@d.example",
            "a,c@d.example",
            "\"a b\"@c.example",
            "a b@c.example",
            "a@b@c.example",
            "<a@b.example>",
            "a(comment)@b.example",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@ex%61mple.org",
            "a@b.example.",
            "a@b..example",
            "a@-b.example",
            "a@b_c.example",
            "a@b;c.example",
            "a@localhost",
            "a@b.42",
            ".a@b.example",
            "a.@b.example",
            "a..b@c.example",
            "@b.example",
            "a@",
            "",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn long_addresses_are_refused() {
        let domain = |labels: usize| "a".repeat(60) + &format!(".{}", "b".repeat(60)).repeat(labels) + ".example";
        assert!(Email::parse(&format!("{}@b.example", "a".repeat(64))).is_ok());
        assert_eq!(key(&format!("{}@b.example", "a".repeat(65))), Err(EmailError::TooLong));
        assert!(Email::parse(&format!("a@{}", domain(2))).is_ok());
        assert_eq!(key(&format!("{}@{}", "a".repeat(64), domain(2))), Err(EmailError::TooLong));
        assert_eq!(key(&format!("a@{}", "é.".repeat(400))), Err(EmailError::TooLong));
    }

    #[test]
    fn p04_identifiers_of_the_old_portal_are_recognised() {
        for text in ["TLPU", "tlpu_adm", " TWAB ", "TA1", "TOGX", "TK_EQP"] {
            assert_eq!(SignInName::parse(text), SignInName::Legacy(text.trim().to_uppercase()), "{text}");
        }
        for text in ["", "TOBIAS", "marie", "TL PU", "TLPU\u{e9}", "a@b", &"TL".repeat(40)] {
            assert_eq!(SignInName::parse(text), SignInName::Invalid, "{text}");
        }
        assert!(matches!(SignInName::parse("tlpu@b.example"), SignInName::Email(_)));
    }
}
