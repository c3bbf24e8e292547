//! What the endpoints answer, as an application sees it (RFC 6749, 8414, 9068, 9207; OpenID Connect Core, Discovery,
//! RP-Initiated Logout).

use std::{collections::HashSet, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use idp_core::oauth::redirect_uri::with_params;
use josekit::{
    jwk::Jwk,
    jws::{ES256, JwsVerifier, RS256},
};
use openssl::sha::sha256;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{
    Env,
    app::{Provider, TEACHER},
    suite,
};

suite! {
    feature:
        discovery_tells_the_truth_at_both_paths,
        the_key_set_holds_public_keys_with_names_of_their_own,
        tokens_are_what_the_specifications_say,
        userinfo_answers_get_post_and_form,
        token_errors_are_json_with_the_right_status,
        scoped_claims_go_into_the_id_token_for_those_who_ask,
        sign_out_leads_back_with_state_and_nothing_else;
}

/// The claims of a JWT, unverified.
pub fn payload(token: &str) -> Value {
    part(token, 1)
}

fn part(token: &str, n: usize) -> Value {
    let part = token.split('.').nth(n).expect("a JWT");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

/// Header and claims of a JWT that a published key verifies.
async fn verified(provider: &Provider, token: &str) -> (Value, Value) {
    let (header, keys) = (part(token, 0), provider.agent().get("/oauth2/jwks").await.json());
    let keys = keys["keys"].as_array().expect("keys");
    let key = keys.iter().find(|key| key["kid"] == header["kid"]).expect("a published key");
    assert_eq!(key["alg"], header["alg"]);
    let jwk = Jwk::from_map(key.as_object().expect("a key").clone()).expect("a JWK");
    let verifier: Box<dyn JwsVerifier> = match header["alg"].as_str() {
        Some("RS256") => Box::new(RS256.verifier_from_jwk(&jwk).expect("RSA")),
        Some("ES256") => Box::new(ES256.verifier_from_jwk(&jwk).expect("EC")),
        other => panic!("alg {other:?}"),
    };
    let (signed, signature) = token.rsplit_once('.').expect("a JWT");
    verifier.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).expect("base64url")).expect("our signature");
    (header, payload(token))
}

/// A member that is a text.
pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

async fn discovery_tells_the_truth_at_both_paths(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let answer = agent.get("/.well-known/openid-configuration").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    assert_eq!(agent.get("/.well-known/oauth-authorization-server").await.body, answer.body);
    let told = answer.json();
    assert_eq!(told["issuer"], provider.issuer.as_str());
    for (name, value) in told.as_object().expect("an object") {
        assert!(!value.is_null() && value != &json!([]) && value != &json!(""), "{name}");
        // What is announced is there, at this issuer.
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let path = value.as_str().and_then(|url| url.strip_prefix(&provider.issuer)).expect("under the issuer");
            let status = agent.get(path).await.status;
            assert!(![404, 500].contains(&status), "{name}: {status}");
        }
    }
    // What is announced works…
    let signed_in = provider.signed_in(TEACHER).await;
    let mut algorithms = HashSet::new();
    for client in ["semafor", "apera-net", "bourse-mobilite"] {
        let tokens = provider.tokens(&signed_in, client).await;
        algorithms.insert(text(&part(text(&tokens, "id_token"), 0), "alg").to_owned());
    }
    let announced = |name: &str| -> HashSet<String> {
        let values = told[name].as_array().unwrap_or_else(|| panic!("{name}")).iter();
        values.map(|value| value.as_str().expect("text").to_owned()).collect()
    };
    let set = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<HashSet<_>>();
    assert_eq!(announced("id_token_signing_alg_values_supported"), algorithms);
    let methods = set(&["client_secret_basic", "client_secret_post", "none"]);
    assert_eq!(announced("token_endpoint_auth_methods_supported"), methods);
    for (name, parameter, working) in [
        ("scopes_supported", "scope", "openid"),
        ("response_types_supported", "response_type", "code"),
        ("response_modes_supported", "response_mode", "query"),
        ("prompt_values_supported", "prompt", "none"),
    ] {
        assert!(announced(name).contains(working), "{name}");
        for value in announced(name) {
            let value = if name == "scopes_supported" { format!("openid {value}") } else { value };
            let answer = signed_in.get(&provider.request("semafor").with(parameter, &value).path()).await;
            let error = answer.redirect_param("error");
            assert_eq!((answer.status, error), (303, None), "{parameter}={value}");
        }
    }
    // … and what is not announced does not.
    assert_eq!(announced("grant_types_supported"), set(&["authorization_code"]));
    for grant in
        ["refresh_token", "client_credentials", "password", "implicit", "urn:ietf:params:oauth:grant-type:device_code"]
    {
        provider.token("semafor", &[("grant_type", grant)]).await.assert_token_error(400, "unsupported_grant_type");
    }
    assert_eq!(announced("code_challenge_methods_supported"), set(&["S256"]));
    for name in ["claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported"] {
        assert_eq!(told[name], false, "{name}");
    }
    for name in ["registration_endpoint", "revocation_endpoint", "introspection_endpoint", "check_session_iframe"] {
        assert!(told.get(name).is_none(), "{name} is announced, and its test is missing");
    }
}

