//! Attacks on client authentication, tokens and the listener's patience (docs/attacks.md, sections C, D, I, K, L).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use idp_core::{
    catalogue::{AttachmentsShown, SigningAlgorithm},
    ids::AccountId,
    jose::sign::Typ,
    schools::attachment::Attachment,
};
use idp_store::sql::{accounts, attachments};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    harness::{
        Env,
        app::{Provider, TEACHER, TWO_SCHOOLS, VERIFIER},
        basic, suite,
    },
    protocol::payload,
};

suite! {
    feature:
        c09_one_kind_of_token_never_passes_for_another,
        d06_one_way_of_authentication_the_registered_one_and_never_in_the_address,
        d07_wrong_secrets_look_alike_and_are_limited,
        i13_what_ended_is_gone_from_the_next_answer,
        i14_a_client_learns_only_what_it_may,
        k01_what_is_too_large_is_refused_before_any_work,
        l03_nothing_private_is_published;
}

async fn c09_one_kind_of_token_never_passes_for_another(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let tokens = provider.tokens(&agent, "semafor").await;
    let (access, id) = (tokens["access_token"].as_str().expect("one"), tokens["id_token"].as_str().expect("one"));
    let (header, rest) = access.split_once('.').expect("a JWT");
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).expect("base64")).expect("JSON");
    let forged = |change: &dyn Fn(&mut Value)| {
        let mut header = header.clone();
        change(&mut header);
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
    };
    let (body, signature) = rest.split_once('.').expect("a JWT");
    let mut claims = payload(access);
    claims["scope"] = json!("openid profile email attachments siret");
    for (why, token) in [
        ("an ID token", id.to_owned()),
        ("alg none", forged(&|header| header["alg"] = json!("none"))),
        ("alg HS256", forged(&|header| header["alg"] = json!("HS256"))),
        ("another typ", forged(&|header| header["typ"] = json!("JWT"))),
        ("an unknown kid", forged(&|header| header["kid"] = json!("../../../dev/null"))),
        ("crit", forged(&|header| header["crit"] = json!(["exp"]))),
        ("no signature", format!("{}.{body}.", access.split('.').next().expect("a header"))),
        (
            "other claims",
            format!(
                "{}.{}.{signature}",
                access.split('.').next().expect("a header"),
                URL_SAFE_NO_PAD.encode(claims.to_string())
            ),
        ),
        ("our signature, as another kind", provider_signed(&provider, Typ::Jwt, &payload(access))),
        ("a cookie", agent.cookie("sid").expect("a session")),
        ("nothing", String::new()),
    ] {
        let answer = provider.userinfo(&token).await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (401, Some("invalid_token")), "{why}");
    }
    assert_eq!(provider.userinfo(access).await.status, 200);
    // As a session.
    let thief = provider.agent();
    for token in [access, id] {
        thief.set_cookie("sid", token);
        assert_eq!(thief.get("/mon-espace").await.location().as_deref(), Some("/connexion"));
    }
    env.clock().advance(provider.app.lifetimes.access_token);
    assert_eq!(provider.userinfo(access).await.status, 401, "expired");
}

/// Claims under a signature of ours, as a token of that kind.
fn provider_signed(provider: &Provider, typ: Typ, claims: &Value) -> String {
    let keys = provider.app.keys.load_full();
    keys.signer(SigningAlgorithm::RS256).expect("a key").sign(typ, claims).expect("a token")
}

async fn d06_one_way_of_authentication_the_registered_one_and_never_in_the_address(env: Env) {
    let provider = Provider::start(&env).await;
    let secrets = idp::declared::demo_secrets().expect("secrets");
    let secret = |id: &str| secrets.get(id).expect("a secret").expose().to_owned();
    let (semafor, apera) = (secret("semafor"), secret("apera-net"));
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    let code = provider.code(&agent, &request).await;
    let form = |more: &[(&'static str, &str)]| {
        let mut form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.clone()),
            ("redirect_uri", request.get("redirect_uri").to_owned()),
            ("code_verifier", VERIFIER.to_owned()),
        ];
        form.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        form
    };
    let send = async |path: &str, form: Vec<(&str, String)>, header: Option<String>| {
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let headers: Vec<_> = header.iter().map(|value| ("authorization", value.as_str())).collect();
        provider.agent().post_with(path, &form, &headers).await
    };
    let token = "/oauth2/token";
    let own = Some(basic("semafor", &semafor));

    let both = form(&[("client_id", "semafor"), ("client_secret", &semafor)]);
    send(token, both, own.clone()).await.assert_token_error(400, "invalid_request");
    let two_names = form(&[("client_id", "apera-net")]);
    send(token, two_names, own.clone()).await.assert_token_error(400, "invalid_request");
    let in_address = format!("{token}?client_id=semafor&client_secret={semafor}");
    send(&in_address, form(&[]), None).await.assert_token_error(400, "invalid_request");
    send(&in_address, form(&[]), own.clone()).await.assert_token_error(400, "invalid_request");

    // Another method than the registered one, with the right secret.
    let in_body = form(&[("client_id", "semafor"), ("client_secret", &semafor)]);
    send(token, in_body, None).await.assert_token_error(401, "invalid_client");
    let by_header = send(token, form(&[]), Some(basic("apera-net", &apera))).await;
    by_header.assert_token_error(401, "invalid_client");
    assert_eq!(by_header.header("www-authenticate"), "Basic realm=\"token\"");
    let public = form(&[("client_id", "bourse-mobilite"), ("client_secret", "x")]);
    send(token, public, None).await.assert_token_error(401, "invalid_client");
    send(token, form(&[]), Some(basic("bourse-mobilite", ""))).await.assert_token_error(401, "invalid_client");
    send(token, form(&[("client_id", "semafor")]), None).await.assert_token_error(401, "invalid_client");
    send(token, form(&[]), None).await.assert_token_error(401, "invalid_client");
    for header in ["Bearer x", "Basic", "Basic !", "Basic eA=="] {
        send(token, form(&[]), Some(header.into())).await.assert_token_error(401, "invalid_client");
    }
    assert_eq!(send(token, form(&[]), own).await.status, 200, "none of these used the code");
}

