//! Keys, signatures, and the JWTs that come back to us. The only rooms that know josekit.

pub mod keys;
pub mod sign;
pub mod verify;