async fn the_key_set_holds_public_keys_with_names_of_their_own(env: Env) {
    let provider = Provider::start(&env).await;
    let answer = provider.agent().get("/oauth2/jwks").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/jwk-set+json"));
    let set = answer.json();
    let keys = set["keys"].as_array().expect("keys");
    let kids: HashSet<_> = keys.iter().map(|key| text(key, "kid")).collect();
    assert_eq!((keys.len(), kids.len()), (2, 2));
    for key in keys {
        assert_eq!(key["use"], "sig");
        match text(key, "alg") {
            "RS256" => assert!(URL_SAFE_NO_PAD.decode(text(key, "n")).expect("base64url").len() >= 256, "2048 bits"),
            alg => assert_eq!((alg, text(key, "crv")), ("ES256", "P-256")),
        }
    }
    // Another node, and a restart, publish the same.
    assert_eq!(provider.another(&env).await.agent().get("/oauth2/jwks").await.json()["keys"].as_array(), Some(keys));
}

async fn tokens_are_what_the_specifications_say(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    env.clock().advance(Duration::from_secs(7));
    let now = provider.app.now().as_seconds();
    for (client, alg) in [("semafor", "RS256"), ("apera-net", "ES256"), ("bourse-mobilite", "ES256")] {
        let code = provider.code(&agent, &provider.request(client)).await;
        let answer = provider.redeem(client, &code, &[]).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
        let tokens = answer.json();
        let names: Vec<_> = tokens.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(names.len(), 5, "{names:?}");
        assert_eq!((text(&tokens, "token_type"), &tokens["expires_in"]), ("Bearer", &json!(600)));
        assert_eq!(tokens["scope"], "attachments email openid profile");

        let (header, id) = verified(&provider, text(&tokens, "id_token")).await;
        assert_eq!((text(&header, "alg"), text(&header, "typ")), (alg, "JWT"));
        let at_hash = URL_SAFE_NO_PAD.encode(&sha256(text(&tokens, "access_token").as_bytes())[..16]);
        let sub = id["sub"].clone();
        let expected = json!({
            "iss": provider.issuer, "sub": sub, "aud": client, "exp": now + 600, "iat": now, "auth_time": now - 7,
            "nonce": "n-0S6_WzA2Mj", "acr": "eidas0", "amr": ["pwd"], "at_hash": at_hash,
        });
        assert_eq!(id, expected, "nothing else in it");

        // RFC 9068 §2
        let (header, access) = verified(&provider, text(&tokens, "access_token")).await;
        assert_eq!((text(&header, "alg"), text(&header, "typ")), (alg, "at+jwt"));
        for (name, value) in [
            ("iss", json!(provider.issuer)),
            ("aud", json!(provider.issuer)),
            ("sub", sub.clone()),
            ("client_id", json!(client)),
            ("scope", tokens["scope"].clone()),
            ("iat", json!(now)),
            ("exp", json!(now + 600)),
        ] {
            assert_eq!(access[name], value, "{name}");
        }
        assert!(text(&access, "jti").len() >= 22);
        assert_eq!(provider.userinfo(text(&tokens, "access_token")).await.json()["sub"], sub);
    }
    // Without a nonce there is none; a long one comes back unchanged.
    for nonce in ["", &"n".repeat(384)] {
        let code = provider.code(&agent, &provider.request("semafor").with("nonce", nonce)).await;
        let tokens = provider.redeem("semafor", &code, &[]).await.json();
        let claims = payload(text(&tokens, "id_token"));
        assert_eq!(claims.get("nonce").and_then(Value::as_str).unwrap_or_default(), nonce);
    }
}