async fn d07_wrong_secrets_look_alike_and_are_limited(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let form = [("grant_type", "authorization_code"), ("code", "x")];
    let try_one = async |id: &str, secret: &str| {
        agent.post_with("/oauth2/token", &form, &[("authorization", &basic(id, secret))]).await
    };
    let (unknown, wrong) = (try_one("nobody", "x").await, try_one("semafor", "x").await);
    assert_eq!((unknown.status, &unknown.body), (wrong.status, &wrong.body));
    wrong.assert_token_error(401, "invalid_client");
    for _ in 0..19 {
        assert_eq!(try_one("semafor", "y").await.status, 401);
    }
    let limited = try_one("semafor", "z").await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, "3"), "{}", limited.body);
    assert_eq!(try_one("apera-net", "x").await.status, 401, "each client for itself");
    // A flood of wrong secrets does not lock the application out.
    let right = idp::declared::demo_secrets().expect("secrets").get("semafor").expect("one").expose().to_owned();
    try_one("semafor", &right).await.assert_token_error(400, "invalid_grant");
}

async fn held(provider: &Provider, email: &str) -> (AccountId, Vec<Attachment>) {
    let db = &provider.app.db;
    let row = accounts::find_for_sign_in(db, email).await.expect("read").expect("an account");
    let account = AccountId::from(row.id);
    let held = attachments::held_by(db, &account).await.expect("read");
    (account, held)
}

async fn end(provider: &Provider, email: &str, profile: &str) {
    let (account, held) = held(provider, email).await;
    let ending = held.iter().find(|held| held.profile.as_str() == profile).expect("that attachment");
    let mut tx = provider.app.db.begin().await.expect("a transaction");
    let now = provider.app.now();
    assert!(attachments::end(&mut tx, &ending.id, &account, "desk", "left", now).await.expect("written"));
    tx.commit().await.expect("a commit");
}

async fn i13_what_ended_is_gone_from_the_next_answer(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let tokens = provider.tokens(&agent, "semafor").await;
    let access = tokens["access_token"].as_str().expect("a token");
    let before = provider.userinfo(access).await.json();
    assert_eq!((before["attachments"].as_array().map(Vec::len), &before["roles"]), (Some(1), &json!(["saisie"])));
    assert!(tokens["expires_in"].as_u64().is_some_and(|seconds| seconds <= 600));

    let request = provider.request("semafor");
    let code = provider.code(&agent, &request).await;
    end(&provider, TEACHER, "enseignant").await;
    let after = provider.userinfo(access).await.json();
    assert_eq!((&after["attachments"], after.get("attachment"), after.get("roles")), (&json!([]), None, None));
    // A code from before gives tokens that tell what is true now.
    let tokens = provider.redeem("semafor", &code, &[]).await.json();
    assert_eq!(provider.userinfo(tokens["access_token"].as_str().expect("one")).await.json()["attachments"], json!([]));
    // The session lives, and the application is closed to it.
    let silent = agent.get(&request.clone().with("prompt", "none").path()).await;
    silent.assert_told_client(request.get("redirect_uri"), "access_denied", request.get("state"), &provider.issuer);
    let page = agent.get(&request.path()).await.location().expect("a page");
    assert!(page.starts_with("/connexion/sans-acces?"), "{page}");
}

