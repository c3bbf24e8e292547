//! The three files as written.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use idp_core::{
    catalogue::{Access, AttachmentsShown, ClientAuthMethod, SigningAlgorithm},
    ids::{ApplicationId, ClientId, ProfileId, RoleId},
    lang::LocalText,
    secret::Secret,
};
use serde::{Deserialize, Deserializer, de};

use crate::config::{Problem, toml_problem};

/// `applications.toml`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApplicationsFile {
    pub applications: BTreeMap<ApplicationId, ApplicationEntry>,
}

/// `[applications.ID]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationEntry {
    pub name: LocalText,
    #[serde(default)]
    pub description: LocalText,
    #[serde(default)]
    pub tagline: LocalText,
    pub monogram: String,
    #[serde(default)]
    pub roles: BTreeMap<RoleId, LocalText>,
    #[serde(default)]
    pub position: i64,
}

/// `profiles.toml`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProfilesFile {
    pub profiles: BTreeMap<ProfileId, ProfileEntry>,
}

/// `[profiles.ID]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileEntry {
    pub name: LocalText,
    pub legacy_suffix: Option<String>,
    #[serde(default)]
    pub administrator: bool,
    #[serde(default)]
    pub exclusive: bool,
    #[serde(default)]
    pub opens: BTreeMap<ApplicationId, Vec<RoleId>>,
    #[serde(default)]
    pub position: i64,
}

/// `clients.toml`
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientsFile {
    pub clients: BTreeMap<ClientId, ClientEntry>,
}

/// `[clients.ID]`, with the names of OpenID Connect Dynamic Client Registration §2 where it has one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientEntry {
    pub application: Option<ApplicationId>,
    #[serde(default)]
    pub client_name: LocalText,
    pub redirect_uris: Vec<String>,
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    pub initiate_login_uri: Option<String>,
    pub client_uri: Option<String>,
    #[serde(default)]
    pub token_endpoint_auth_method: ClientAuthMethod,
    /// Files that hold the secret, from the folder of `clients.toml`; two during a rotation.
    #[serde(default)]
    pub secret_file: Few<PathBuf>,
    /// SHA-256 of the secret, hexadecimal or base64url; two during a rotation.
    #[serde(default)]
    pub secret_sha256: Few<String>,
    /// The secret itself, in demo mode only.
    pub secret: Option<Secret>,
    #[serde(default)]
    pub id_token_signed_response_alg: SigningAlgorithm,
    pub scopes: Vec<String>,
    #[serde(default)]
    pub access: Access,
    #[serde(default)]
    pub attachments: AttachmentsShown,
    #[serde(default)]
    pub claims_in_id_token: bool,
    #[serde(default)]
    pub skip_consent: bool,
    #[serde(default = "yes")]
    pub require_pkce: bool,
    #[serde(default)]
    pub allowed_origins: Vec<String>,
}

const fn yes() -> bool {
    true
}

/// One value, or a list of them.
pub struct Few<T>(pub Vec<T>);

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: From<String>> Deserialize<'de> for Few<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Vec<String>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(vec![text.to_owned()])
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                Ok(values)
            }
        }

        let values = deserializer.deserialize_any(Visitor)?;
        Ok(Self(values.into_iter().map(T::from).collect()))
    }
}

/// Reads one of the files; `name` stands in the message.
pub fn parse<T: de::DeserializeOwned>(name: &str, text: &str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|error| toml_problem(name, text, &error))
}
