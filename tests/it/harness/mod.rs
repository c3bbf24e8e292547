//! What every test stands on: its services, its clock, its browser, and the way it is run.

mod agent;
pub mod app;
mod browser;
mod case;
mod clock;
mod demo_apps;
mod env;
pub mod outbox;
mod postgres;
mod redis;
mod service;
pub mod smtp;
mod visitor;

pub(crate) use case::suite;
pub use {
    agent::{Agent, Answer, basic},
    browser::Browser,
    case::{Case, Outcome, absent, install_panic_hook, not_asked},
    clock::{SeededRandom, TestClock},
    demo_apps::DemoApps,
    env::{Backend, Env},
    visitor::Visitor,
};

/// Stops every server of this run.
pub fn stop_services() {
    browser::stop();
    redis::stop();
    postgres::stop();
}
