//! One SQL text, two engines: every statement prepares on both, and both have the same tables.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use idp_store::{Db, ephemeral, sql};
use sqlx::{Executor, PgPool, SqlStr, SqlitePool, query_as};

use crate::harness::{Env, suite};

suite! {
    once:
        every_statement_prepares_on_sqlite,
        every_statement_prepares_on_postgresql,
        both_engines_have_the_same_tables_and_columns,
        both_engines_have_the_same_indexes,
        both_engines_have_the_same_migrations;
}

/// Table and column: its kind, and whether it may be null.
type Columns = BTreeMap<(String, String), (&'static str, bool)>;

async fn sqlite(env: &Env) -> SqlitePool {
    match env.sqlite().await {
        Db::Sqlite { write, .. } => write,
        Db::Postgres(_) => panic!("not SQLite"),
    }
}

/// The second file.
async fn sqlite_ephemeral(env: &Env) -> SqlitePool {
    match env.ephemeral().await {
        ephemeral::Ephemeral::Sql(Db::Sqlite { write, .. }) => write,
        other => panic!("{other:?}"),
    }
}

async fn postgres(env: &Env) -> PgPool {
    match env.postgres().await {
        Db::Postgres(pool) => pool,
        Db::Sqlite { .. } => panic!("not PostgreSQL"),
    }
}

async fn every_statement_prepares_on_sqlite(env: Env) {
    let (main, second) = (sqlite(&env).await, sqlite_ephemeral(&env).await);
    for (file, name, sql) in sql::all_statements() {
        if let Err(error) = (&main).prepare(SqlStr::from_static(sql)).await {
            panic!("{file} {name}: {error}");
        }
    }
    for &(name, sql) in ephemeral::STATEMENTS {
        if let Err(error) = (&second).prepare(SqlStr::from_static(sql)).await {
            panic!("{name}: {error}");
        }
    }
}

async fn every_statement_prepares_on_postgresql(env: Env) {
    let pool = postgres(&env).await;
    let ephemeral = ephemeral::STATEMENTS.iter().map(|&(name, sql)| ("ephemeral", name, sql));
    for (file, name, sql) in sql::all_statements().into_iter().chain(ephemeral) {
        if let Err(error) = (&pool).prepare(SqlStr::from_static(sql)).await {
            panic!("{file} {name}: {error}");
        }
    }
}

async fn both_engines_have_the_same_tables_and_columns(env: Env) {
    let mut ours = sqlite_columns(&sqlite(&env).await).await;
    ours.extend(sqlite_columns(&sqlite_ephemeral(&env).await).await);
    let theirs = postgres_columns(&postgres(&env).await).await;
    assert!(!ours.is_empty());
    pretty_equal(&ours, &theirs);
}

async fn sqlite_columns(pool: &SqlitePool) -> Columns {
    // A primary key of a strict table takes no NULL, whatever `notnull` says.
    let rows: Vec<(String, String, String, bool)> = query_as(
        r#"select t.name, c.name, lower(c.type), c."notnull" = 0 and c.pk = 0
        from sqlite_master t join pragma_table_info(t.name) c
        where t.type = 'table' and t.name not like 'sqlite_%' and t.name <> '_sqlx_migrations'"#,
    )
    .fetch_all(pool)
    .await
    .unwrap();
    rows.into_iter().map(|(table, column, kind, null)| ((table, column), (kind_of(&kind), null))).collect()
}

async fn postgres_columns(pool: &PgPool) -> Columns {
    let rows: Vec<(String, String, String, bool)> = query_as(
        "select table_name::text, column_name::text, data_type::text, is_nullable = 'YES'
        from information_schema.columns
        where table_schema = 'public' and table_name <> '_sqlx_migrations'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    rows.into_iter().map(|(table, column, kind, null)| ((table, column), (kind_of(&kind), null))).collect()
}

/// What a type of one engine is called on the other; SQLite keeps booleans as integers.
fn kind_of(kind: &str) -> &'static str {
    match kind {
        "text" => "text",
        "integer" | "bigint" | "boolean" => "integer",
        "blob" | "bytea" => "bytes",
        "real" | "double precision" => "real",
        other => panic!("a type outside the common subset: {other}"),
    }
}

async fn both_engines_have_the_same_indexes(env: Env) {
    let mut ours = BTreeSet::new();
    for pool in [sqlite(&env).await, sqlite_ephemeral(&env).await] {
        let named =
            "select name, sql like 'create unique%' from sqlite_master where type = 'index' and sql is not null";
        ours.extend(query_as::<_, (String, bool)>(named).fetch_all(&pool).await.unwrap());
    }
    let theirs: Vec<(String, bool)> = query_as(
        "select c.relname::text, i.indisunique from pg_index i join pg_class c on c.oid = i.indexrelid
        where c.relnamespace = 'public'::regnamespace
        and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)",
    )
    .fetch_all(&postgres(&env).await)
    .await
    .unwrap();
    assert_eq!(ours, theirs.into_iter().collect());
}

async fn both_engines_have_the_same_migrations(_: Env) {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(engine);
        let files = fs::read_dir(folder).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}

/// Only what differs, since the whole is long.
fn pretty_equal(ours: &Columns, theirs: &Columns) {
    let only = |one: &Columns, other: &Columns| -> Columns {
        one.iter().filter(|(key, value)| other.get(*key) != Some(value)).map(|(k, v)| (k.clone(), *v)).collect()
    };
    let (sqlite, postgres) = (only(ours, theirs), only(theirs, ours));
    assert!(sqlite.is_empty() && postgres.is_empty(), "SQLite only: {sqlite:#?}\nPostgreSQL only: {postgres:#?}");
}
