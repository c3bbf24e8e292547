//! What becomes of an authorization request (OpenID Connect Core §3.1.2).

use std::time::Duration;

use idp_core::{
    catalogue::{Access, AttachmentsShown},
    oauth::redirect_uri::with_params,
};
use serde_json::{Value, json};

use crate::{
    harness::{
        Agent, Answer, Env,
        app::{NO_SCHOOL, Provider, Request, TEACHER, TWO_SCHOOLS},
        suite,
    },
    protocol::{payload, text},
};

suite! {
    feature:
        the_authorization_endpoint_takes_get_and_post_in_any_order,
        prompts_are_honoured,
        max_age_is_counted_from_the_last_sign_in,
        hints_and_preferences_never_fail,
        attachments_one_and_access_anyone_are_honoured;
}

async fn posted(agent: &Agent, request: &Request) -> Answer {
    let sealed = agent.post_with("/oauth2/authorize", &request.pairs(), &[("origin", "https://rp.example")]).await;
    agent.get(&sealed.location().expect("our own address")).await
}

async fn the_authorization_endpoint_takes_get_and_post_in_any_order(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request =
        provider.request("semafor").with("unknown", "1").with("display", "popup").with("acr_values", "eidas0 x");
    provider.code(&agent, &request).await;
    let mut pairs = request.pairs();
    pairs.reverse();
    let reversed = with_params("/oauth2/authorize", &pairs);
    for answer in [agent.get(&request.path()).await, agent.get(&reversed).await, posted(&agent, &request).await] {
        assert_eq!(answer.status, 303);
        let code = answer.redirect_param("code").expect("a code");
        assert!(code.len() >= 43);
        assert_eq!(answer.redirect_param("state").as_deref(), Some(request.get("state")));
        assert_eq!(provider.redeem("semafor", &code, &[]).await.status, 200);
    }
    // From a browser without a session, by POST: the same road.
    let new = provider.agent();
    let to_sign_in = posted(&new, &request).await.location().expect("the sign-in page");
    let resumed = new.submit_sign_in(&new.get(&to_sign_in).await, TEACHER, idp::demo::PASSWORD).await;
    assert!(new.get(&resumed.location().expect("on")).await.redirect_param("code").is_some());
    // Without state none is returned.
    let answer = agent.get(&request.with("state", "").path()).await;
    assert_eq!((answer.redirect_param("state"), answer.redirect_param("code").is_some()), (None, true));
}

async fn prompts_are_honoured(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    let with = |prompt: &str| request.clone().with("prompt", prompt);
    let (to, state, issuer) = (request.get("redirect_uri"), request.get("state"), &provider.issuer);
    agent.get(&with("none").path()).await.assert_told_client(to, "consent_required", state, issuer);
    let first = provider.redeem("semafor", &provider.code(&agent, &request).await, &[]).await.json();

    // Agreed once, remembered: no page, same subject, same sign-in; also where a hint comes along.
    env.clock().advance(Duration::from_secs(60));
    for request in [with("none"), with("none").with("id_token_hint", text(&first, "id_token"))] {
        let code = agent.get(&request.path()).await.redirect_param("code").expect("a code without a page");
        let again = provider.redeem("semafor", &code, &[]).await.json();
        let (first, again) = (payload(text(&first, "id_token")), payload(text(&again, "id_token")));
        assert_eq!((&first["sub"], &first["auth_time"]), (&again["sub"], &again["auth_time"]));
    }
    // Consent again, and once only.
    let to_consent = agent.get(&with("consent").path()).await.location().expect("consent");
    assert!(to_consent.starts_with("/consentement?"), "{to_consent}");
    env.clock().advance(Duration::from_secs(1));
    assert!(provider.authorize(&agent, &with("consent")).await.redirect_param("code").is_some());
    // Sign in again: the second time is strictly later.
    let to_sign_in = agent.get(&with("login").path()).await.location().expect("the sign-in page");
    assert!(to_sign_in.starts_with("/connexion?"), "{to_sign_in}");
    let page = agent.get(&to_sign_in).await;
    assert!(page.body.contains(&format!("value=\"{TEACHER}\"")), "the address is there, and can be changed");
    env.clock().advance(Duration::from_secs(1));
    let resumed = agent.submit_sign_in(&page, TEACHER, idp::demo::PASSWORD).await.location().expect("on");
    let code = agent.get(&resumed).await.redirect_param("code").expect("a code");
    let later = provider.redeem("semafor", &code, &[]).await.json();
    let auth_time = |tokens: &Value| payload(text(tokens, "id_token"))["auth_time"].as_i64().expect("a number");
    assert!(auth_time(&later) > auth_time(&first));

    // With several attachments, the account to choose is the attachment.
    let agent = provider.signed_in(TWO_SCHOOLS).await;
    agent.get(&with("none").path()).await.assert_told_client(to, "account_selection_required", state, issuer);
    let to_choice = agent.get(&request.path()).await.location().expect("the choice");
    let page = agent.get(&to_choice).await;
    let id = page.body.split("value=\"att_").nth(1).and_then(|rest| rest.split('"').next()).expect("a choice");
    let chosen = [("flow", page.field("flow")), ("attachment", format!("att_{id}"))];
    let chosen: Vec<_> = chosen.iter().map(|(name, value)| (*name, value.as_str())).collect();
    agent.post("/connexion/structure", &chosen).await;
    agent.get(&with("none").path()).await.assert_told_client(to, "consent_required", state, issuer);
    provider.code(&agent, &request).await;
    assert!(agent.get(&with("none").path()).await.redirect_param("code").is_some(), "the choice is remembered");
    let again = agent.get(&with("select_account").path()).await.location().expect("the choice");
    assert!(again.starts_with("/connexion/structure?"), "{again}");
}

