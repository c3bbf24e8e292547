//! OAuth 2.0: what is common to the endpoints.

pub mod client_auth;
pub mod error;
pub mod params;
pub mod pkce;
pub mod redirect_uri;
pub mod scope;
