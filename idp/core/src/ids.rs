//! One type per kind of identifier, so that one is never taken for another.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::random::{self, Random};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps an identifier read from a request, a row or a file.
            pub fn new(value: impl AsRef<str>) -> Self {
                Self(Arc::from(value.as_ref()))
            }

            /// The identifier's text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::new(value)
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::new(value)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

id!(
    /// A person's account: a random UUID, and the `sub` of every token (never the e-mail).
    AccountId
);
id!(
    /// A relying party's `client_id` (RFC 6749 §2.2).
    ClientId
);
id!(
    /// An application of the Region, such as `semafor`.
    ApplicationId
);
id!(
    /// A function inside an establishment, such as `enseignant`.
    ProfileId
);
id!(
    /// What a profile may do inside one application, such as `saisie`.
    RoleId
);
id!(
    /// An attachment: `att_` and a random UUID.
    AttachmentId
);
id!(
    /// A browser session's public name, the `sid` claim (OpenID Connect Front-Channel Logout §3). Not a bearer value.
    SessionId
);
id!(
    /// What one redeemed authorization code gave: every token of it carries this id.
    GrantId
);

impl AccountId {
    /// A fresh, unpredictable account id.
    pub fn random(random: &dyn Random) -> Self {
        Self::from(random::uuid(random))
    }
}

impl AttachmentId {
    /// A fresh attachment id.
    pub fn random(random: &dyn Random) -> Self {
        Self::from(format!("att_{}", random::uuid(random)))
    }
}

impl SessionId {
    /// A fresh session name.
    pub fn random(random: &dyn Random) -> Self {
        Self::from(random::uuid(random))
    }
}

impl GrantId {
    /// A fresh grant id.
    pub fn random(random: &dyn Random) -> Self {
        Self::from(random::uuid(random))
    }
}
