//! What every implementation behind an enum must do alike, and what the harness itself promises.

pub mod browser;
pub mod database;
pub mod ephemeral;
pub mod rows;
