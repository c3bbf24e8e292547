//! Attacks on the authorization endpoint and the redirect URI (docs/attacks.md, section A).

use idp_store::on_db;

use crate::{
    harness::{
        Agent, Answer, Env,
        app::{Provider, Request, TEACHER},
        suite,
    },
    protocol::payload,
};

suite! {
    feature:
        a01_a_look_alike_of_a_redirect_uri_gets_a_page_400,
        a02_a03_a04_a05_a06_only_the_very_bytes_of_a_redirect_uri_pass,
        a08_a_doubled_parameter_is_refused,
        a09_only_the_code_in_the_query_is_given,
        a10_prompt_none_never_shows_a_page,
        a12_a_flow_of_another_browser_is_nobodys,
        a13_another_person_inherits_nothing_from_the_session_before,
        a14_a_hint_of_somebody_else_gives_no_code,
        a15_no_form_is_ever_sent_on_with_its_body,
        a16_every_answer_names_the_issuer,
        a17_oversize_and_hostile_values_are_harmless;
}

/// Another demo account.
const HEAD: &str = "ludovic.valin@gambetta.example";

/// As a cross-site form: no cookie, no header of ours.
async fn posted(agent: &Agent, request: &Request) -> Answer {
    agent.post_with("/oauth2/authorize", &request.pairs(), &[("origin", "https://rp.example")]).await
}

async fn assert_page_for(provider: &Provider, agent: &Agent, redirect_uri: &str) {
    let request = provider.request("semafor").with("redirect_uri", redirect_uri);
    agent.get(&request.path()).await.assert_page_400(redirect_uri);
    posted(agent, &request).await.assert_page_400(redirect_uri);
}

async fn a01_a_look_alike_of_a_redirect_uri_gets_a_page_400(env: Env) {
    let provider = Provider::start(&env).await;
    // Signed in and agreed: the answer would be a code at once.
    let agent = provider.signed_in(TEACHER).await;
    provider.code(&agent, &provider.request("semafor")).await;
    for uri in [
        "https://evil.example/retour",
        "http://127.0.0.1.evil.example:8081/retour",
        "http://127.0.0.1:80811/retour",
        "http://127.0.0.1:8081/retour2",
        // Another client's.
        "http://127.0.0.1:8082/retour",
        "",
    ] {
        assert_page_for(&provider, &agent, uri).await;
    }
    for client in ["unknown", "Semafor", ""] {
        let request = provider.request("semafor").with("client_id", client);
        agent.get(&request.path()).await.assert_page_400(client);
        posted(&agent, &request).await.assert_page_400(client);
    }
}

async fn a02_a03_a04_a05_a06_only_the_very_bytes_of_a_redirect_uri_pass(env: Env) {
    let provider = Provider::start(&env).await;
    provider
        .change_client("semafor", |client| {
            client.redirect_uris = vec!["https://rp.example/cb".into(), "https://rp.example/kept?a=1&b=2".into()];
        })
        .await;
    let agent = provider.signed_in(TEACHER).await;
    for uri in [
        // a02
        "https://rp.example@evil.example/cb",
        "https://rp.example\\@evil.example/cb",
        "http://localhost:80@evil.example/cb",
        // a03
        "https://rp.example/cb/../x",
        "https://rp.example/cb/%2e%2e/x",
        "https://rp.example/x/%252e%252e/cb",
        "https://rp.example/x%252f..%252fcb",
        "https://rp.example/x/..;/cb",
        "https://rp.example/cb/",
        "https://rp.example//cb",
        "https://rp.example/%63b",
        // a04
        "https://RP.example/cb",
        "HTTPS://rp.example/cb",
        "https://rp.example/CB",
        "https://rp.example:443/cb",
        "https://rp.example./cb",
        "https://rр.example/cb",
        "https://xn--r-4tbd.example/cb",
        // a05
        "https://rp.example/cb?x=1",
        "https://rp.example/cb?",
        "https://rp.example/cb#x",
        "https://rp.example/kept",
        "https://rp.example/kept?b=2&a=1",
        "https://rp.example/kept?a=1&b=2&c=3",
        // a06
        "http://127.0.0.1:9/cb",
        "http://localhost/cb",
    ] {
        assert_page_for(&provider, &agent, uri).await;
    }
    let kept = provider.request("semafor").with("redirect_uri", "https://rp.example/kept?a=1&b=2");
    let location = provider.authorize(&agent, &kept).await.location().expect("the registered address");
    assert!(location.starts_with("https://rp.example/kept?a=1&b=2&code="), "{location}");
}