async fn userinfo_answers_get_post_and_form(env: Env) {
    let provider = Provider::start(&env).await;
    let tokens = provider.tokens(&provider.signed_in(TEACHER).await, "semafor").await;
    let token = text(&tokens, "access_token");
    let agent = provider.agent();
    let path = "/oauth2/userinfo";
    let bearer = format!("Bearer {token}");
    let with_header: &[(&str, &str)] = &[("authorization", &bearer)];
    let lower = format!("bearer {token}");
    let other_type = &[("authorization", bearer.as_str()), ("content-type", "application/json")];
    let answers = [
        agent.get_with(path, with_header).await,
        agent.get_with(path, &[("authorization", &lower), ("accept", "application/json;charset=UTF-8")]).await,
        agent.send(Method::POST, path, None, with_header).await,
        agent.post_with(path, &[], with_header).await,
        agent.post_with(path, &[("access_token", token)], &[]).await,
        agent.send(Method::POST, path, Some("{}".into()), other_type).await,
    ];
    for answer in &answers {
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{}", answer.body);
        assert_eq!(answer.json(), answers[0].json());
    }
    assert_eq!(answers[0].json()["sub"], payload(text(&tokens, "id_token"))["sub"]);
    assert!(!answers[0].body.contains("null") && !answers[0].body.contains("\"\""), "{}", answers[0].body);

    // RFC 6750 §2, §3.1
    let twice = agent.post_with(path, &[("access_token", token)], with_header).await;
    let doubled = agent.post_with(path, &[("access_token", token), ("access_token", token)], &[]).await;
    for answer in [twice, doubled] {
        assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("invalid_request")));
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_request\"");
    }
    let in_address = agent.get(&with_params(path, &[("access_token", token)])).await;
    let nothing = agent.get(path).await;
    for answer in [in_address, nothing] {
        assert_eq!((answer.status, answer.header("www-authenticate"), answer.json()), (401, "Bearer", json!({})));
    }
}

async fn token_errors_are_json_with_the_right_status(env: Env) {
    let provider = Provider::start(&env).await;
    for (form, error) in [
        (vec![], "invalid_request"),
        (vec![("grant_type", "")], "invalid_request"),
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (vec![("grant_type", "authorization_code")], "invalid_request"),
        (vec![("grant_type", "authorization_code"), ("code", "x")], "invalid_grant"),
    ] {
        let answer = provider.token("semafor", &form).await;
        answer.assert_token_error(400, error);
        assert_eq!(answer.header("content-type"), "application/json");
        let description = answer.json()["error_description"].as_str().expect("words").to_owned();
        assert!(description.bytes().all(|byte| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\'));
    }
}

async fn scoped_claims_go_into_the_id_token_for_those_who_ask(env: Env) {
    let provider = Provider::start(&env).await;
    provider.change_client("semafor", |client| client.claims_in_id_token = true).await;
    let agent = provider.signed_in(TEACHER).await;
    let tokens = provider.tokens(&agent, "semafor").await;
    let claims = payload(text(&tokens, "id_token"));
    let userinfo = provider.userinfo(text(&tokens, "access_token")).await.json();
    for (name, value) in userinfo.as_object().expect("claims") {
        assert_eq!(claims[name], *value, "{name}");
    }
    assert_eq!((text(&claims, "name"), &claims["roles"]), ("Tristan Blanc", &json!(["saisie"])));
    let others = provider.tokens(&agent, "apera-net").await;
    assert!(payload(text(&others, "id_token")).get("name").is_none());
}

async fn sign_out_leads_back_with_state_and_nothing_else(env: Env) {
    let provider = Provider::start(&env).await;
    provider
        .change_client("semafor", |client| client.post_logout_redirect_uris.push("https://rp.example/out?a=1".into()))
        .await;
    let back = "http://127.0.0.1:8081/deconnecte";
    let kept = "https://rp.example/out?a=1";
    for (by_post, uri, client, state, leads_to) in [
        (false, back, "", "s 1&é", format!("{back}?state=s+1%26%C3%A9")),
        (true, back, "semafor", "s1", format!("{back}?state=s1")),
        (false, back, "semafor", "", back.to_owned()),
        (true, kept, "", "s1", format!("{kept}&state=s1")),
    ] {
        let agent = provider.signed_in(TEACHER).await;
        let tokens = provider.tokens(&agent, "semafor").await;
        // An expired hint is as good (§2).
        env.clock().advance(Duration::from_secs(3600));
        let params = [
            ("id_token_hint", text(&tokens, "id_token")),
            ("post_logout_redirect_uri", uri),
            ("client_id", client),
            ("state", state),
            ("ui_locales", "en"),
        ];
        let params: Vec<_> = params.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let answer = if by_post {
            agent.post_with("/oauth2/logout", &params, &[("origin", "http://127.0.0.1:8081")]).await
        } else {
            agent.get(&with_params("/oauth2/logout", &params)).await
        };
        let to_page = answer.location().expect("our page");
        let page = agent.get(&to_page).await;
        let done = agent.post("/deconnexion", &[("flow", &page.field("flow"))]).await;
        assert_eq!((done.status, done.location()), (303, Some(leads_to.clone())));
        let silent = agent.get(&provider.request("semafor").with("prompt", "none").path()).await;
        assert_eq!(silent.redirect_param("error").as_deref(), Some("login_required"));
        // Signed out already: nothing to confirm.
        assert_eq!(agent.get(&to_page).await.location(), Some(leads_to));
    }
}
