//! The six primitives, alike on SQLite, PostgreSQL and Redis.

use std::{collections::HashSet, time::Duration};

use idp_core::time::Clock;
use idp_store::{
    StoreResult,
    ephemeral::{Claim, Ephemeral, Hit, Quota, Space},
};
use tokio::task::JoinSet;

use crate::harness::{Backend, Env, suite};

suite! {
    ephemeral:
        put_keeps_bytes_until_they_expire,
        put_replaces_value_and_expiry,
        spaces_do_not_share_keys,
        remove_forgets_and_repeats,
        take_once_gives_the_value_once,
        take_once_gives_nothing_expired,
        a_claim_holds_until_it_expires,
        a_claim_and_a_value_are_one_key,
        hit_allows_the_burst_then_one_per_period,
        hit_counts_keys_apart_and_refusals_not_at_all,
        what_was_put_is_there_for_another_node,
        sweep_deletes_what_has_expired_only,
        race_of_100_take_once_has_one_winner,
        race_of_100_claims_has_one_winner,
        race_of_200_hits_never_exceeds_the_burst;
    once: space_names_differ;
}

const SPACE: Space = Space::AuthorizationRequest;
const MINUTE: Duration = Duration::from_secs(60);

async fn put_keeps_bytes_until_they_expire(env: Env) -> StoreResult<()> {
    let (store, clock) = (env.ephemeral().await, env.clock());
    // Longer than a cookie holds, and no text.
    let envelope: Vec<u8> = (0..5000_u32).map(|i| i.to_be_bytes()[3]).collect();
    store.put(SPACE, "k", &envelope, clock.now() + MINUTE, clock.now()).await?;
    assert_eq!(store.peek(SPACE, "k", clock.now()).await?, Some(envelope.clone()));
    clock.advance(MINUTE - Duration::from_millis(1));
    assert_eq!(store.peek(SPACE, "k", clock.now()).await?, Some(envelope));
    clock.advance(Duration::from_millis(1));
    assert_eq!(store.peek(SPACE, "k", clock.now()).await?, None);
    Ok(())
}

async fn put_replaces_value_and_expiry(env: Env) -> StoreResult<()> {
    let (store, clock) = (env.ephemeral().await, env.clock());
    store.put(SPACE, "k", b"first", clock.now() + MINUTE, clock.now()).await?;
    store.put(SPACE, "k", b"", clock.now() + 2 * MINUTE, clock.now()).await?;
    clock.advance(MINUTE);
    assert_eq!(store.peek(SPACE, "k", clock.now()).await?, Some(vec![]));
    Ok(())
}

async fn spaces_do_not_share_keys(env: Env) -> StoreResult<()> {
    let (store, now) = (env.ephemeral().await, env.clock().now());
    store.put(SPACE, "k", b"v", now + MINUTE, now).await?;
    assert_eq!(store.take_once(Space::PushedRequest, "k", now).await?, None);
    store.remove(Space::PushedRequest, "k").await?;
    assert_eq!(store.peek(SPACE, "k", now).await?, Some(b"v".to_vec()));
    Ok(())
}

async fn remove_forgets_and_repeats(env: Env) -> StoreResult<()> {
    let (store, now) = (env.ephemeral().await, env.clock().now());
    store.put(SPACE, "k", b"v", now + MINUTE, now).await?;
    store.remove(SPACE, "k").await?;
    store.remove(SPACE, "k").await?;
    assert_eq!(store.peek(SPACE, "k", now).await?, None);
    Ok(())
}

async fn take_once_gives_the_value_once(env: Env) -> StoreResult<()> {
    let (store, now) = (env.ephemeral().await, env.clock().now());
    store.put(SPACE, "k", b"v", now + MINUTE, now).await?;
    assert_eq!(store.take_once(SPACE, "k", now).await?, Some(b"v".to_vec()));
    assert_eq!(store.take_once(SPACE, "k", now).await?, None);
    assert_eq!(store.peek(SPACE, "k", now).await?, None);
    Ok(())
}

async fn take_once_gives_nothing_expired(env: Env) -> StoreResult<()> {
    let (store, clock) = (env.ephemeral().await, env.clock());
    store.put(SPACE, "k", b"v", clock.now() + MINUTE, clock.now()).await?;
    store.put(SPACE, "late", b"v", clock.now(), clock.now()).await?;
    assert_eq!(store.take_once(SPACE, "late", clock.now()).await?, None);
    clock.advance(MINUTE);
    assert_eq!(store.take_once(SPACE, "k", clock.now()).await?, None);
    Ok(())
}

async fn a_claim_holds_until_it_expires(env: Env) -> StoreResult<()> {
    let (store, clock) = (env.ephemeral().await, env.clock());
    let claim = async || store.claim(SPACE, "jti", clock.now() + MINUTE, clock.now()).await;
    assert_eq!(claim().await?, Claim::Fresh);
    assert_eq!(claim().await?, Claim::Taken);
    clock.advance(MINUTE);
    assert_eq!(claim().await?, Claim::Fresh, "taken over once expired");
    assert_eq!(claim().await?, Claim::Taken, "and held anew");
    Ok(())
}

async fn a_claim_and_a_value_are_one_key(env: Env) -> StoreResult<()> {
    let (store, now) = (env.ephemeral().await, env.clock().now());
    store.put(SPACE, "k", b"v", now + MINUTE, now).await?;
    assert_eq!(store.claim(SPACE, "k", now + MINUTE, now).await?, Claim::Taken);
    assert_eq!(store.peek(SPACE, "k", now).await?, Some(b"v".to_vec()));
    store.remove(SPACE, "k").await?;
    assert_eq!(store.claim(SPACE, "k", now + MINUTE, now).await?, Claim::Fresh);
    assert_eq!(store.peek(SPACE, "k", now).await?, Some(vec![]));
    Ok(())
}

