//! Attacks through the browser (docs/attacks.md, section J).

use idp_core::{catalogue::SigningAlgorithm, jose::sign::Typ, oauth::redirect_uri::with_params};
use reqwest::Method;
use serde_json::json;

use crate::{
    harness::{
        Agent, Answer, Env,
        app::{NO_SCHOOL, Provider, TEACHER, TWO_SCHOOLS},
        suite,
    },
    protocol::payload,
};

suite! {
    feature:
        j01_a_form_from_elsewhere_changes_nothing,
        j02_nobody_is_signed_in_by_somebody_elses_form,
        j04_sign_in_leads_only_where_we_wrote,
        j05_sign_out_leads_only_where_a_valid_hint_allows,
        j08_scripts_of_other_origins_read_nothing,
        j09_cookies_are_out_of_reach,
        j03_j10_every_answer_carries_its_headers,
        j11_other_verbs_types_and_spellings_are_refused;
}

const PASSWORD: &str = idp::demo::PASSWORD;

const PORTS: [u16; 3] = [8081, 8082, 8083];

async fn j01_a_form_from_elsewhere_changes_nothing(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    let to_consent = agent.get(&request.path()).await.location().expect("consent");
    let flow = agent.get(&to_consent).await.field("flow");
    let form = [
        ("flow", flow.as_str()),
        ("decision", "accept"),
        ("attachment", "att_x"),
        ("email", TEACHER),
        ("password", PASSWORD),
    ];
    let elsewhere: [&[(&str, &str)]; 5] = [
        &[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "http://localhost.evil.example"), ("sec-fetch-site", "cross-site")],
    ];
    for headers in elsewhere {
        for path in [
            "/connexion",
            "/consentement",
            "/connexion/structure",
            "/connexion/sans-acces",
            "/mon-espace",
            "/deconnexion",
        ] {
            let answer = agent.post_with(path, &form, headers).await;
            assert_eq!((answer.status, answer.header("set-cookie")), (403, ""), "{path} {headers:?}");
            assert!(answer.body.contains("id=\"error-page\""), "{path}");
        }
    }
    assert_eq!(agent.get("/mon-espace").await.status, 200, "still signed in");
    let silent = agent.get(&request.with("prompt", "none").path()).await;
    assert_eq!(silent.redirect_param("error").as_deref(), Some("consent_required"), "nothing was agreed to");
}

async fn j02_nobody_is_signed_in_by_somebody_elses_form(env: Env) {
    let provider = Provider::start(&env).await;
    let (attacker, victim) = (provider.agent(), provider.agent());
    let page = attacker.get("/connexion").await;
    assert_eq!(victim.submit_sign_in(&page, TEACHER, PASSWORD).await.status, 403, "no flow cookie");
    victim.get("/connexion").await;
    assert_eq!(victim.submit_sign_in(&page, TEACHER, PASSWORD).await.status, 403, "another one's");
    assert_eq!(victim.cookie("sid"), None);
    assert_eq!(attacker.submit_sign_in(&page, TEACHER, PASSWORD).await.status, 303);
}

async fn j04_sign_in_leads_only_where_we_wrote(env: Env) {
    let provider = Provider::start(&env).await;
    for target in ["//evil.example", "/\\evil.example", "/%09/evil.example", "https:evil.example", "/x%0d%0aa: b"] {
        let agent = provider.agent();
        let query = ["next", "return_to", "redirect", "url"].map(|name| format!("{name}={target}")).join("&");
        let page = agent.get(&format!("/connexion?{query}")).await;
        let form = [("flow", page.field("flow")), ("email", TEACHER.into()), ("password", PASSWORD.into())];
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).chain([("next", target)]).collect();
        let answer = agent.post(&format!("/connexion?{query}"), &form).await;
        assert_eq!(answer.location().as_deref(), Some("/mon-espace"), "{target}");
    }
}