async fn max_age_is_counted_from_the_last_sign_in(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    provider.code(&agent, &request).await;
    env.clock().advance(Duration::from_secs(2));
    let with = |max_age: &str| request.clone().with("max_age", max_age);
    for good in ["2", "10000"] {
        assert!(agent.get(&with(good).path()).await.redirect_param("code").is_some(), "max_age={good}");
    }
    let (to, state) = (request.get("redirect_uri"), request.get("state"));
    for spent in ["0", "1"] {
        let answer = agent.get(&with(spent).with("prompt", "none").path()).await;
        answer.assert_told_client(to, "login_required", state, &provider.issuer);
        let page = agent.get(&with(spent).path()).await.location().expect("the sign-in page");
        assert!(page.starts_with("/connexion?"), "max_age={spent}: {page}");
    }
    for wrong in ["-1", "x", "1.5", "99999999999999999999"] {
        let answer = agent.get(&with(wrong).path()).await;
        answer.assert_told_client(to, "invalid_request", state, &provider.issuer);
    }
    // A sign-in for this very request is fresh enough, however long the person then reads.
    let to_sign_in = agent.get(&with("1").path()).await.location().expect("the sign-in page");
    let resumed = agent.submit_sign_in(&agent.get(&to_sign_in).await, TEACHER, idp::demo::PASSWORD).await;
    env.clock().advance(Duration::from_secs(30));
    assert!(agent.get(&resumed.location().expect("on")).await.redirect_param("code").is_some());
}

async fn hints_and_preferences_never_fail(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let request = provider.request("semafor").with("login_hint", "hint@rp.example").with("ui_locales", "de en");
    let to_sign_in = agent.get(&request.path()).await.location().expect("the sign-in page");
    let page = agent.get(&to_sign_in).await;
    assert!(
        page.body.contains("value=\"hint@rp.example\"") && page.body.contains("<html lang=\"en\""),
        "{}",
        page.body
    );
    let french =
        agent.get(&agent.get(&request.clone().with("ui_locales", "fr-CA").path()).await.location().expect("it")).await;
    assert!(french.body.contains("<html lang=\"fr\""));
    for (name, value) in [
        ("ui_locales", "xx"),
        ("claims_locales", "de"),
        ("display", "wap"),
        ("id_token_hint", "not a token"),
        ("login_hint", "x"),
        ("acr_values", "urn:x"),
        ("claims", "{\"userinfo\":{\"name\":{\"essential\":true}}}"),
    ] {
        let answer = agent.get(&request.clone().with(name, value).path()).await;
        assert!(answer.location().expect("a page").starts_with("/connexion?"), "{name}");
    }
}

async fn attachments_one_and_access_anyone_are_honoured(env: Env) {
    let provider = Provider::start(&env).await;
    provider.change_client("semafor", |client| client.attachments = AttachmentsShown::One).await;
    provider.change_client("apera-net", |client| client.access = Access::Anyone).await;
    let agent = provider.signed_in(TWO_SCHOOLS).await;
    let to_choice = agent.get(&provider.request("semafor").path()).await.location().expect("the choice");
    let page = agent.get(&to_choice).await;
    let id = page.body.split("value=\"att_").nth(2).and_then(|rest| rest.split('"').next()).expect("two choices");
    let id = format!("att_{id}");
    let flow = page.field("flow");
    let chosen = agent.post("/connexion/structure", &[("flow", &flow), ("attachment", &id)]).await;
    let consent = agent.get(&agent.get(&chosen.location().expect("on")).await.location().expect("consent")).await;
    let agreed = agent.post("/consentement", &[("flow", &consent.field("flow")), ("decision", "accept")]).await;
    let code = agent.get(&agreed.location().expect("on")).await.redirect_param("code").expect("a code");
    let tokens = provider.redeem("semafor", &code, &[]).await.json();
    let claims = provider.userinfo(text(&tokens, "access_token")).await.json();
    assert_eq!(claims["attachments"].as_array().map(Vec::len), Some(1), "the array has just the one in use");
    assert_eq!((&claims["attachments"][0]["id"], &claims["attachment"]), (&json!(id), &json!(id)));
    assert_eq!(claims["roles"], claims["attachments"][0]["roles"]);

    // Any account, with an empty array.
    let agent = provider.signed_in(NO_SCHOOL).await;
    let tokens = provider.tokens(&agent, "apera-net").await;
    let claims = provider.userinfo(text(&tokens, "access_token")).await.json();
    assert_eq!((&claims["attachments"], claims.get("attachment"), claims.get("roles")), (&json!([]), None, None));
}
