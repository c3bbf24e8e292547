//! From the files as written to a [`Catalogue`]: every name that one file takes from another is looked up.

use std::collections::BTreeMap;

use idp_core::{
    catalogue::{Application, Catalogue, Profile},
    ids::{ApplicationId, ProfileId, RoleId},
    lang::{Lang, LocalText},
};

use super::{
    client::client,
    files::{ApplicationEntry, ApplicationsFile, ClientsFile, ProfileEntry, ProfilesFile},
};
use crate::config::Problem;

/// The names of the files, as problems give them.
pub const APPLICATIONS: &str = "applications.toml";
/// See [`APPLICATIONS`].
pub const PROFILES: &str = "profiles.toml";
/// See [`APPLICATIONS`].
pub const CLIENTS: &str = "clients.toml";

/// What the files say before it is checked.
#[derive(Default)]
pub struct Written {
    pub applications: ApplicationsFile,
    pub profiles: ProfilesFile,
    pub clients: ClientsFile,
}

/// How the outside world is asked for the content of a secret's file, and whether secrets may stand in the files.
pub struct Context<'a> {
    /// Demo mode: clear and short secrets are let through.
    pub demo: bool,
    /// Reads a file of secrets.
    pub read: &'a dyn Fn(&std::path::Path) -> std::io::Result<String>,
}

/// Where in the files a problem lies, and what was found so far.
pub struct Report {
    problems: Vec<Problem>,
}

impl Report {
    /// `message` about the key `key` of `file`.
    pub fn say(&mut self, file: &str, key: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(format!("{file}: {key}"), message));
    }
}

/// Checks and converts everything.
///
/// # Errors
/// With every problem, each naming its file and key.
pub fn convert(written: Written, context: &Context<'_>) -> Result<Catalogue, Vec<Problem>> {
    let mut report = Report { problems: Vec::new() };
    let mut catalogue = Catalogue::default();
    for (id, entry) in written.applications.applications {
        check_id(&mut report, APPLICATIONS, "applications", id.as_str());
        catalogue.applications.insert(id.clone(), application(&mut report, id, entry));
    }
    for (id, entry) in written.profiles.profiles {
        check_id(&mut report, PROFILES, "profiles", id.as_str());
        let profile = profile(&mut report, id.clone(), entry, &catalogue.applications);
        catalogue.profiles.insert(id, profile);
    }
    distinct_suffixes(&mut report, &catalogue);
    for (id, entry) in written.clients.clients {
        check_id(&mut report, CLIENTS, "clients", id.as_str());
        if let Some(client) = client(&mut report, id.clone(), entry, &catalogue.applications, context) {
            catalogue.clients.insert(id, client);
        }
    }
    if report.problems.is_empty() { Ok(catalogue) } else { Err(report.problems) }
}

/// Identifiers stand in tokens, addresses and logs: no surprise in them.
fn check_id(report: &mut Report, file: &str, table: &str, id: &str) {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if id.is_empty() || id.len() > 64 || !id.bytes().all(plain) {
        report.say(file, &format!("{table}.{id}"), "an identifier has 1 to 64 lower-case letters, digits and hyphens");
    }
}

fn check_text(report: &mut Report, file: &str, key: &str, text: &LocalText) {
    if text.get(Lang::Fr).trim().is_empty() {
        report.say(file, key, "needs a French text (fr)");
    }
}

fn application(report: &mut Report, id: ApplicationId, entry: ApplicationEntry) -> Application {
    let key = format!("applications.{id}");
    check_text(report, APPLICATIONS, &format!("{key}.name"), &entry.name);
    if !(1..=2).contains(&entry.monogram.chars().count()) {
        report.say(APPLICATIONS, &format!("{key}.monogram"), "is one or two letters");
    }
    for (role, label) in &entry.roles {
        check_id(report, APPLICATIONS, &format!("{key}.roles"), role.as_str());
        check_text(report, APPLICATIONS, &format!("{key}.roles.{role}"), label);
    }
    let ApplicationEntry { name, description, tagline, monogram, roles, position } = entry;
    Application { id, name, description, tagline, monogram, roles, position }
}

fn profile(
    report: &mut Report,
    id: ProfileId,
    entry: ProfileEntry,
    applications: &BTreeMap<ApplicationId, Application>,
) -> Profile {
    let key = format!("profiles.{id}");
    check_text(report, PROFILES, &format!("{key}.name"), &entry.name);
    if let Some(suffix) = &entry.legacy_suffix {
        let capitals = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let plain = suffix.strip_prefix('_').is_some_and(|letters| !letters.is_empty() && capitals(letters));
        if !plain && !suffix.is_empty() {
            let message = "is empty, or an underscore and capital letters such as _EQP";
            report.say(PROFILES, &format!("{key}.legacy_suffix"), message);
        }
    }
    for (application, roles) in &entry.opens {
        let key = format!("{key}.opens.{application}");
        match applications.get(application) {
            None => report.say(PROFILES, &key, format!("no application {application} in {APPLICATIONS}")),
            Some(known) => check_roles(report, &key, known, roles),
        }
    }
    let ProfileEntry { name, legacy_suffix, administrator, exclusive, opens, position } = entry;
    Profile { id, name, legacy_suffix, administrator, exclusive, opens, position }
}

fn check_roles(report: &mut Report, key: &str, application: &Application, roles: &[RoleId]) {
    for (n, role) in roles.iter().enumerate() {
        if !application.roles.contains_key(role) {
            report.say(PROFILES, key, format!("{} has no role {role} in {APPLICATIONS}", application.id));
        }
        if roles.iter().take(n).any(|earlier| earlier == role) {
            report.say(PROFILES, key, format!("{role} is listed twice"));
        }
    }
}

/// An old account's suffix leads to one profile.
fn distinct_suffixes(report: &mut Report, catalogue: &Catalogue) {
    let mut seen = BTreeMap::new();
    for profile in catalogue.profiles.values() {
        let Some(suffix) = &profile.legacy_suffix else { continue };
        if let Some(other) = seen.insert(suffix, &profile.id) {
            let key = format!("profiles.{}.legacy_suffix", profile.id);
            report.say(PROFILES, &key, format!("\"{suffix}\" already leads to {other}"));
        }
    }
}