async fn a08_a_doubled_parameter_is_refused(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    let (to, state) = (request.get("redirect_uri"), request.get("state"));
    for name in ["client_id", "redirect_uri"] {
        // The same value, or one that the other reading would take.
        for value in [request.get(name), "other"] {
            let doubled = request.clone().and(name, value);
            agent.get(&doubled.path()).await.assert_page_400(name);
            posted(&agent, &doubled).await.assert_page_400(name);
        }
    }
    for name in ["scope", "nonce", "response_type", "code_challenge", "code_challenge_method", "state", "unknown"] {
        let doubled = request.clone().with("unknown", "1").and(name, "2");
        let state = if name == "state" { "" } else { state };
        agent.get(&doubled.path()).await.assert_told_client(to, "invalid_request", state, &provider.issuer);
        posted(&agent, &doubled).await.assert_told_client(to, "invalid_request", state, &provider.issuer);
    }
    // Once in the address, once in the body.
    let both = async |path: &str| agent.post_with(path, &request.pairs(), &[]).await;
    both("/oauth2/authorize?client_id=apera-net").await.assert_page_400("client_id");
    both("/oauth2/authorize?redirect_uri=https%3A%2F%2Fevil.example").await.assert_page_400("redirect_uri");
    let answer = both("/oauth2/authorize?scope=openid").await;
    answer.assert_told_client(to, "invalid_request", state, &provider.issuer);

    let code = provider.code(&agent, &request).await;
    for (name, value) in [("code", "other"), ("client_id", "other"), ("unknown", "1"), ("grant_type", "x")] {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", to),
            ("client_id", "semafor"),
            ("unknown", "1"),
            (name, value),
        ];
        provider.token("semafor", &form).await.assert_token_error(400, "invalid_request");
    }
    assert_eq!(provider.redeem("semafor", &code, &[]).await.status, 200, "none of these used the code");
}

async fn a09_only_the_code_in_the_query_is_given(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    let (to, state) = (request.get("redirect_uri"), request.get("state"));
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "id_token token", "unsupported_response_type"),
        ("response_type", "code id_token", "unsupported_response_type"),
        ("response_type", "none", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("response_mode", "fragment", "invalid_request"),
        ("response_mode", "form_post", "invalid_request"),
        ("response_mode", "jwt", "invalid_request"),
        ("request", "e30.e30.", "request_not_supported"),
        ("request_uri", "https://evil.example/r", "request_uri_not_supported"),
    ] {
        let changed = request.clone().with(name, value);
        for answer in [agent.get(&changed.path()).await, posted(&agent, &changed).await] {
            answer.assert_told_client(to, error, state, &provider.issuer);
            assert!(!answer.location().expect("a location").contains('#'), "in the query");
        }
    }
}

async fn a10_prompt_none_never_shows_a_page(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let request = provider.request("semafor");
    let (to, state, issuer) = (request.get("redirect_uri"), request.get("state"), &provider.issuer);
    for (prompt, error) in [
        ("none", "login_required"),
        ("none login", "invalid_request"),
        ("consent none", "invalid_request"),
        ("None", "invalid_request"),
        ("create", "invalid_request"),
    ] {
        let asked = request.clone().with("prompt", prompt);
        agent.get(&asked.path()).await.assert_told_client(to, error, state, issuer);
    }
    // By POST the session is read at our own address.
    let resumed = posted(&agent, &request.clone().with("prompt", "none")).await.location().expect("our address");
    agent.get(&resumed).await.assert_told_client(to, "login_required", state, issuer);
}

async fn a12_a_flow_of_another_browser_is_nobodys(env: Env) {
    let provider = Provider::start(&env).await;
    let (attacker, victim) = (provider.agent(), provider.agent());
    let request = provider.request("semafor");
    let to_sign_in = attacker.get(&request.path()).await.location().expect("the sign-in page");
    let flow = attacker.get(&to_sign_in).await.field("flow");
    // Also a victim who has a flow of their own.
    for has_flow in [false, true] {
        if has_flow {
            victim.get(&request.path()).await;
        }
        assert_eq!(victim.get(&to_sign_in).await.status, 403);
        let form = [("flow", flow.as_str()), ("email", TEACHER), ("password", idp::demo::PASSWORD)];
        assert_eq!(victim.post("/connexion", &form).await.status, 403);
        assert_eq!(victim.cookie("sid"), None, "nobody is signed in");
    }

    let victim = provider.signed_in(TEACHER).await;
    let agree = [("flow", flow.as_str()), ("decision", "accept"), ("attachment", "att_x")];
    for path in ["/consentement", "/connexion/structure", "/connexion/sans-acces", "/oauth2/authorize/suite"] {
        assert_eq!(victim.get(&format!("{path}?flow={flow}")).await.status, 403, "{path}");
        if path != "/oauth2/authorize/suite" {
            assert_eq!(victim.post(path, &agree).await.status, 403, "{path}");
        }
    }
    let silent = victim.get(&request.with("prompt", "none").path()).await;
    assert_eq!(silent.redirect_param("error").as_deref(), Some("consent_required"), "nothing was agreed to");
}

