//! Establishments and what ties people to them.

pub mod attachment;
pub mod uai;
