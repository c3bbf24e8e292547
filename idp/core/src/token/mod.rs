//! The token endpoint.

pub mod code;
