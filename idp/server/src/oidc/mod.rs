//! The protocol's endpoints. Each reads as: parameters, rows, rule, write, answer.

pub mod authorize;
pub mod cors;
pub mod documents;
pub mod logout;
pub mod token;
pub mod userinfo;
