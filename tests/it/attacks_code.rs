//! Attacks on the authorization code and PKCE (docs/attacks.md, section B).

use std::{collections::HashSet, sync::Arc, time::Duration};

use idp_core::{ids::AccountId, oauth::redirect_uri::with_params, seal::Purpose};
use idp_store::sql::accounts::{self, AccountStatus};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::harness::{
    Env,
    app::{Provider, TEACHER, VERIFIER},
    suite,
};

suite! {
    feature:
        b01_b02_a_replayed_code_gives_nothing_and_ends_its_grant,
        b03_of_a_hundred_redemptions_on_three_nodes_one_succeeds,
        b04_a_code_of_another_client_is_burnt,
        b05_the_redirect_uri_of_the_request_is_repeated,
        b06_a_request_without_a_challenge_is_refused,
        b07_a_stripped_challenge_is_noticed,
        b08_only_the_verifier_of_the_challenge_redeems,
        b09_nothing_else_passes_for_a_code_nor_a_code_for_anything_else,
        b10_a_code_dies_with_its_minute_its_session_and_its_account;
}

fn access_token(tokens: &Value) -> &str {
    tokens["access_token"].as_str().expect("an access token")
}

async fn b01_b02_a_replayed_code_gives_nothing_and_ends_its_grant(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    // At once, after half a minute, beyond the code's life, and with something else wrong about it.
    for (seconds, change) in
        [(0, ("", "")), (30, ("", "")), (61, ("", "")), (1, ("code_verifier", "")), (1, ("redirect_uri", "x"))]
    {
        let code = provider.code(&agent, &request).await;
        let first = provider.redeem("semafor", &code, &[]).await;
        assert_eq!(first.status, 200, "{}", first.body);
        let tokens = first.json();
        assert_eq!(provider.userinfo(access_token(&tokens)).await.status, 200);
        env.clock().advance(Duration::from_secs(seconds));
        provider.redeem("semafor", &code, &[change]).await.assert_token_error(400, "invalid_grant");
        let refused = provider.userinfo(access_token(&tokens)).await;
        assert_eq!(refused.status, 401, "after {seconds} s, {change:?}");
        assert_eq!(refused.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    }
}

async fn b03_of_a_hundred_redemptions_on_three_nodes_one_succeeds(env: Env) {
    let first = Provider::start(&env).await;
    let nodes = Arc::new([first.another(&env).await, first.another(&env).await, first]);
    let agent = nodes[2].signed_in(TEACHER).await;
    let mut codes = Vec::new();
    for _ in 0..8 {
        codes.push(nodes[2].code(&agent, &nodes[2].request("bourse-mobilite")).await);
    }
    // A hundred of one code; then several codes side by side, which commits of many at once must tell apart.
    race(&nodes, &codes[..1], 100).await;
    race(&nodes, &codes[1..], 210).await;
}

/// So many redemptions at once, of each code in turn: each is redeemed once, and its grant ended by the others.
async fn race(nodes: &Arc<[Provider; 3]>, codes: &[String], count: usize) {
    let mut tries = JoinSet::new();
    for n in 0..count {
        let (nodes, code) = (Arc::clone(nodes), codes[n % codes.len()].clone());
        tries.spawn(async move { (nodes[n % 3].redeem("bourse-mobilite", &code, &[]).await, code) });
    }
    let mut given = Vec::new();
    while let Some(answer) = tries.join_next().await {
        let (answer, code) = answer.expect("no panic");
        if answer.status == 200 {
            given.push((code, answer.json()));
        } else {
            answer.assert_token_error(400, "invalid_grant");
        }
    }
    let distinct: HashSet<_> = given.iter().map(|(code, _)| code).collect();
    assert_eq!((given.len(), distinct.len()), (codes.len(), codes.len()), "one redemption of each succeeds");
    for (_, tokens) in &given {
        for node in nodes.iter() {
            assert_eq!(node.userinfo(access_token(tokens)).await.status, 401, "the replays ended the grant");
        }
    }
}

async fn b04_a_code_of_another_client_is_burnt(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    let code = provider.code(&agent, &request).await;
    let as_other = |code: String| {
        let (provider, to) = (&provider, request.get("redirect_uri"));
        async move { provider.redeem("apera-net", &code, &[("redirect_uri", to)]).await }
    };
    as_other(code.clone()).await.assert_token_error(400, "invalid_grant");
    provider.redeem("semafor", &code, &[]).await.assert_token_error(400, "invalid_grant");

    // Found after its redemption, it still ends what it gave.
    let code = provider.code(&agent, &request).await;
    let tokens = provider.redeem("semafor", &code, &[]).await.json();
    as_other(code).await.assert_token_error(400, "invalid_grant");
    assert_eq!(provider.userinfo(access_token(&tokens)).await.status, 401);
}

async fn b05_the_redirect_uri_of_the_request_is_repeated(env: Env) {
    let provider = Provider::start(&env).await;
    let other = "http://127.0.0.1:8081/autre";
    provider.change_client("semafor", |client| client.redirect_uris.push(other.into())).await;
    let agent = provider.signed_in(TEACHER).await;
    let code = provider.code(&agent, &provider.request("semafor")).await;
    for uri in [other, "", "http://127.0.0.1:8081/retour/"] {
        let answer = provider.redeem("semafor", &code, &[("redirect_uri", uri)]).await;
        answer.assert_token_error(400, "invalid_grant");
    }
    assert_eq!(provider.redeem("semafor", &code, &[]).await.status, 200);
}

async fn b06_a_request_without_a_challenge_is_refused(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    // A public client cannot opt out.
    provider.change_client("bourse-mobilite", |client| client.require_pkce = false).await;
    for client in ["semafor", "apera-net", "bourse-mobilite"] {
        let request = provider.request(client).with("code_challenge", "").with("code_challenge_method", "");
        let answer = agent.get(&request.path()).await;
        let (to, state) = (request.get("redirect_uri"), request.get("state"));
        answer.assert_told_client(to, "invalid_request", state, &provider.issuer);
    }
    provider.change_client("semafor", |client| client.require_pkce = false).await;
    let without = provider.request("semafor").with("code_challenge", "").with("code_challenge_method", "");
    let code = provider.code(&agent, &without).await;
    assert_eq!(provider.redeem("semafor", &code, &[("code_verifier", "")]).await.status, 200);
}

async fn b07_a_stripped_challenge_is_noticed(env: Env) {
    let provider = Provider::start(&env).await;
    provider.change_client("semafor", |client| client.require_pkce = false).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor").with("code_challenge", "");
    let answer = agent.get(&request.path()).await;
    let (to, state) = (request.get("redirect_uri").to_owned(), request.get("state").to_owned());
    answer.assert_told_client(&to, "invalid_request", &state, &provider.issuer);

    let code = provider.code(&agent, &request.with("code_challenge_method", "")).await;
    provider.redeem("semafor", &code, &[]).await.assert_token_error(400, "invalid_grant");
    // And the other way: a challenge that was sent must be met.
    let code = provider.code(&agent, &provider.request("semafor")).await;
    let answer = provider.redeem("semafor", &code, &[("code_verifier", "")]).await;
    answer.assert_token_error(400, "invalid_grant");
}

async fn b08_only_the_verifier_of_the_challenge_redeems(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("bourse-mobilite");
    let code = provider.code(&agent, &request).await;
    let (short, long, spaced) = ("a".repeat(42), "a".repeat(129), format!("{VERIFIER} "));
    let challenge = request.get("code_challenge");
    for verifier in ["", "x", &short, &long, &spaced, challenge, &VERIFIER.to_lowercase()] {
        let answer = provider.redeem("bourse-mobilite", &code, &[("code_verifier", verifier)]).await;
        answer.assert_token_error(400, "invalid_grant");
    }
    assert_eq!(provider.redeem("bourse-mobilite", &code, &[]).await.status, 200);

    for (method, challenge) in
        [("plain", VERIFIER), ("", VERIFIER), ("s256", challenge), ("S256", "short"), ("S256", VERIFIER)]
    {
        let asked = request.clone().with("code_challenge", challenge).with("code_challenge_method", method);
        let answer = agent.get(&asked.path()).await;
        // A verifier of 43 characters has the shape of a challenge: it passes, and nobody can meet it.
        if method == "S256" && challenge == VERIFIER {
            assert!(provider.authorize(&agent, &asked).await.redirect_param("code").is_some());
        } else {
            let (to, state) = (request.get("redirect_uri"), request.get("state"));
            answer.assert_told_client(to, "invalid_request", state, &provider.issuer);
        }
    }
}

async fn b09_nothing_else_passes_for_a_code_nor_a_code_for_anything_else(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let request = provider.request("semafor");
    let to_sign_in = agent.get(&request.path()).await.location().expect("the sign-in page");
    let flow = agent.get(&to_sign_in).await.field("flow");
    agent.submit_sign_in(&agent.get(&to_sign_in).await, TEACHER, idp::demo::PASSWORD).await;
    let tokens = provider.tokens(&agent, "semafor").await;
    let id_token = tokens["id_token"].as_str().expect("an ID token");
    let hinted = with_params("/oauth2/logout", &[("id_token_hint", id_token)]);
    let to_page = agent.get(&hinted).await.location().expect("our page");
    let logout = to_page.split("flow=").nth(1).expect("an envelope");
    let cookie = agent.cookie("sid").expect("a session");
    for other in [flow.as_str(), logout, id_token, access_token(&tokens), &cookie, "x", "~x"] {
        provider.redeem("semafor", other, &[]).await.assert_token_error(400, "invalid_grant");
    }

    let code = provider.code(&agent, &request).await;
    // The very contents of a code, in an envelope for something else.
    let keys = provider.app.keys.load_full();
    let contents: Value = keys.sealer.open(Purpose::Code, &code).expect("a code");
    for purpose in [Purpose::Flow, Purpose::Logout] {
        let other = keys.sealer.seal(purpose, &contents, provider.app.random.as_ref()).expect("an envelope");
        provider.redeem("semafor", &other, &[]).await.assert_token_error(400, "invalid_grant");
    }
    for envelope in [code.as_str(), logout] {
        for path in ["/connexion", "/consentement", "/oauth2/authorize/suite"] {
            assert_eq!(agent.get(&with_params(path, &[("flow", envelope)])).await.status, 403, "{path}");
        }
    }
    let page = agent.get(&with_params("/deconnexion", &[("flow", &code)])).await;
    assert!(page.body.contains("id=\"logout-form\"") && !page.body.contains("Semafor"), "an envelope without effect");
    assert_eq!(provider.userinfo(&code).await.status, 401);
    assert_eq!(provider.redeem("semafor", &code, &[]).await.status, 200);
}

async fn b10_a_code_dies_with_its_minute_its_session_and_its_account(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    let code = provider.code(&agent, &request).await;
    env.clock().advance(Duration::from_secs(59));
    assert_eq!(provider.redeem("semafor", &code, &[]).await.status, 200);
    let code = provider.code(&agent, &request).await;
    env.clock().advance(Duration::from_secs(60));
    provider.redeem("semafor", &code, &[]).await.assert_token_error(400, "invalid_grant");

    let code = provider.code(&agent, &request).await;
    agent.post("/deconnexion", &[]).await;
    provider.redeem("semafor", &code, &[]).await.assert_token_error(400, "invalid_grant");

    for status in [AccountStatus::Disabled, AccountStatus::Pending] {
        let agent = provider.signed_in(TEACHER).await;
        let before = provider.tokens(&agent, "semafor").await;
        let code = provider.code(&agent, &request).await;
        put(&provider, status).await;
        provider.redeem("semafor", &code, &[]).await.assert_token_error(400, "invalid_grant");
        assert_eq!(provider.userinfo(access_token(&before)).await.status, 401);
        put(&provider, AccountStatus::Active).await;
    }
}

async fn put(provider: &Provider, status: AccountStatus) {
    let db = &provider.app.db;
    let row = accounts::find_for_sign_in(db, TEACHER).await.expect("read").expect("the teacher");
    let mut tx = db.begin().await.expect("a transaction");
    accounts::set_status(&mut tx, &AccountId::from(row.id), status, provider.app.now()).await.expect("written");
    tx.commit().await.expect("a commit");
}
