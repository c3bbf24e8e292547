use std::io;

use idp_core::{
    catalogue::{ClientAuthMethod, SigningAlgorithm},
    ids::{ApplicationId, ClientId},
    lang::Lang,
    secret::TokenHash,
};

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789a";

const SMALL: [&str; 3] = [
    "[applications.semafor]\nname = { fr = \"Semafor\" }\nmonogram = \"Se\"\nroles = { saisie = { fr = \"Saisie\" } }",
    "[profiles.enseignant]\nname = { fr = \"Enseignant\" }\nopens.semafor = [\"saisie\"]",
    "[clients.semafor]\napplication = \"semafor\"\nredirect_uris = [\"https://semafor.example/retour\"]\nscopes = [\"openid\"]
secret_file = \"semafor\"",
];

fn secret_files(path: &Path) -> io::Result<String> {
    match path.to_str() {
        Some("semafor") => Ok(format!("{SECRET}\n")),
        Some("next") => Ok(SECRET.replace('0', "z")),
        Some("short") => Ok("hunter2".into()),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

fn converted(files: [&str; 3], demo: bool) -> Result<Catalogue, Vec<String>> {
    let parsed = || {
        Ok(Written {
            applications: files::parse(APPLICATIONS, files[0])?,
            profiles: files::parse(PROFILES, files[1])?,
            clients: files::parse(CLIENTS, files[2])?,
        })
    };
    parsed()
        .map_err(|problem| vec![problem])
        .and_then(|written| convert(written, &Context { demo, read: &secret_files }))
        .map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

/// What is said of the small catalogue with `old` replaced by `new` in the file number `file`.
fn told(file: usize, old: &str, new: &str) -> Vec<String> {
    let changed = SMALL[file].replace(old, new);
    assert_ne!(changed, SMALL[file]);
    let mut files = SMALL;
    files[file] = &changed;
    converted(files, false).err().unwrap_or_default()
}

#[test]
fn a_small_catalogue_is_read() {
    let catalogue = converted(SMALL, false).unwrap();
    let client = catalogue.client("semafor").unwrap();
    assert_eq!(client.secret_hashes, [TokenHash::of(SECRET)], "without the file's line end");
    assert!(client.require_pkce);
    assert_eq!(catalogue.roles(&"enseignant".into(), &"semafor".into()).unwrap(), ["saisie".into()]);
}

#[test]
fn unknown_keys_are_refused_by_name_and_line() {
    let told = told(2, "scopes =", "scope =");
    assert!(
        told[0].starts_with("clients.toml, line 4: unknown field `scope`, expected one of `application`"),
        "{told:?}"
    );
}

#[test]
fn wrong_types_are_named_without_their_value() {
    let told = told(2, "secret_file = \"semafor\"", "secret = 4242");
    assert_eq!(told, ["clients.toml, line 5: secret: expected a string"]);
}

#[test]
fn names_of_other_files_are_looked_up() {
    assert_eq!(
        told(1, "opens.semafor", "opens.sefaly"),
        ["profiles.toml: profiles.enseignant.opens.sefaly: no application sefaly in applications.toml"]
    );
    assert_eq!(
        told(1, "[\"saisie\"]", "[\"lecture\"]"),
        ["profiles.toml: profiles.enseignant.opens.semafor: semafor has no role lecture in applications.toml"]
    );
    assert_eq!(
        told(2, "application = \"semafor\"", "application = \"sefaly\""),
        ["clients.toml: clients.semafor.application: no application sefaly in applications.toml"]
    );
    assert_eq!(
        told(2, "[\"openid\"]", "[\"openid\", \"planet\"]")[0].split(" (").next().unwrap(),
        "clients.toml: clients.semafor.scopes: unknown scope planet"
    );
}

#[test]
fn a07_dangerous_redirect_uris_are_not_declared() {
    for uri in [
        "/retour",
        "http://semafor.example/retour",
        "https://semafor.example/*",
        "https://semafor.example/retour#x",
        "https://semafor.example/retour?state=1",
        "javascript:alert(1)",
        "fr.region.semafor:/retour",
    ] {
        let told = told(2, "https://semafor.example/retour", uri);
        assert_eq!(told.len(), 1, "{uri}: {told:?}");
        assert!(told[0].starts_with(&format!("clients.toml: clients.semafor.redirect_uris: {uri} ")), "{told:?}");
    }
}

#[test]
fn secrets_fit_the_authentication_method() {
    let line = "secret_file = \"semafor\"";
    for (new, expected) in [
        ("", "needs secret_file or secret_sha256"),
        (
            "token_endpoint_auth_method = \"none\"\nsecret_file = \"semafor\"",
            "with token_endpoint_auth_method none has no",
        ),
        ("token_endpoint_auth_method = \"none\"\nrequire_pkce = false", "cannot do without PKCE"),
        ("secret_file = \"semafor\"\nsecret_sha256 = \"x\"", "give one of"),
        ("secret_file = \"nowhere\"", "clients.semafor.secret_file: cannot read nowhere"),
        ("secret_file = \"short\"", "43 characters at least"),
        ("secret_sha256 = \"hunter2\"", "clients.semafor.secret_sha256: is SHA-256"),
        ("secret = \"hunter2\"", "clients.semafor.secret: a clear secret is for demo mode only"),
        ("secret_file = [\"semafor\", \"next\", \"semafor\"]", "2 live secrets at most"),
    ] {
        let told = told(2, line, new);
        assert_eq!(told.len(), 1, "{new}: {told:?}");
        assert!(told[0].contains(expected) && !told[0].contains("hunter2"), "{told:?}");
    }
}

#[test]
fn two_secrets_live_during_a_rotation() {
    let hexadecimal: String = TokenHash::of(SECRET).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    for line in [
        "secret_file = [\"semafor\", \"next\"]".to_owned(),
        format!("secret_sha256 = [\"{hexadecimal}\", \"{}\"]", TokenHash::of(&SECRET.replace('0', "z")).encode()),
    ] {
        let clients = SMALL[2].replace("secret_file = \"semafor\"", &line);
        let catalogue = converted([SMALL[0], SMALL[1], &clients], false).unwrap();
        let hashes = &catalogue.client("semafor").unwrap().secret_hashes;
        assert_eq!(*hashes, [TokenHash::of(SECRET), TokenHash::of(&SECRET.replace('0', "z"))]);
    }
}

#[test]
fn every_problem_is_told_in_one_run() {
    let told = converted(
        [
            "[applications.Semafor]\nname = { en = \"Semafor\" }\nmonogram = \"\"",
            "[profiles.a]\nname.fr = \"A\"\nlegacy_suffix = \"_X\"\n[profiles.b]\nname.fr = \"B\"\nlegacy_suffix = \"_X\"",
            "[clients.c]\nredirect_uris = []\nscopes = []\nallowed_origins = [\"https://c.example/\"]",
        ],
        false,
    );
    let places: Vec<_> = told.unwrap_err().iter().map(|line| line.split(": ").nth(1).unwrap().to_owned()).collect();
    assert_eq!(
        places,
        [
            "applications.Semafor",
            "applications.Semafor.name",
            "applications.Semafor.monogram",
            "profiles.b.legacy_suffix",
            "clients.c",
            "clients.c.redirect_uris",
            "clients.c.allowed_origins",
            "clients.c.scopes",
            "clients.c",
        ]
    );
}

#[test]
fn missing_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let places: Vec<_> = read(folder.path(), false).unwrap_err().into_iter().map(|problem| problem.place).collect();
    assert_eq!(places, ["applications.toml", "profiles.toml", "clients.toml"]);
}

#[test]
fn a_secrets_file_lies_beside_the_clients_file() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [(APPLICATIONS, SMALL[0]), (PROFILES, SMALL[1]), (CLIENTS, SMALL[2]), ("semafor", SECRET)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let catalogue = read(folder.path(), false).unwrap();
    assert_eq!(catalogue.client("semafor").unwrap().secret_hashes, [TokenHash::of(SECRET)]);
}

#[test]
fn the_committed_catalogue_is_right() {
    let text =
        |name: &str| std::fs::read_to_string(format!("{}/../../config/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let written = Written {
        applications: files::parse(APPLICATIONS, &text(APPLICATIONS)).unwrap(),
        profiles: files::parse(PROFILES, &text(PROFILES)).unwrap(),
        clients: files::parse(CLIENTS, &text(CLIENTS)).unwrap(),
    };
    let catalogue = convert(written, &Context { demo: false, read: &|_| Ok(SECRET.to_owned()) }).unwrap();
    assert_eq!(catalogue.clients.len(), 3);
}

#[test]
fn p25_p26_p27_applications_carry_the_words_of_the_notice() {
    let catalogue = demo_catalogue([8081, 8082, 8083]).unwrap();
    let french = |id: &str| {
        let application = &catalogue.applications[id];
        (application.name.get(Lang::Fr), application.description.get(Lang::Fr), application.monogram.as_str())
    };
    assert_eq!(
        french("apera-net"),
        (
            "APERA-Net",
            "Saisie des demandes de subvention pour les projets déposés dans le cadre des dispositifs Découverte Région, \
             Subventions Régionales de Maintenance et Mondial des métiers.",
            "AP"
        )
    );
    assert_eq!(french("bourse-mobilite"), ("Bourse Mobilité Région Internationale - Lycéens et Apprentis", "", "BM"));
    assert_eq!(
        french("semafor"),
        (
            "Semafor",
            "L'application SEMAFOR (anciennement appelé Sefaly) a été conçue pour permettre à la Région Rhône-Alpes de se \
             constituer un outil permanent de gestion administrative, d'échange et de communication avec les établissements \
             scolaires.",
            "Se"
        )
    );
}

#[test]
fn p28_enseignant_opens_the_three_applications() {
    let catalogue = demo_catalogue([8081, 8082, 8083]).unwrap();
    let opened: Vec<_> = catalogue.opened_by(&"enseignant".into()).into_iter().map(|one| one.id.clone()).collect();
    assert_eq!(opened, ["apera-net", "bourse-mobilite", "semafor"].map(ApplicationId::from));
    let administrators: Vec<_> =
        catalogue.profiles.values().filter(|p| p.administrator).map(|p| p.id.as_str()).collect();
    assert_eq!(administrators, ["chef-etablissement"]);
}

#[test]
fn demo_clients_follow_their_ports() {
    // The written ports in another order: none may be put in twice.
    let catalogue = demo_catalogue([8082, 8083, 8081]).unwrap();
    let home = |id: &str| catalogue.client(id).unwrap().client_uri.clone().unwrap();
    assert_eq!(home("semafor"), "http://127.0.0.1:8082/");
    assert_eq!(home("apera-net"), "http://127.0.0.1:8083/");
    assert_eq!(home("bourse-mobilite"), "http://127.0.0.1:8081/");
    let semafor = catalogue.client("semafor").unwrap();
    assert_eq!(semafor.redirect_uris, ["http://127.0.0.1:8082/retour"]);
    assert_eq!(semafor.id_token_signed_response_alg, SigningAlgorithm::RS256);
    assert_eq!(catalogue.client("apera-net").unwrap().token_endpoint_auth_method, ClientAuthMethod::ClientSecretPost);
    assert!(catalogue.client("bourse-mobilite").unwrap().is_public());
}

#[test]
fn demo_secrets_are_those_of_the_catalogue() {
    let catalogue = demo_catalogue([1, 2, 3]).unwrap();
    let secrets = demo_secrets().unwrap();
    assert_eq!(secrets.keys().cloned().collect::<Vec<_>>(), ["apera-net", "semafor"].map(ClientId::from));
    for (id, secret) in secrets {
        assert_eq!(catalogue.clients[&id].secret_hashes, [TokenHash::of(secret.expose())]);
    }
}

#[test]
fn a_diff_tells_what_is_added_changed_removed_or_left() {
    let old = converted(SMALL, false).unwrap();
    let clients = SMALL[2].replace("secret_file = \"semafor\"", "secret_file = \"next\"").replace("retour", "callback");
    let profiles = SMALL[1].replace("enseignant", "professeur");
    let new = converted([SMALL[0], &profiles, &clients], false).unwrap();
    let lines = |prune| diff(&old, &new, prune).iter().map(ToString::to_string).collect::<Vec<_>>();
    let changed = "~ client semafor: redirect_uris, secret_hashes";
    assert_eq!(
        lines(false),
        ["+ profile professeur", "? profile enseignant: no longer in the files (--prune removes it)", changed]
    );
    assert_eq!(lines(true), ["+ profile professeur", "- profile enseignant", changed]);
    assert!(diff(&old, &old, true).is_empty());
    assert_eq!(diff(&Catalogue::default(), &old, true).len(), 3);
}

#[test]
fn a_journalled_diff_holds_no_value() {
    let change =
        Change { family: Family::Client, id: "semafor".into(), kind: Kind::Changed { fields: vec!["scopes".into()] } };
    assert_eq!(
        serde_json::to_string(&change).unwrap(),
        r#"{"family":"client","id":"semafor","kind":{"changed":{"fields":["scopes"]}}}"#
    );
}