async fn a13_another_person_inherits_nothing_from_the_session_before(env: Env) {
    let provider = Provider::start(&env).await;
    for (name, value) in [("prompt", "login"), ("max_age", "0")] {
        let agent = provider.signed_in(TEACHER).await;
        let before = provider.tokens(&agent, "semafor").await;
        let old = agent.cookie("sid").expect("a session");
        env.clock().advance(std::time::Duration::from_secs(5));

        let request = provider.request("semafor").with(name, value);
        let to_sign_in = agent.get(&request.path()).await.location().expect("the sign-in page");
        assert!(to_sign_in.starts_with("/connexion?"), "{to_sign_in}");
        let page = agent.get(&to_sign_in).await;
        // Given up half-way, the session is what it was.
        assert_eq!(provider.userinfo(before["access_token"].as_str().expect("a token")).await.status, 200);
        let resumed = agent.submit_sign_in(&page, HEAD, idp::demo::PASSWORD).await.location().expect("on");
        let consent = agent.get(&agent.get(&resumed).await.location().expect("consent")).await;
        assert!(consent.body.contains("Ludovic") && !consent.body.contains("Tristan"), "{}", consent.body);
        let agreed = agent.post("/consentement", &[("flow", &consent.field("flow")), ("decision", "accept")]).await;
        let code = agent.get(&agreed.location().expect("on")).await.redirect_param("code").expect("a code");
        let after = provider.redeem("semafor", &code, &[]).await.json();
        let sub =
            |tokens: &serde_json::Value| payload(tokens["id_token"].as_str().expect("an ID token"))["sub"].clone();
        assert_ne!(sub(&before), sub(&after));
        assert_eq!(provider.userinfo(before["access_token"].as_str().expect("a token")).await.status, 401);

        let thief = provider.agent();
        thief.set_cookie("sid", &old);
        assert_eq!(thief.get("/mon-espace").await.location().as_deref(), Some("/connexion"), "the old id is dead");
        withdraw_consents(&provider).await;
    }
}

async fn withdraw_consents(provider: &Provider) {
    let mut tx = provider.app.db.begin().await.expect("a transaction");
    let all = "delete from consents";
    on_db!(tx &mut tx, conn => sqlx::query(all).execute(conn).await.map(|done| done.rows_affected())).expect("deleted");
    tx.commit().await.expect("a commit");
}

async fn a14_a_hint_of_somebody_else_gives_no_code(env: Env) {
    let provider = Provider::start(&env).await;
    let hint_of = async |email| {
        let tokens = provider.tokens(&provider.signed_in(email).await, "semafor").await;
        tokens["id_token"].as_str().expect("an ID token").to_owned()
    };
    let (heads, own) = (hint_of(HEAD).await, hint_of(TEACHER).await);
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    let (to, state) = (request.get("redirect_uri"), request.get("state"));

    let hinted = request.clone().with("id_token_hint", &heads);
    let answer = agent.get(&hinted.clone().with("prompt", "none").path()).await;
    answer.assert_told_client(to, "login_required", state, &provider.issuer);
    let to_sign_in = agent.get(&hinted.path()).await.location().expect("the sign-in page");
    assert!(to_sign_in.starts_with("/connexion?"), "{to_sign_in}");
    let page = agent.get(&to_sign_in).await;
    let resumed = agent.submit_sign_in(&page, TEACHER, idp::demo::PASSWORD).await.location().expect("on");
    let again = agent.get(&resumed).await.location().expect("the sign-in page again");
    assert!(again.starts_with("/connexion?"), "{again}");

    // One's own hint, and one that is not ours (d01), change nothing.
    let forged = format!("{}.{}.", "eyJhbGciOiJub25lIn0", heads.split('.').nth(1).expect("a payload"));
    for hint in [own.as_str(), &forged, "x"] {
        let hinted = request.clone().with("id_token_hint", hint).with("prompt", "none");
        let code = agent.get(&hinted.path()).await.redirect_param("code").expect("a code");
        let tokens = provider.redeem("semafor", &code, &[]).await.json();
        assert_eq!(payload(tokens["id_token"].as_str().expect("a token"))["sub"], payload(&own)["sub"]);
    }
}

