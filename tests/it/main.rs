//! The integration tests, one program. How they are laid out: `tests/README.md`.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod accounts;
mod attacks_authorization;
mod attacks_client;
mod attacks_code;
mod attacks_pages;
mod attacks_sign_in;
mod browser_road;
mod browser_sign_up;
mod configuration;
mod contract;
mod harness;
mod import;
mod legacy_accounts;
mod mail;
mod protocol;
mod protocol_requests;
mod redemptions;
mod road;
mod schema;
mod start;

use std::{collections::HashSet, process::ExitCode, thread};

use harness::Case;
use libtest_mimic::{Arguments, Trial};

/// Every file of tests.
fn suites() -> Vec<Case> {
    let suites = [
        accounts::suite(),
        attacks_authorization::suite(),
        attacks_client::suite(),
        attacks_code::suite(),
        attacks_pages::suite(),
        attacks_sign_in::suite(),
        browser_road::suite(),
        browser_sign_up::suite(),
        configuration::suite(),
        contract::browser::suite(),
        contract::database::suite(),
        contract::ephemeral::suite(),
        contract::rows::suite(),
        import::suite(),
        legacy_accounts::suite(),
        mail::suite(),
        protocol::suite(),
        protocol_requests::suite(),
        redemptions::suite(),
        road::suite(),
        schema::suite(),
        start::suite(),
    ];
    suites.into_iter().flatten().collect()
}

fn main() -> ExitCode {
    rustls::crypto::aws_lc_rs::default_provider().install_default().expect("the first provider");
    harness::install_panic_hook();

    let mut arguments = Arguments::from_args();
    let cores = thread::available_parallelism().map_or(2, usize::from);
    arguments.test_threads.get_or_insert(cores.clamp(2, 4));

    let trials: Vec<Trial> = suites().into_iter().flat_map(Case::trials).collect();
    let names: HashSet<&str> = trials.iter().map(Trial::name).collect();
    assert_eq!(names.len(), trials.len(), "two tests have the same name");

    let conclusion = libtest_mimic::run(&arguments, trials);
    harness::stop_services();
    conclusion.exit_code()
}
