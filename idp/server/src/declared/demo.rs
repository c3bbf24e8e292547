//! The demonstration's catalogue, part of the program: it starts from any folder.

use std::collections::BTreeMap;

use idp_core::{catalogue::Catalogue, ids::ClientId, secret::Secret};

use super::{
    convert::{APPLICATIONS, CLIENTS, Context, PROFILES, Written, convert},
    files::{self, ClientsFile},
};
use crate::config::Problem;

const APPLICATIONS_TOML: &str = include_str!("../../../../config/demo/applications.toml");
const PROFILES_TOML: &str = include_str!("../../../../config/demo/profiles.toml");
const CLIENTS_TOML: &str = include_str!("../../../../config/demo/clients.toml");

/// The ports of Semafor, APERA-Net and Bourse Mobilité in `config/demo/clients.toml`.
const WRITTEN_PORTS: [u16; 3] = [8081, 8082, 8083];

/// The demo catalogue with Semafor, APERA-Net and Bourse Mobilité on these ports of 127.0.0.1.
///
/// # Errors
/// Never with the files of this program; with the problems of files that were changed.
pub fn demo_catalogue(ports: [u16; 3]) -> Result<Catalogue, Vec<Problem>> {
    let written = || {
        Ok(Written {
            applications: files::parse(APPLICATIONS, APPLICATIONS_TOML)?,
            profiles: files::parse(PROFILES, PROFILES_TOML)?,
            clients: clients(ports)?,
        })
    };
    let nowhere = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
    convert(written().map_err(|problem: Problem| vec![problem])?, &Context { demo: true, read: &nowhere })
}

/// The clear secrets of the demo clients; the public one has none.
///
/// # Errors
/// As [`demo_catalogue`].
pub fn demo_secrets() -> Result<BTreeMap<ClientId, Secret>, Problem> {
    let file = clients(WRITTEN_PORTS)?;
    Ok(file.clients.into_iter().filter_map(|(id, entry)| Some((id, entry.secret?))).collect())
}

fn clients(ports: [u16; 3]) -> Result<ClientsFile, Problem> {
    let mut text = CLIENTS_TOML.to_owned();
    // Through a mark, since the new ports may be the written ones in another order.
    for (n, port) in WRITTEN_PORTS.iter().enumerate() {
        text = text.replace(&format!("http://127.0.0.1:{port}/"), &format!("http://127.0.0.1:<{n}>/"));
    }
    for (n, port) in ports.iter().enumerate() {
        text = text.replace(&format!("http://127.0.0.1:<{n}>/"), &format!("http://127.0.0.1:{port}/"));
    }
    files::parse(CLIENTS, &text)
}
