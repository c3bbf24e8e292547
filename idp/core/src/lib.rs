//! The rules of Sicorra Connect, and nothing else: no network, no database, no clock of their own.
//!
//! Time and randomness are arguments ([`time::Clock`], [`random::Random`]); rows come in, decisions go out.

pub mod authorize;
pub mod catalogue;
pub mod ids;
pub mod jose;
pub mod lang;
pub mod oauth;
pub mod oidc;
pub mod people;
pub mod random;
pub mod schools;
pub mod seal;
pub mod secret;
pub mod table;
pub mod text_encoding;
pub mod time;
pub mod token;