async fn j05_sign_out_leads_only_where_a_valid_hint_allows(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let tokens = provider.tokens(&agent, "semafor").await;
    let (hint, access) = (tokens["id_token"].as_str().expect("one"), tokens["access_token"].as_str().expect("one"));
    let others = provider.tokens(&agent, "apera-net").await["id_token"].as_str().expect("one").to_owned();
    let claims = hint.split('.').nth(1).expect("claims");
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
    // One character in the middle of the signature.
    let (before, after) = hint.split_at(hint.len() - 40);
    let modified = format!("{before}{}{}", if after.starts_with('A') { 'B' } else { 'A' }, &after[1..]);
    let keys = provider.app.keys.load_full();
    let signer = keys.signer(SigningAlgorithm::RS256).expect("a key");
    let another_kind = signer.sign(Typ::AccessToken, &payload(hint)).expect("a token");
    let back = "http://127.0.0.1:8081/deconnecte";
    let unregistered = "https://evil.example/";
    let mut others_in_turn = [TWO_SCHOOLS, NO_SCHOOL, "ludovic.valin@gambetta.example"].into_iter().cycle();
    let added = format!("{back}?x=1");
    for (hint, uri, client) in [
        (hint, unregistered, ""),
        (hint, &added, ""),
        ("", back, ""),
        ("", back, "semafor"),
        (&unsigned, back, ""),
        (&modified, back, ""),
        (access, back, ""),
        (&another_kind, back, ""),
        (&others, back, ""),
        (hint, back, "apera-net"),
        (hint, "", ""),
        ("", "", ""),
    ] {
        let params =
            [("id_token_hint", hint), ("post_logout_redirect_uri", uri), ("client_id", client), ("state", "s")];
        let params: Vec<_> = params.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let by_get = agent.get(&with_params("/oauth2/logout", &params)).await.location().expect("our page");
        let by_post = agent.post_with("/oauth2/logout", &params, &[]).await.location().expect("our page");
        for to_page in [by_get, by_post] {
            let page = agent.get(&to_page).await;
            assert!(page.body.contains("id=\"logout-form\""), "a page asks first: {params:?}");
            // Another browser, so that this one stays signed in; several people, for the limit of tries.
            let other = provider.signed_in(others_in_turn.next().expect("somebody")).await;
            let done = other.post("/deconnexion", &[("flow", &page.field("flow"))]).await;
            assert_eq!(done.location().as_deref(), Some("/deconnexion/faite"), "{params:?}");
            let page = other.get("/deconnexion/faite").await;
            assert!(page.status == 200 && page.body.contains("id=\"logged-out\""));
        }
    }
    assert_eq!(provider.userinfo(access).await.status, 200, "nothing but the POST of our form ends a session");
    assert_eq!(agent.get("/mon-espace").await.status, 200);
}

async fn j08_scripts_of_other_origins_read_nothing(env: Env) {
    let provider = Provider::start(&env).await;
    provider
        .change_client("bourse-mobilite", |client| client.allowed_origins = vec!["https://rp.example".into()])
        .await;
    let agent = provider.agent();
    let allowed = async |method: Method, path: &str, origin: &str| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        let answer = agent.send(method, path, None, &headers).await;
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
        answer.header("access-control-allow-origin").to_owned()
    };
    for path in ["/oauth2/token", "/oauth2/userinfo"] {
        assert_eq!(allowed(Method::OPTIONS, path, "https://rp.example").await, "https://rp.example", "{path}");
        assert_eq!(allowed(Method::POST, path, "https://rp.example").await, "https://rp.example", "{path}");
        for origin in [
            "https://rp.example.evil.tld",
            "https://evil.example",
            "null",
            "https://RP.example",
            "https://rp.example:443",
        ] {
            assert_eq!(allowed(Method::OPTIONS, path, origin).await, "", "{path} {origin}");
            assert_eq!(allowed(Method::POST, path, origin).await, "", "{path} {origin}");
        }
    }
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oauth2/jwks"] {
        assert_eq!(allowed(Method::GET, path, "null").await, "*", "{path}");
    }
    for path in ["/oauth2/authorize", "/oauth2/logout", "/connexion", "/mon-espace", "/"] {
        for method in [Method::OPTIONS, Method::GET, Method::POST] {
            assert_eq!(allowed(method, path, "https://rp.example").await, "", "{path}");
        }
    }
}

fn cookies_of(answer: &Answer) -> Vec<String> {
    let all = answer.headers.get_all("set-cookie").iter();
    all.map(|value| value.to_str().expect("ASCII").to_owned()).collect()
}

