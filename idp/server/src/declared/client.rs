//! One client of `clients.toml`.

use std::collections::BTreeMap;

use idp_core::{
    catalogue::{Application, Client, ClientAuthMethod},
    ids::{ApplicationId, ClientId},
    lang::Lang,
    oauth::{redirect_uri::check_registrable, scope},
    secret::{Secret, TokenHash},
};
use url::Url;

use super::{
    convert::{APPLICATIONS, CLIENTS, Context, Report},
    files::ClientEntry,
};
use crate::config::hex;

/// A secret is kept under a fast hash, so it must carry 256 random bits: 43 characters of base64url, 64 digits.
const LEAST_SECRET: usize = 43;
/// The live one and its successor.
const MOST_SECRETS: usize = 2;

/// Checks and converts one client; `None` when a problem was reported that leaves it without secrets.
pub fn client(
    report: &mut Report,
    id: ClientId,
    entry: ClientEntry,
    applications: &BTreeMap<ApplicationId, Application>,
    context: &Context<'_>,
) -> Option<Client> {
    let key = format!("clients.{id}");
    check_names(report, &key, &entry, applications);
    check_uris(report, &key, &entry);
    check_scopes(report, &key, &entry.scopes);
    let secret_hashes = secrets(report, &key, &entry, context)?;
    if !entry.require_pkce && entry.token_endpoint_auth_method == ClientAuthMethod::None {
        report.say(CLIENTS, &format!("{key}.require_pkce"), "a public client cannot do without PKCE");
    }
    Some(Client {
        id,
        application: entry.application,
        client_name: entry.client_name,
        redirect_uris: entry.redirect_uris,
        post_logout_redirect_uris: entry.post_logout_redirect_uris,
        initiate_login_uri: entry.initiate_login_uri,
        client_uri: entry.client_uri,
        token_endpoint_auth_method: entry.token_endpoint_auth_method,
        secret_hashes,
        id_token_signed_response_alg: entry.id_token_signed_response_alg,
        scopes: entry.scopes,
        access: entry.access,
        attachments: entry.attachments,
        claims_in_id_token: entry.claims_in_id_token,
        skip_consent: entry.skip_consent,
        require_pkce: entry.require_pkce,
        allowed_origins: entry.allowed_origins,
    })
}

fn check_names(
    report: &mut Report,
    key: &str,
    entry: &ClientEntry,
    applications: &BTreeMap<ApplicationId, Application>,
) {
    match &entry.application {
        Some(application) if !applications.contains_key(application) => {
            report.say(
                CLIENTS,
                &format!("{key}.application"),
                format!("no application {application} in {APPLICATIONS}"),
            );
        }
        None if entry.client_name.get(Lang::Fr).trim().is_empty() => {
            report.say(CLIENTS, key, "needs an application, or a client_name with a French text (fr)");
        }
        _ => {}
    }
}

fn check_uris(report: &mut Report, key: &str, entry: &ClientEntry) {
    if entry.redirect_uris.is_empty() {
        report.say(CLIENTS, &format!("{key}.redirect_uris"), "needs at least one URI");
    }
    let single = |uri: &Option<String>| uri.iter().cloned().collect::<Vec<_>>();
    for (name, uris) in [
        ("redirect_uris", &entry.redirect_uris),
        ("post_logout_redirect_uris", &entry.post_logout_redirect_uris),
        ("initiate_login_uri", &single(&entry.initiate_login_uri)),
        ("client_uri", &single(&entry.client_uri)),
    ] {
        for uri in uris {
            if let Err(reason) = check_registrable(uri) {
                report.say(CLIENTS, &format!("{key}.{name}"), format!("{uri} {reason}"));
            }
        }
    }
    for origin in &entry.allowed_origins {
        let own = Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == *origin);
        if !own || check_registrable(origin).is_err() {
            let message = format!("{origin} is no origin such as https://application.example");
            report.say(CLIENTS, &format!("{key}.allowed_origins"), message);
        }
    }
}

fn check_scopes(report: &mut Report, key: &str, scopes: &[String]) {
    let key = format!("{key}.scopes");
    if !scopes.iter().any(|scope| scope == "openid") {
        report.say(CLIENTS, &key, "must list openid");
    }
    for unknown in scopes.iter().filter(|scope| !scope::SUPPORTED.contains(&scope.as_str())) {
        let known = scope::SUPPORTED.join(", ");
        report.say(CLIENTS, &key, format!("unknown scope {unknown} (known: {known})"));
    }
}

/// The hashes of the client's secrets; `None` when they cannot be had.
fn secrets(report: &mut Report, key: &str, entry: &ClientEntry, context: &Context<'_>) -> Option<Vec<TokenHash>> {
    let given = [!entry.secret_file.0.is_empty(), !entry.secret_sha256.0.is_empty(), entry.secret.is_some()];
    let public = entry.token_endpoint_auth_method == ClientAuthMethod::None;
    match (public, given.iter().filter(|given| **given).count()) {
        (true, 0) => return Some(Vec::new()),
        (true, _) => report.say(CLIENTS, key, "a client with token_endpoint_auth_method none has no secret"),
        (false, 0) => {
            report.say(CLIENTS, key, "needs secret_file or secret_sha256 (or token_endpoint_auth_method none)")
        }
        (false, 1) => return read_secrets(report, key, entry, context),
        (false, _) => report.say(CLIENTS, key, "give one of secret_file, secret_sha256 and secret"),
    }
    None
}

fn read_secrets(report: &mut Report, key: &str, entry: &ClientEntry, context: &Context<'_>) -> Option<Vec<TokenHash>> {
    let mut hashes = Vec::new();
    for path in &entry.secret_file.0 {
        let key = format!("{key}.secret_file");
        match (context.read)(path).map(Secret::new) {
            Ok(text) => hashes.push(hash(report, &key, text.expose().trim(), context.demo)?),
            Err(error) => {
                report.say(CLIENTS, &key, format!("cannot read {}: {error}", path.display()));
                return None;
            }
        }
    }
    for text in &entry.secret_sha256.0 {
        let Some(hash) = hex(text).and_then(|bytes| TokenHash::from_bytes(&bytes)).or_else(|| TokenHash::decode(text))
        else {
            let message = "is SHA-256 in 64 hexadecimal digits or 43 base64url characters";
            report.say(CLIENTS, &format!("{key}.secret_sha256"), message);
            return None;
        };
        hashes.push(hash);
    }
    if let Some(secret) = &entry.secret {
        let key = format!("{key}.secret");
        if !context.demo {
            report.say(CLIENTS, &key, "a clear secret is for demo mode only: use secret_file");
            return None;
        }
        hashes.push(hash(report, &key, secret.expose(), true)?);
    }
    if hashes.len() > MOST_SECRETS {
        report.say(CLIENTS, key, format!("{MOST_SECRETS} live secrets at most"));
        return None;
    }
    Some(hashes)
}

fn hash(report: &mut Report, key: &str, secret: &str, demo: bool) -> Option<TokenHash> {
    if secret.is_empty() || (!demo && secret.len() < LEAST_SECRET) {
        report.say(CLIENTS, key, format!("must be 256 random bits: {LEAST_SECRET} characters at least"));
        return None;
    }
    Some(TokenHash::of(secret))
}
