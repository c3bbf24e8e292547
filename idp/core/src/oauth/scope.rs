//! Scopes, as a set that keeps a fixed order.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Every scope that this provider knows (claims.md; OpenID Connect Core §5.4; ProConnect's names).
pub const SUPPORTED: [&str; 8] =
    ["openid", "profile", "email", "attachments", "siret", "uid", "usual_name", "organizational_unit"];

/// A set of scopes (RFC 6749 §3.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Scope(BTreeSet<String>);

impl Scope {
    /// Reads a space-separated list.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(text.split(' ').filter(|part| !part.is_empty()).map(str::to_owned).collect())
    }

    /// Those of this set that `allowed` lists too. Unknown scopes are ignored (OpenID Connect Core §3.1.2.1),
    /// those that a client has no right to are left out (I14).
    #[must_use]
    pub fn limited_to(&self, allowed: &[String]) -> Self {
        Self(
            self.0
                .iter()
                .filter(|scope| allowed.contains(scope) && SUPPORTED.contains(&scope.as_str()))
                .cloned()
                .collect(),
        )
    }

    /// Whether `name` is in the set.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Whether every scope of `other` is in this set.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.0.is_subset(&self.0)
    }

    /// Both sets together.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }
}

impl From<String> for Scope {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, scope) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i14_scopes_that_a_client_may_not_ask_are_left_out() {
        let asked = Scope::parse("openid  email attachments planet");
        let allowed = ["openid".to_owned(), "attachments".to_owned(), "planet".to_owned()];
        assert_eq!(asked.limited_to(&allowed).to_string(), "attachments openid");
    }
}
