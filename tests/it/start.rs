//! Starting the program, and its command line.

use std::{collections::BTreeMap, fs, sync::Arc};

use idp::{
    cli::execute,
    config::{Checked, Settings, create_master_key},
    declared, demo, jobs,
    start::{databases, listen, node},
};
use idp_store::sql::{accounts, keys};
use tokio::net::TcpListener;

use crate::harness::{Env, SeededRandom, suite};

suite! {
    feature: r39_a_wrong_master_key_refuses_to_start_and_makes_no_key;
    once:
        a_second_start_finds_its_data_again,
        a_port_in_use_is_named_with_the_way_to_change_it,
        without_demo_mode_everything_that_is_missing_is_named,
        a_named_file_that_is_missing_is_an_error,
        the_command_line_imports_and_finds_both_names,
        the_command_line_refuses_bad_files_with_exit_code_2;
}

/// Exit code, standard output, standard error.
async fn idp(env: &Env, arguments: &[&str], variables: &[(&str, &str)]) -> (u8, String, String) {
    let data = env.folder().join("data").display().to_string();
    let all = ["idp", "--data", &data].iter().chain(arguments).map(Into::into).collect::<Vec<_>>();
    let environment: BTreeMap<_, _> = variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = execute(all, Ok(environment), &mut out, &mut err).await;
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (code, text(out), text(err))
}

fn demo_settings(env: &Env) -> Checked {
    create_master_key(&env.folder().join("master.key"), env.random().as_ref()).expect("a master key");
    Settings::demo(env.folder(), 8080).validate().expect("settings")
}

async fn a_second_start_finds_its_data_again(env: Env) -> anyhow::Result<()> {
    let checked = demo_settings(&env);
    let mut seen = Vec::new();
    for _ in 0..2 {
        let (db, ephemeral) = databases(&checked).await?;
        let app = node(&checked, db, ephemeral, env.clock(), env.random()).await?;
        let declared = declared::demo_catalogue([8081, 8082, 8083]).expect("the demo catalogue");
        declared::apply(&app.db, app.clock.as_ref(), app.random.as_ref(), &declared, true).await?;
        jobs::reload::reload(&app, 0).await?;
        demo::load(&app).await?;
        let person = accounts::find_for_sign_in(&app.db, "tristan.blanc@maformation.example").await?.expect("Tristan");
        seen.push((person.id, accounts::count(&app.db).await?, app.keys.load().jwks.clone()));
        app.db.close().await;
        app.ephemeral.close().await;
    }
    assert_eq!(seen[0], seen[1], "the same person, as many accounts, the same keys");
    Ok(())
}

async fn r39_a_wrong_master_key_refuses_to_start_and_makes_no_key(env: Env) -> anyhow::Result<()> {
    let checked = demo_settings(&env);
    drop(node(&checked, env.db().await, env.ephemeral().await, env.clock(), env.random()).await?);
    let before = keys::signing_keys(&env.db().await, checked_now(&env)).await?.len();

    fs::remove_file(env.folder().join("master.key"))?;
    create_master_key(&env.folder().join("master.key"), &SeededRandom::new("another key"))?;
    let other = Settings::demo(env.folder(), 8080).validate().expect("settings");
    let refused = node(&other, env.db().await, env.ephemeral().await, env.clock(), env.random()).await;
    let why = format!("{:#}", refused.err().expect("a refusal"));
    assert!(why.contains("master key"), "{why}");
    assert_eq!(keys::signing_keys(&env.db().await, checked_now(&env)).await?.len(), before);
    Ok(())
}

fn checked_now(env: &Env) -> idp_core::time::Timestamp {
    let clock: Arc<dyn idp_core::time::Clock> = env.clock();
    clock.now()
}

async fn a_port_in_use_is_named_with_the_way_to_change_it(_: Env) -> anyhow::Result<()> {
    let taken = TcpListener::bind("127.0.0.1:0").await?;
    let address = taken.local_addr()?;
    let why = format!("{:#}", listen(address, "--port N takes another port").await.expect_err("taken"));
    assert!(why.contains(&address.to_string()) && why.contains("--port N"), "{why}");
    Ok(())
}

async fn without_demo_mode_everything_that_is_missing_is_named(env: Env) {
    let (code, _, err) = idp(&env, &["serve"], &[("IDP__LOG__LEVEL", "info")]).await;
    assert_eq!(code, 2, "{err}");
    for missing in ["server.issuer", "secrets.master_key", "mail."] {
        assert!(err.contains(missing), "{missing} is not named in: {err}");
    }
}

async fn a_named_file_that_is_missing_is_an_error(env: Env) {
    let (code, _, err) = idp(&env, &["--config", "/nowhere/idp.toml", "serve"], &[]).await;
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("/nowhere/idp.toml"), "{err}");
}

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/demo/etablissements.csv");
const CODES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/demo/codes.csv");

async fn the_command_line_imports_and_finds_both_names(env: Env) {
    let (code, out, err) = idp(&env, &["import", "establishments", FIXTURE, "--dry-run", "--codes", CODES], &[]).await;
    assert_eq!(code, 0, "{out}{err}");
    let (_, out, _) = idp(&env, &["search", "TLPU"], &[]).await;
    assert!(!out.contains("0380010E"), "a dry run writes nothing: {out}");

    let (code, out, err) = idp(&env, &["import", "establishments", FIXTURE, "--codes", CODES], &[]).await;
    assert_eq!(code, 0, "{out}{err}");
    for query in ["TLPU", "LP LEON GAMBETTA", "Lycée professionnel Gambetta", "0380010e"] {
        let (code, out, _) = idp(&env, &["search", query], &[]).await;
        assert_eq!(code, 0);
        assert!(out.lines().next().is_some_and(|first| first.contains("0380010E")), "{query}: {out}");
    }
}

async fn the_command_line_refuses_bad_files_with_exit_code_2(env: Env) -> anyhow::Result<()> {
    let file = env.folder().join("bad.csv");
    let path = file.display().to_string();
    let wrong_letter = "Identifiant_de_l_etablissement;Nom_etablissement\n0380010E;Gambetta\n0380010F;Faux\n";
    for (content, strict) in
        [(&b""[..], false), (b"\0\x01\x02", false), (b"a;b\n1;2\n", false), (wrong_letter.as_bytes(), true)]
    {
        fs::write(&file, content)?;
        let mut arguments = vec!["import", "establishments", &path];
        if strict {
            arguments.push("--strict");
        }
        let (code, _, err) = idp(&env, &arguments, &[]).await;
        assert_eq!(code, 2, "{content:?}: {err}");
        assert!(err.starts_with("idp: ") && err.contains("nothing was imported"), "{err}");
    }
    fs::write(&file, wrong_letter)?;
    let (code, out, err) = idp(&env, &["import", "establishments", &path], &[]).await;
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("line 3") && out.contains("check letter"), "the row is named: {out}");
    Ok(())
}
