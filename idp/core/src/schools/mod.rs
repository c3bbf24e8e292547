//! Establishments and what ties people to them.

pub mod attachment;
pub mod codes;
pub mod directory;
pub mod directory_diff;
pub mod establishment;
pub mod fold;
pub mod legacy_account;
pub mod legacy_accounts_file;
pub mod search;
pub mod siret;
mod sites;
pub mod uai;
