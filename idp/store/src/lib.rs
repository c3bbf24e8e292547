//! Every query of Sicorra Connect, and no decision. One SQL text serves SQLite and PostgreSQL.

mod db;
pub mod ephemeral;
mod error;
mod readers;
mod redeemer;
pub mod sql;

pub use db::{Db, Tx};
pub use error::{StoreError, StoreResult};
pub use readers::{Lease, Readers};
pub use redeemer::Redeemer;