async fn i14_a_client_learns_only_what_it_may(env: Env) {
    let provider = Provider::start(&env).await;
    provider.change_client("semafor", |client| client.scopes = vec!["openid".into(), "email".into()]).await;
    provider.change_client("apera-net", |client| client.attachments = AttachmentsShown::One).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor").with("scope", "openid email profile attachments uid planet");
    let page = agent.get(&agent.get(&request.path()).await.location().expect("consent")).await;
    let facts = page.body.split("class=\"facts\"").nth(1).and_then(|rest| rest.split("</dl>").next()).expect("facts");
    assert!(facts.contains(TEACHER) && !facts.contains("Gambetta"), "what is shown is what is sent: {facts}");
    let code = provider.code(&agent, &request).await;
    let tokens = provider.redeem("semafor", &code, &[]).await.json();
    assert_eq!(tokens["scope"], "email openid");
    let claims = provider.userinfo(tokens["access_token"].as_str().expect("one")).await.json();
    let mut names: Vec<_> = claims.as_object().expect("claims").keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["email", "email_verified", "sub"]);

    // The bursar's attachment does not open Bourse Mobilité: it never learns of it.
    let agent = provider.signed_in(TWO_SCHOOLS).await;
    let tokens = provider.tokens(&agent, "bourse-mobilite").await;
    let claims = provider.userinfo(tokens["access_token"].as_str().expect("one")).await.json();
    assert_eq!(claims["attachments"].as_array().map(Vec::len), Some(1));
    assert_eq!(claims["attachments"][0]["profile"], "enseignant");
    assert_eq!(claims["roles"], json!(["candidature"]));
}

/// The status line of an answer to bytes that no HTTP client would send.
async fn raw(provider: &Provider, bytes: Vec<u8>) -> String {
    let port = provider.app.issuer.as_str().rsplit(':').next().expect("a port").to_owned();
    let stream = TcpStream::connect(format!("127.0.0.1:{port}")).await.expect("a connection");
    let (mut reading, mut writing) = stream.into_split();
    // The server may answer and close before it has read all.
    let sending = tokio::spawn(async move { writing.write_all(&bytes).await });
    let mut buffer = [0; 64];
    let read = reading.read(&mut buffer).await.expect("an answer");
    sending.abort();
    String::from_utf8_lossy(&buffer[..read]).into_owned()
}

async fn k01_what_is_too_large_is_refused_before_any_work(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let flow = agent.get("/connexion").await.field("flow");
    let hashed = provider.app.passwords.done();

    for path in ["/oauth2/token", "/oauth2/authorize", "/connexion", "/deconnexion"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: 10485760\r\n\r\na="
        );
        let mut bytes = head.into_bytes();
        bytes.resize(bytes.len() + 10_485_760 - 2, b'a');
        let answer = raw(&provider, bytes).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{path}: {answer}");
    }
    let many = "a=1&".repeat(10_000);
    let body = format!("flow={flow}&email={TEACHER}&password=x&{many}");
    let form = "application/x-www-form-urlencoded";
    for path in ["/oauth2/token", "/connexion"] {
        assert_eq!(agent.post_body(path, form, body.clone(), &[]).await.status, 400, "{path}");
    }
    let wide = "x".repeat(33_000);
    for path in ["/oauth2/userinfo", "/connexion", "/.well-known/openid-configuration"] {
        assert_eq!(agent.get_with(path, &[("x-wide", &wide)]).await.status, 431, "{path}");
        assert_eq!(agent.get(&format!("{path}?{}", "x".repeat(8192))).await.status, 414, "{path}");
    }
    // A value that fits, and that no column was made for, ends as an ordinary refusal.
    let long = "é".repeat(9_000);
    let answer = agent.post("/connexion", &[("flow", &flow), ("email", &long), ("password", "x")]).await;
    assert_eq!(answer.status, 422);
    provider.redeem("semafor", &long, &[]).await.assert_token_error(400, "invalid_grant");
    assert_eq!(provider.app.passwords.done(), hashed, "nothing was hashed");
    assert_eq!(agent.send(Method::GET, "/", None, &[]).await.status, 200, "and it still answers");
}

async fn l03_nothing_private_is_published(env: Env) {
    let provider = Provider::start(&env).await;
    let keys = provider.agent().get("/oauth2/jwks").await.json();
    for key in keys["keys"].as_array().expect("keys") {
        let mut names: Vec<_> = key.as_object().expect("a key").keys().map(String::as_str).collect();
        names.sort_unstable();
        match key["kty"].as_str() {
            Some("RSA") => assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]),
            Some("EC") => assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x", "y"]),
            other => panic!("an unexpected key type: {other:?}"),
        }
    }
    let agent = provider.signed_in(TEACHER).await;
    let secret = idp::declared::demo_secrets().expect("secrets").get("semafor").expect("one").expose().to_owned();
    for path in ["/", "/mon-espace", "/deconnexion", "/.well-known/openid-configuration", "/oauth2/jwks"] {
        let answer = agent.get(path).await;
        assert!(answer.status == 200 && !answer.body.contains(&secret) && !answer.body.contains("argon2"), "{path}");
    }
}
