//! Sicorra Connect: the OpenID Connect provider of the Région Auvergne-Rhône-Alpes.
//!
//! The program is `main.rs`; everything else is here, so that tests run whole nodes in one process.

pub mod account;
pub mod app;
pub mod cli;
pub mod config;
pub mod declared;
pub mod demo;
pub mod flow;
pub mod http;
pub mod import;
pub mod jobs;
pub mod keys;
pub mod mailer;
pub mod oidc;
pub mod passwords;
pub mod run;
pub mod start;
pub mod system;
