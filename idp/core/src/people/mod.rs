//! Persons: their addresses, passwords and accounts.

pub mod argon2_hash;
pub mod email;
pub mod legacy_hash;
pub mod new_password;
pub mod password;
pub mod signup;