async fn a15_no_form_is_ever_sent_on_with_its_body(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let posted = posted(&agent, &provider.request("semafor")).await;
    let to_sign_in = agent.get(&posted.location().expect("our address")).await.location().expect("the sign-in page");
    let signed_in = agent.submit_sign_in(&agent.get(&to_sign_in).await, TEACHER, idp::demo::PASSWORD).await;
    let to_consent = agent.get(&signed_in.location().expect("on")).await.location().expect("consent");
    let flow = agent.get(&to_consent).await.field("flow");
    let refused = agent.post("/consentement", &[("flow", &flow), ("decision", "refuse")]).await;
    assert_eq!(refused.redirect_param("error").as_deref(), Some("access_denied"));
    let agreed = agent.post("/consentement", &[("flow", &flow), ("decision", "accept")]).await;
    let asked = agent.post_with("/oauth2/logout", &[("state", "s")], &[]).await;
    let signed_out = agent.post("/deconnexion", &[]).await;
    for answer in [posted, signed_in, refused, agreed, asked, signed_out] {
        assert_eq!(answer.status, 303, "{answer:?}");
    }
}

async fn a16_every_answer_names_the_issuer(env: Env) {
    let provider = Provider::start(&env).await;
    let metadata = provider.agent().get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    let success = provider.authorize(&agent, &request).await;
    assert!(success.redirect_param("code").is_some());
    let refused = agent.get(&request.with("scope", "profile").path()).await;
    assert_eq!(refused.redirect_param("error").as_deref(), Some("invalid_scope"));
    for answer in [success, refused] {
        assert_eq!(answer.redirect_param("iss"), metadata["issuer"].as_str().map(str::to_owned));
    }
}

async fn a17_oversize_and_hostile_values_are_harmless(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    let to = request.get("redirect_uri").to_owned();
    provider.code(&agent, &request).await;

    let long: String = "aZ09-._~ é\"<&".chars().cycle().take(1800).collect();
    let answer = agent.get(&request.clone().with("state", &long).path()).await;
    assert_eq!(answer.redirect_param("state").as_deref(), Some(long.as_str()), "a long state comes back unchanged");
    for (name, length, state) in [("state", 2049, ""), ("nonce", 1025, request.get("state"))] {
        let answer = agent.get(&request.clone().with(name, &"a".repeat(length)).path()).await;
        answer.assert_told_client(&to, "invalid_request", state, &provider.issuer);
    }
    agent.get(&request.clone().with("state", "a\0b").path()).await.assert_page_400("NUL");
    assert_eq!(agent.get(&request.clone().with("state", &"a".repeat(9000)).path()).await.status, 414);
    assert_eq!(posted(&agent, &request.clone().with("state", &"a".repeat(66_000))).await.status, 413);

    let deep = request.clone().with("claims", &"[".repeat(10_000)).with("ui_locales", "</script>");
    let resumed = posted(&agent, &deep).await.location().expect("our address");
    assert!(agent.get(&resumed).await.redirect_param("code").is_some(), "what is not used is not read");

    // Never written into a page as it came.
    let mark = "\"></script><b>x";
    env.clock().advance(std::time::Duration::from_secs(1));
    let new = provider.agent();
    let mut hostile = request.clone().with("prompt", "login consent");
    for name in ["state", "nonce", "ui_locales", "login_hint", "display", "id_token_hint"] {
        hostile = hostile.with(name, mark);
    }
    let sign_in = new.get(&new.get(&hostile.path()).await.location().expect("the sign-in page")).await;
    let wrong = new.submit_sign_in(&sign_in, mark, "x").await;
    let resumed = new.submit_sign_in(&sign_in, TEACHER, idp::demo::PASSWORD).await.location().expect("on");
    let consent = new.get(&new.get(&resumed).await.location().expect("consent")).await;
    let error = new.get(&request.with("client_id", mark).path()).await;
    for page in [sign_in, wrong, consent, error] {
        assert!(page.body.contains("</html>") && !page.body.contains("<b>x"), "{}", page.body);
    }
}
