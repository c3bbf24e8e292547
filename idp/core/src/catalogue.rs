//! What the Region declares: applications, profiles, what a profile opens, and clients. Small, read at every
//! request, therefore kept whole in memory.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ApplicationId, ClientId, ProfileId, RoleId},
    lang::LocalText,
    secret::TokenHash,
};

/// An application of the Region, as users see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// `semafor`
    pub id: ApplicationId,
    /// « Semafor »
    pub name: LocalText,
    /// One or two sentences, as the notice words them.
    pub description: LocalText,
    /// A line under the name on the sign-in page.
    #[serde(default)]
    pub tagline: LocalText,
    /// Two letters for the tile.
    pub monogram: String,
    /// What each role is called, for people.
    #[serde(default)]
    pub roles: BTreeMap<RoleId, LocalText>,
    /// Order on the pages, smallest first.
    #[serde(default)]
    pub position: i64,
}

/// A function inside an establishment, and what it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// `enseignant`
    pub id: ProfileId,
    /// « Enseignant »
    pub name: LocalText,
    /// The end of the old portal's identifiers under this profile: none, `_EQP`, `_GES`, `_ADM`.
    #[serde(default)]
    pub legacy_suffix: Option<String>,
    /// Linking an old account under this profile gives the administrator role.
    #[serde(default)]
    pub administrator: bool,
    /// Only one person may link an old account under this profile.
    #[serde(default)]
    pub exclusive: bool,
    /// The applications that this profile opens, each with its roles.
    #[serde(default)]
    pub opens: BTreeMap<ApplicationId, Vec<RoleId>>,
    /// Order on the pages, smallest first.
    #[serde(default)]
    pub position: i64,
}

/// Who may sign in to a client (claims.md, rule 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Whoever holds an attachment that opens the client's application.
    #[default]
    Attachment,
    /// Any account.
    Anyone,
}

/// Which attachments a client is told of (claims.md, rule 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AttachmentsShown {
    /// Every one that opens it.
    #[default]
    All,
    /// Just the one in use.
    One,
}

/// How a client proves itself at the token endpoint (OpenID Connect Core §9; IANA names).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthMethod {
    /// HTTP Basic.
    #[default]
    ClientSecretBasic,
    /// In the request body.
    ClientSecretPost,
    /// A public client: PKCE alone.
    None,
}

impl ClientAuthMethod {
    /// Every method that the token endpoint accepts.
    pub const ALL: [Self; 3] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::None];

    /// The name in metadata.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::None => "none",
        }
    }
}

/// A signature algorithm that this provider makes (RFC 7518 §3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256: OpenID Connect's default.
    #[default]
    RS256,
    /// ECDSA on P-256 with SHA-256: ten times faster, recommended.
    ES256,
}

impl SigningAlgorithm {
    /// Every algorithm for which a key is kept.
    pub const ALL: [Self; 2] = [Self::RS256, Self::ES256];

    /// The `alg` value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::ES256 => "ES256",
        }
    }

    /// The algorithm of an `alg` value, compared exactly (RFC 7515 §4.1.1: case-sensitive).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }
}

