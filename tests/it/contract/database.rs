//! Both engines' transactions, and what the harness promises about databases and chance.

use idp_core::random;
use idp_store::{Db, StoreResult, on_db};
use sqlx::{query, query_scalar};

use crate::harness::{Env, SeededRandom, suite};

suite! {
    feature:
        a_transaction_keeps_all_or_nothing,
        nodes_of_one_test_share_its_database,
        a_unique_violation_is_told_apart;
    once: chance_is_the_same_at_every_run_of_one_test;
}

const ADD: &str = "insert into versions (name, value) values ($1, $2)";
const COUNT: &str = "select count(*) from versions where name = $1";

async fn count(db: &Db, name: &str) -> StoreResult<i64> {
    Ok(on_db!(read db, pool => query_scalar(COUNT).bind(name).fetch_one(pool).await?))
}

async fn a_transaction_keeps_all_or_nothing(env: Env) -> StoreResult<()> {
    let db = env.db().await;
    let mut tx = db.begin().await?;
    on_db!(tx &mut tx, conn => query(ADD).bind("dropped").bind(1_i64).execute(conn).await?.rows_affected());
    drop(tx);
    let mut tx = db.begin().await?;
    on_db!(tx &mut tx, conn => query(ADD).bind("kept").bind(1_i64).execute(conn).await?.rows_affected());
    tx.commit().await?;
    assert_eq!((count(&db, "dropped").await?, count(&db, "kept").await?), (0, 1));
    Ok(())
}

async fn nodes_of_one_test_share_its_database(env: Env) -> StoreResult<()> {
    let (one, other) = (env.db().await, env.db().await);
    on_db!(write &one, pool => query(ADD).bind("shared").bind(1_i64).execute(pool).await?.rows_affected());
    assert_eq!(count(&other, "shared").await?, 1);
    Ok(())
}

async fn a_unique_violation_is_told_apart(env: Env) -> StoreResult<()> {
    let db = env.db().await;
    let add = async || -> StoreResult<u64> {
        Ok(on_db!(write &db, pool => query(ADD).bind("twice").bind(1_i64).execute(pool).await?.rows_affected()))
    };
    assert_eq!(add().await?, 1);
    assert!(add().await.unwrap_err().is_duplicate());
    Ok(())
}

async fn chance_is_the_same_at_every_run_of_one_test(env: Env) {
    let again = SeededRandom::new("chance_is_the_same_at_every_run_of_one_test");
    let other = SeededRandom::new("another_test");
    let first = random::token(&*env.random());
    assert_eq!(first, random::token(&again));
    assert_ne!(first, random::token(&again));
    assert_ne!(first, random::token(&other));
}