async fn hit_allows_the_burst_then_one_per_period(env: Env) -> StoreResult<()> {
    let (store, clock) = (env.ephemeral().await, env.clock());
    let quota = Quota { burst: 3, period: MINUTE };
    let hit = async || store.hit("login:a", quota, clock.now()).await;
    for remaining in [2, 1, 0] {
        assert_eq!(hit().await?, Hit::Allowed { remaining });
    }
    assert_eq!(hit().await?, Hit::Limited { retry_after: MINUTE });
    clock.advance(MINUTE - Duration::from_millis(1));
    assert_eq!(hit().await?, Hit::Limited { retry_after: Duration::from_millis(1) });
    clock.advance(Duration::from_millis(1));
    assert_eq!(hit().await?, Hit::Allowed { remaining: 0 });
    assert_eq!(hit().await?, Hit::Limited { retry_after: MINUTE });
    clock.advance(10 * MINUTE);
    assert_eq!(hit().await?, Hit::Allowed { remaining: 2 }, "full again, and no fuller");
    Ok(())
}

async fn hit_counts_keys_apart_and_refusals_not_at_all(env: Env) -> StoreResult<()> {
    let (store, clock) = (env.ephemeral().await, env.clock());
    let quota = Quota { burst: 1, period: MINUTE };
    assert_eq!(store.hit("a", quota, clock.now()).await?, Hit::Allowed { remaining: 0 });
    for _ in 0..5 {
        assert_eq!(store.hit("a", quota, clock.now()).await?, Hit::Limited { retry_after: MINUTE });
    }
    assert_eq!(store.hit("b", quota, clock.now()).await?, Hit::Allowed { remaining: 0 });
    Ok(())
}

async fn what_was_put_is_there_for_another_node(env: Env) -> StoreResult<()> {
    let (one, other, now) = (env.ephemeral().await, env.ephemeral().await, env.clock().now());
    one.put(SPACE, "k", b"v", now + MINUTE, now).await?;
    assert_eq!(other.take_once(SPACE, "k", now).await?, Some(b"v".to_vec()));
    assert_eq!(one.peek(SPACE, "k", now).await?, None);
    Ok(())
}

async fn sweep_deletes_what_has_expired_only(env: Env) -> StoreResult<()> {
    let (store, clock) = (env.ephemeral().await, env.clock());
    let quota = Quota { burst: 1, period: MINUTE };
    store.put(SPACE, "short", b"v", clock.now() + MINUTE, clock.now()).await?;
    store.put(SPACE, "long", b"v", clock.now() + 3 * MINUTE, clock.now()).await?;
    let _ = store.hit("short", quota, clock.now()).await?;
    clock.advance(MINUTE);
    let _ = store.hit("long", quota, clock.now()).await?;
    let swept = store.sweep(clock.now()).await?;
    // Redis forgets by itself.
    assert_eq!(swept, if env.backend() == Backend::Redis { 0 } else { 2 });
    assert_eq!(store.peek(SPACE, "long", clock.now()).await?, Some(b"v".to_vec()));
    assert_eq!(store.hit("long", quota, clock.now()).await?, Hit::Limited { retry_after: MINUTE });
    Ok(())
}

/// Runs `attempt` this many times at once, over two nodes' connections, and counts the winners.
async fn winners<F>(env: &Env, times: usize, attempt: impl Fn(Ephemeral) -> F) -> usize
where
    F: Future<Output = bool> + Send + 'static,
{
    let nodes = [env.ephemeral().await, env.ephemeral().await];
    let tasks: JoinSet<bool> = (0..times).map(|i| attempt(nodes[i % 2].clone())).collect();
    tasks.join_all().await.into_iter().filter(|won| *won).count()
}

async fn race_of_100_take_once_has_one_winner(env: Env) -> StoreResult<()> {
    let now = env.clock().now();
    for round in 0..5 {
        let key = format!("k{round}");
        env.ephemeral().await.put(SPACE, &key, b"v", now + MINUTE, now).await?;
        let take = |store: Ephemeral| {
            let key = key.clone();
            async move { store.take_once(SPACE, &key, now).await.unwrap().is_some() }
        };
        assert_eq!(winners(&env, 100, take).await, 1);
    }
    Ok(())
}

async fn race_of_100_claims_has_one_winner(env: Env) -> StoreResult<()> {
    let clock = env.clock();
    // The second round races for what has expired.
    for _ in 0..2 {
        let now = clock.now();
        let claim = |store: Ephemeral| async move {
            store.claim(SPACE, "jti", now + MINUTE, now).await.unwrap() == Claim::Fresh
        };
        assert_eq!(winners(&env, 100, claim).await, 1);
        clock.advance(MINUTE);
    }
    Ok(())
}

async fn race_of_200_hits_never_exceeds_the_burst(env: Env) {
    let now = env.clock().now();
    let quota = Quota { burst: 20, period: MINUTE };
    let hit =
        |store: Ephemeral| async move { matches!(store.hit("ip", quota, now).await.unwrap(), Hit::Allowed { .. }) };
    assert_eq!(winners(&env, 200, hit).await, 20);
}

async fn space_names_differ(_: Env) {
    let names: HashSet<&str> = Space::ALL.into_iter().map(Space::as_str).collect();
    assert_eq!(names.len(), Space::ALL.len());
    assert!(!names.contains("bucket"), "the name of Redis' counters");
}
