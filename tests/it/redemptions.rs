//! Redemptions that share a commit: each is answered for itself.

use std::time::Duration;

use idp_core::{
    authorize::code::Code,
    ids::{AccountId, ClientId, GrantId, SessionId},
    oauth::scope::Scope,
    secret::TokenHash,
    time::Clock,
};
use idp_store::{
    Db,
    sql::{
        accounts::{self, AccountStatus, NewAccount},
        grants::{self, Redemption},
        sessions::{self, NewSession},
    },
};
use tokio::task::JoinSet;

use crate::harness::{Env, suite};

suite! {
    feature: b03_many_codes_at_once_are_each_redeemed_once;
}

async fn signed_in(env: &Env, db: &Db) -> (AccountId, SessionId) {
    let (random, now) = (env.random(), env.clock().now());
    let (account, sid) = (AccountId::random(random.as_ref()), SessionId::random(random.as_ref()));
    let mut tx = db.begin().await.expect("a transaction");
    let new = NewAccount {
        id: &account,
        email: "a@maformation.example",
        email_key: "a@maformation.example",
        contact_verified_at: Some(now),
        password_hash: "-",
        civility: None,
        given_name: "A",
        family_name: "B",
        locale: "fr",
        status: AccountStatus::Active,
    };
    accounts::create(&mut tx, &new, now).await.expect("an account");
    let session = NewSession {
        id_hash: TokenHash::of("cookie"),
        sid: &sid,
        account: &account,
        amr: "pwd",
        acr: "eidas0",
        attachment: None,
        user_agent: None,
        address: None,
        expires_at: now + Duration::from_secs(3600),
    };
    assert!(sessions::create(&mut tx, &session, now).await.expect("a session"));
    tx.commit().await.expect("kept");
    (account, sid)
}

async fn b03_many_codes_at_once_are_each_redeemed_once(env: Env) {
    const CODES: usize = 70;
    let (db, now) = (env.db().await, env.clock().now());
    let (account, sid) = signed_in(&env, &db).await;
    let code = |session: &SessionId| Code {
        grant: GrantId::random(env.random().as_ref()),
        client: ClientId::from("semafor"),
        redirect_uri: "http://127.0.0.1:8081/retour".to_owned(),
        challenge: None,
        nonce: None,
        scope: Scope::parse("openid"),
        account: account.clone(),
        sid: session.clone(),
        auth_time: now,
        acr: "eidas0".to_owned(),
        amr: "pwd".to_owned(),
        attachment: None,
        expires_at: now + Duration::from_secs(60),
    };
    let codes: Vec<_> = (0..CODES).map(|_| code(&sid)).collect();
    let foreign: Vec<_> = (0..CODES).map(|_| code(&SessionId::from("of-no-session"))).collect();
    let mut running = JoinSet::new();
    // Each code twice, those of a session that is gone between them.
    for code in codes.iter().chain(&foreign).chain(&codes) {
        let (db, code) = (db.clone(), code.clone());
        running.spawn(async move { grants::redeem(&db, &code, now).await.expect("an answer") });
    }
    let outcomes = running.join_all().await;
    let count = |wanted: Redemption| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    let counted = [Redemption::Fresh, Redemption::Replayed, Redemption::Gone].map(count);
    assert_eq!(counted, [CODES; 3]);
    for code in &codes {
        assert!(grants::find_live(&db, &code.grant).await.expect("read").is_none(), "a replay revokes the grant");
    }
}