async fn sign_in(agent: &Agent) -> Vec<String> {
    let page = agent.get("/connexion?lang=fr").await;
    let answer = agent.submit_sign_in(&page, TEACHER, PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    [cookies_of(&page), cookies_of(&answer)].concat()
}

async fn j09_cookies_are_out_of_reach(env: Env) {
    let https = |settings: &mut idp::config::Settings| settings.server.issuer = Some("https://localhost".into());
    let provider = Provider::with(&env, PORTS, env.clock(), https).await;
    let agent = Agent::new(&format!("http://localhost:{}", provider.issuer.rsplit(':').next().expect("a port")));
    let cookies = sign_in(&agent).await;
    let names: Vec<_> = cookies.iter().map(|cookie| cookie.split('=').next().expect("a name")).collect();
    assert_eq!(names, ["__Host-flow", "lang", "__Host-sid"]);
    for cookie in &cookies {
        for attribute in ["; HttpOnly", "; Secure", "; SameSite=Lax", "; Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!cookie.to_lowercase().contains("domain="), "{cookie}");
    }
    // What a sibling host could plant is not read.
    let planted = Agent::new(&provider.issuer);
    planted.set_cookie("sid", &agent.cookie("__Host-sid").expect("a session"));
    assert_eq!(planted.get("/mon-espace").await.location().as_deref(), Some("/connexion"));
    planted.set_cookie("__Host-sid", &"x".repeat(5000));
    assert_eq!(planted.get("/mon-espace").await.location().as_deref(), Some("/connexion"));
    planted.set_cookie("more", &"x".repeat(33_000));
    assert_eq!(planted.get("/mon-espace").await.status, 431);
    let answer = agent.get("/").await;
    assert_eq!(answer.header("strict-transport-security"), "max-age=63072000; includeSubDomains", "j10");
}

async fn j03_j10_every_answer_carries_its_headers(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    let consent = agent.get(&request.path()).await;
    let tokens = provider.tokens(&agent, "semafor").await;
    let choose = provider.signed_in(TWO_SCHOOLS).await;
    let to_choice = choose.get(&request.path()).await.location().expect("the choice");
    let without = provider.signed_in(NO_SCHOOL).await;
    let to_no_access = without.get(&request.path()).await.location().expect("no access");
    let pages = [
        provider.agent().get("/").await,
        provider.agent().get("/connexion").await,
        agent.get(&consent.location().expect("consent")).await,
        agent.get("/mon-espace").await,
        agent.get("/deconnexion").await,
        agent.get("/deconnexion/faite").await,
        choose.get(&to_choice).await,
        without.get(&to_no_access).await,
        agent.get("/oauth2/authorize").await,
        agent.get("/nowhere").await,
        agent.get("/consentement").await,
    ];
    let others = [
        consent.clone(),
        provider.userinfo(tokens["access_token"].as_str().expect("one")).await,
        provider.userinfo("x").await,
        provider.redeem("semafor", "x", &[]).await,
        agent.get("/oauth2/logout").await,
    ];
    for answer in &pages[..2] {
        assert!(answer.status == 200 && answer.body.contains("</html>"));
    }
    for answer in pages.iter().chain(&others) {
        assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        let csp = answer.header("content-security-policy");
        assert!(csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'"), "{csp}");
        assert!(csp.contains("script-src 'self';") && !csp.contains("unsafe"), "{csp}");
        assert!(
            !answer.body.contains("<script>") && !answer.body.contains(" onclick=") && !answer.body.contains(" style=")
        );
    }
}

async fn j11_other_verbs_types_and_spellings_are_refused(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    for path in ["/", "/connexion", "/oauth2/authorize", "/oauth2/token", "/oauth2/userinfo", "/oauth2/jwks"] {
        for method in [Method::TRACE, Method::PUT, Method::DELETE, Method::PATCH] {
            assert_eq!(agent.send(method.clone(), path, None, &[]).await.status, 405, "{method} {path}");
        }
    }
    assert_eq!(agent.get("/oauth2/token").await.status, 405);
    for path in [
        "//oauth2/token",
        "/oauth2/%74oken",
        "/oauth2/token/",
        "/OAuth2/token",
        "/oauth2/./x/../tokens",
        "/oauth2/token;x",
    ] {
        assert_eq!(agent.send(Method::POST, path, Some(String::new()), &[]).await.status, 404, "{path}");
    }
    let body = json!({ "grant_type": "authorization_code", "code": "x" }).to_string();
    for media_type in ["text/plain", "application/json", "multipart/form-data; boundary=x", ""] {
        for path in ["/oauth2/token", "/oauth2/authorize", "/connexion"] {
            let answer = agent.post_body(path, media_type, body.clone(), &[]).await;
            assert_eq!(answer.status, 415, "{path} {media_type}");
        }
    }
    // Fields that no form of ours has are not looked at.
    let page = provider.agent();
    let flow = page.get("/connexion").await.field("flow");
    let form = [
        ("flow", flow.as_str()),
        ("email", TEACHER),
        ("password", "wrong"),
        ("is_admin", "1"),
        ("email_verified", "1"),
        ("account", "x"),
        ("status", "active"),
    ];
    assert_eq!(page.post("/connexion", &form).await.status, 422);
    let foreign = agent.post("/mon-espace", &[("attachment", "att_x"), ("account", "x"), ("administrator", "1")]).await;
    assert_eq!(foreign.location().as_deref(), Some("/mon-espace"));
}
