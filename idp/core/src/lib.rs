//! The rules of Sicorra Connect, and nothing else: no network, no database, no clock of their own.
//!
//! Time and randomness are arguments ([`time::Clock`], [`random::Random`]); rows come in, decisions go out.

pub mod catalogue;
pub mod ids;
pub mod lang;
pub mod people;
pub mod random;
pub mod schools;
pub mod secret;
pub mod time;
