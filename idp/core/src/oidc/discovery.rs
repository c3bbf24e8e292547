//! What the provider says of itself (OpenID Connect Discovery §3, RFC 8414 §2): only what the code does.

use serde_json::{Value, json};

use crate::{
    authorize::request::Prompt,
    catalogue::{ClientAuthMethod, SigningAlgorithm},
    lang::Lang,
    oauth::scope::SUPPORTED,
    oidc::id_token::ACR_PASSWORD,
};

/// Paths under the issuer; the router and the documents use the same.
pub mod paths {
    /// OpenID Connect Discovery §4
    pub const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
    /// RFC 8414 §3
    pub const OAUTH_SERVER: &str = "/.well-known/oauth-authorization-server";
    /// RFC 7517 §5
    pub const JWKS: &str = "/oauth2/jwks";
    /// RFC 6749 §3.1
    pub const AUTHORIZE: &str = "/oauth2/authorize";
    /// Where a request goes on after a page of ours.
    pub const RESUME: &str = "/oauth2/authorize/suite";
    /// RFC 6749 §3.2
    pub const TOKEN: &str = "/oauth2/token";
    /// OpenID Connect Core §5.3
    pub const USERINFO: &str = "/oauth2/userinfo";
    /// RP-Initiated Logout §2
    pub const END_SESSION: &str = "/oauth2/logout";
}

/// The claims that scopes can give, beside those of the protocol.
const CLAIMS: [&str; 25] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "at_hash",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "locale",
    "updated_at",
    "email",
    "email_verified",
    "attachments",
    "attachment",
    "roles",
    "siret",
    "uid",
    "usual_name",
    "organizational_unit",
];

/// The metadata document of this issuer.
#[must_use]
pub fn document(issuer: &str) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    let auth_methods: Vec<_> = ClientAuthMethod::ALL.iter().map(|method| method.as_str()).collect();
    let algorithms: Vec<_> = SigningAlgorithm::ALL.iter().map(|algorithm| algorithm.as_str()).collect();
    json!({
        "issuer": issuer,
        "authorization_endpoint": at(paths::AUTHORIZE),
        "token_endpoint": at(paths::TOKEN),
        "userinfo_endpoint": at(paths::USERINFO),
        "jwks_uri": at(paths::JWKS),
        "end_session_endpoint": at(paths::END_SESSION),
        "scopes_supported": SUPPORTED,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": auth_methods,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": Prompt::ALL.map(Prompt::as_str),
        "acr_values_supported": [ACR_PASSWORD],
        "claim_types_supported": ["normal"],
        "claims_supported": CLAIMS,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "ui_locales_supported": Lang::ALL.map(Lang::tag),
        "authorization_response_iss_parameter_supported": true,
    })
}