/// A relying party's registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// `client_id`
    pub id: ClientId,
    /// The application of the Region that this client is, if it is one.
    #[serde(default)]
    pub application: Option<ApplicationId>,
    /// What people see when it is no application of the Region.
    #[serde(default)]
    pub client_name: LocalText,
    /// Compared byte for byte (RFC 9700 §4.1.3).
    pub redirect_uris: Vec<String>,
    /// Where sign-out may lead (RP-Initiated Logout §3.1).
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Starts a sign-in when opened with `iss` (OpenID Connect Core §4).
    #[serde(default)]
    pub initiate_login_uri: Option<String>,
    /// The application's home page.
    #[serde(default)]
    pub client_uri: Option<String>,
    /// How it authenticates.
    #[serde(default)]
    pub token_endpoint_auth_method: ClientAuthMethod,
    /// SHA-256 of each live secret.
    #[serde(default)]
    pub secret_hashes: Vec<TokenHash>,
    /// Signs its ID tokens and access tokens.
    #[serde(default)]
    pub id_token_signed_response_alg: SigningAlgorithm,
    /// The scopes that it may ask.
    pub scopes: Vec<String>,
    /// Who may sign in.
    #[serde(default)]
    pub access: Access,
    /// Which attachments it is told of.
    #[serde(default)]
    pub attachments: AttachmentsShown,
    /// Scoped claims also in the ID token, for old libraries (claims.md, rule 7).
    #[serde(default)]
    pub claims_in_id_token: bool,
    /// The person is not asked: the Region declared this client as its own.
    #[serde(default)]
    pub skip_consent: bool,
    /// Refuse requests without `code_challenge`. Public clients always need one.
    #[serde(default = "yes")]
    pub require_pkce: bool,
    /// Its browser scripts may call the token and UserInfo endpoints from these origins.
    #[serde(default)]
    pub allowed_origins: Vec<String>,
}

const fn yes() -> bool {
    true
}

impl Client {
    /// A public client cannot keep a secret (RFC 6749 §2.1).
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == ClientAuthMethod::None
    }

    /// Public clients cannot opt out of PKCE (RFC 9700 §2.1.1).
    #[must_use]
    pub fn needs_pkce(&self) -> bool {
        self.require_pkce || self.is_public()
    }
}

/// Everything declared, in one value that is replaced whole.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// By id.
    pub applications: BTreeMap<ApplicationId, Application>,
    /// By id.
    pub profiles: BTreeMap<ProfileId, Profile>,
    /// By `client_id`.
    pub clients: BTreeMap<ClientId, Client>,
}

impl Catalogue {
    /// The client of this id.
    #[must_use]
    pub fn client(&self, id: &str) -> Option<&Client> {
        self.clients.get(id)
    }

    /// The application that a client is, if any.
    #[must_use]
    pub fn application_of(&self, client: &Client) -> Option<&Application> {
        self.applications.get(client.application.as_ref()?)
    }

    /// The client through which an application is opened.
    #[must_use]
    pub fn client_of(&self, application: &ApplicationId) -> Option<&Client> {
        self.clients.values().find(|client| client.application.as_ref() == Some(application))
    }

    /// The roles that a profile has in an application; `None` when it does not open it.
    #[must_use]
    pub fn roles(&self, profile: &ProfileId, application: &ApplicationId) -> Option<&[RoleId]> {
        self.profiles.get(profile)?.opens.get(application).map(Vec::as_slice)
    }

    /// The profiles in the order of the pages.
    #[must_use]
    pub fn profiles_in_order(&self) -> Vec<&Profile> {
        let mut profiles: Vec<_> = self.profiles.values().collect();
        profiles.sort_by_key(|profile| (profile.position, profile.id.clone()));
        profiles
    }

    /// The applications that a profile opens, in the order of the pages.
    #[must_use]
    pub fn opened_by(&self, profile: &ProfileId) -> Vec<&Application> {
        let Some(profile) = self.profiles.get(profile) else { return Vec::new() };
        let mut opened: Vec<_> = profile.opens.keys().filter_map(|id| self.applications.get(id)).collect();
        opened.sort_by_key(|application| (application.position, application.id.clone()));
        opened
    }
}

/// How long things live. Every value comes from the configuration; these are its defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// An authorization code, 60 s at most (ASVS 10.4.3).
    pub code: Duration,
    /// An access token, 10 minutes at most (claims.md, rule 5).
    pub access_token: Duration,
    /// An ID token.
    pub id_token: Duration,
    /// An authorization request that waits for a sign-in.
    pub flow: Duration,
    /// A session without a request.
    pub session_idle: Duration,
    /// A session in all.
    pub session: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            code: Duration::from_secs(60),
            access_token: Duration::from_secs(600),
            id_token: Duration::from_secs(600),
            flow: Duration::from_secs(3600),
            session_idle: Duration::from_secs(12 * 3600),
            session: Duration::from_secs(7 * 24 * 3600),
        }
    }
}
