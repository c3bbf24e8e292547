//! The declared catalogue: what `idp config apply` does to a database.

use std::{fs, path::Path};

use idp::declared::{self, Apply, Kind, apply_command, demo_catalogue};
use idp_core::catalogue::Catalogue;
use idp_store::{
    Db,
    sql::catalogue::{self as store, CATALOGUE},
};
use sqlx::query_as;

use crate::harness::{Env, suite};

suite! {
    feature:
        applying_the_catalogue_twice_changes_nothing,
        a_dry_run_of_the_catalogue_writes_nothing,
        pruning_spares_registered_clients,
        a_declared_client_cannot_take_a_registered_ones_id,
        what_the_files_no_longer_name_stays_without_prune,
        wrong_files_change_nothing,
        applies_at_the_same_time_add_up;
}

const PORTS: [u16; 3] = [8081, 8082, 8083];

fn demo() -> Catalogue {
    demo_catalogue(PORTS).expect("the demo catalogue")
}

async fn apply(env: &Env, db: &Db, declared: &Catalogue, prune: bool) -> Vec<String> {
    let changes = declared::apply(db, &*env.clock(), &*env.random(), declared, prune).await.expect("an apply");
    changes.iter().map(ToString::to_string).collect()
}

async fn version(db: &Db) -> i64 {
    store::version(db, CATALOGUE).await.expect("a version")
}

/// Who and what of every entry of the journal.
async fn journal(db: &Db) -> Vec<(String, String, String)> {
    let sql = "select actor, action, details from journal";
    match db {
        Db::Sqlite { write, .. } => query_as(sql).fetch_all(write).await,
        Db::Postgres(pool) => query_as(sql).fetch_all(pool).await,
    }
    .expect("the journal")
}

async fn register(env: &Env, db: &Db, id: &str) {
    let mut client = demo().clients["semafor"].clone();
    client.id = id.into();
    let mut tx = db.begin().await.expect("a transaction");
    let now = idp_core::time::Clock::now(&*env.clock());
    assert!(store::put_registered_client(&mut tx, &client, now).await.expect("a client"));
    tx.commit().await.expect("a commit");
}

async fn applying_the_catalogue_twice_changes_nothing(env: Env) {
    let db = env.db().await;
    let before = version(&db).await;
    let first = apply(&env, &db, &demo(), false).await;
    assert_eq!(first.len(), 10, "{first:?}");
    assert!(first.iter().all(|line| line.starts_with('+')), "{first:?}");
    assert_eq!(version(&db).await, before + 1);

    let stored = store::load(&db).await.expect("a catalogue");
    assert_eq!(stored.applications, demo().applications);
    assert_eq!(stored.profiles, demo().profiles);
    assert_eq!(stored.clients, demo().clients);

    assert!(apply(&env, &db, &demo(), true).await.is_empty());
    assert_eq!(version(&db).await, before + 1);
    let journal = journal(&db).await;
    assert_eq!(journal.len(), 1);
    assert_eq!((journal[0].0.as_str(), journal[0].1.as_str()), ("cli", "catalogue.applied"));
    assert!(journal[0].2.contains(r#"{"family":"client","id":"semafor","kind":"added"}"#), "{}", journal[0].2);
}

async fn a_dry_run_of_the_catalogue_writes_nothing(env: Env) -> anyhow::Result<()> {
    let db = env.db().await;
    let before = version(&db).await;
    let directory = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../config/demo"));
    let mut asked = Apply { directory, dry_run: true, prune: true, demo: true };
    let mut out = Vec::new();
    assert!(apply_command(&db, &*env.clock(), &*env.random(), asked, &mut out).await?);
    let out = String::from_utf8(out)?;
    assert!(out.contains("+ client semafor\n") && out.ends_with("Nothing was written (--dry-run).\n"), "{out}");
    assert!(store::load(&db).await?.clients.is_empty());
    assert_eq!((version(&db).await, journal(&db).await.len()), (before, 0));

    asked.dry_run = false;
    assert!(apply_command(&db, &*env.clock(), &*env.random(), asked, &mut Vec::new()).await?);
    assert_eq!(store::load(&db).await?.clients.len(), 3);
    Ok(())
}

async fn pruning_spares_registered_clients(env: Env) {
    let db = env.db().await;
    apply(&env, &db, &demo(), false).await;
    register(&env, &db, "registered").await;
    let mut fewer = demo();
    fewer.clients.remove("semafor");
    assert_eq!(apply(&env, &db, &fewer, true).await, ["- client semafor"]);
    let left = store::stored(&db).await.expect("a catalogue");
    let ids: Vec<_> = left.catalogue.clients.keys().map(|id| id.as_str()).collect();
    assert_eq!(ids, ["apera-net", "bourse-mobilite", "registered"]);
    assert!(left.registered.contains("registered"));
}

async fn a_declared_client_cannot_take_a_registered_ones_id(env: Env) {
    let db = env.db().await;
    register(&env, &db, "semafor").await;
    let before = version(&db).await;
    for error in [
        declared::apply(&db, &*env.clock(), &*env.random(), &demo(), true).await.expect_err("refused"),
        declared::plan(&db, &demo(), true).await.expect_err("refused"),
    ] {
        assert!(error.to_string().starts_with("clients.toml: clients.semafor: "), "{error}");
    }
    assert!(store::load(&db).await.expect("a catalogue").applications.is_empty());
    assert_eq!(version(&db).await, before);
}

async fn what_the_files_no_longer_name_stays_without_prune(env: Env) -> anyhow::Result<()> {
    let db = env.db().await;
    apply(&env, &db, &demo(), false).await;
    let before = version(&db).await;
    let mut fewer = demo();
    fewer.profiles.remove("gestionnaire");
    let changes = declared::apply(&db, &*env.clock(), &*env.random(), &fewer, false).await?;
    assert_eq!(changes.iter().map(|change| &change.kind).collect::<Vec<_>>(), [&Kind::Undeclared]);
    assert!(store::load(&db).await?.profiles.contains_key("gestionnaire"));
    assert_eq!(version(&db).await, before, "nothing was written");
    Ok(())
}

async fn wrong_files_change_nothing(env: Env) -> anyhow::Result<()> {
    let db = env.db().await;
    fs::write(
        env.folder().join("applications.toml"),
        "[applications.semafor]\nname.fr = \"Semafor\"\nmonogram = \"Se\"",
    )?;
    fs::write(env.folder().join("profiles.toml"), "[profiles.enseignant]\nname.fr = \"E\"\nopens.sefaly = []")?;
    fs::write(env.folder().join("clients.toml"), "")?;
    let asked = Apply { directory: env.folder(), dry_run: false, prune: false, demo: false };
    let mut out = Vec::new();
    assert!(!apply_command(&db, &*env.clock(), &*env.random(), asked, &mut out).await?);
    let place = "profiles.toml: profiles.enseignant.opens.sefaly: no application sefaly in applications.toml\n";
    assert_eq!(String::from_utf8(out)?, place);
    assert!(store::load(&db).await?.applications.is_empty());
    Ok(())
}

async fn applies_at_the_same_time_add_up(env: Env) {
    let db = env.db().await;
    let before = version(&db).await;
    let apply = || async {
        let declared = demo();
        declared::apply(&db, &*env.clock(), &*env.random(), &declared, false).await.expect("an apply").len()
    };
    let (a, b, c, d) = tokio::join!(apply(), apply(), apply(), apply());
    let mut counts = [a, b, c, d];
    counts.sort_unstable();
    assert_eq!(counts, [0, 0, 0, 10], "one adds, the others find it done");
    assert_eq!(version(&db).await, before + 1);
}
