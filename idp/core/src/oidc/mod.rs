//! OpenID Connect: what goes into the tokens, and what the provider says of itself.

pub mod access_token;
pub mod claims;
pub mod discovery;
pub mod id_token;
pub mod logout;
