//! The configuration: read from a file and the environment ([`load()`]), then checked as a whole
//! ([`Settings::validate`]). `docs/configuration.md` names every key.

mod check;
mod checked;
mod demo;
mod issuer;
mod load;
mod problem;
mod schema;
mod settings;
mod sources;

pub use checked::{Checked, Database, Demo, Ephemeral, Log, Mail, Passwords, Server};
pub use demo::create_master_key;
pub use issuer::{Issuer, IssuerError};
pub use load::{Environment, Mode, environment, load};
pub(crate) use problem::toml_problem;
pub use problem::{Problem, variable};
pub use schema::schema;
pub use settings::*;
pub(crate) use sources::hex;
pub use sources::{MasterKey, Source, SourceError};
