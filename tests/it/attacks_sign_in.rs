//! Attacks on sign-in, its steps and its sessions (docs/attacks.md, sections G, H).

use std::time::Duration;

use idp_core::{ids::AccountId, oauth::redirect_uri::with_params};
use idp_store::sql::accounts::{self, AccountStatus};

use crate::harness::{
    Answer, Env,
    app::{NO_SCHOOL, Provider, TEACHER, TWO_SCHOOLS},
    suite,
};

suite! {
    feature:
        g01_g02_an_unknown_account_is_answered_like_a_wrong_password,
        g08_a_password_beyond_1024_bytes_is_not_hashed,
        g09_each_sign_in_has_a_session_id_of_its_own,
        g10_no_step_is_skipped_by_opening_a_later_one,
        h06_no_header_changes_an_address_that_we_write;
}

const PASSWORD: &str = idp::demo::PASSWORD;

/// The answer without what differs at every request.
fn plain(answer: &Answer, email: &str) -> String {
    let flow = answer.field("flow");
    answer.body.replace(&flow, "FLOW").replace(email, "EMAIL")
}

async fn put(provider: &Provider, email: &str, status: AccountStatus) {
    let db = &provider.app.db;
    let row = accounts::find_for_sign_in(db, email).await.expect("read").expect("an account");
    let mut tx = db.begin().await.expect("a transaction");
    accounts::set_status(&mut tx, &AccountId::from(row.id), status, provider.app.now()).await.expect("written");
    tx.commit().await.expect("a commit");
}

async fn g01_g02_an_unknown_account_is_answered_like_a_wrong_password(env: Env) {
    let provider = Provider::start(&env).await;
    put(&provider, TWO_SCHOOLS, AccountStatus::Disabled).await;
    put(&provider, NO_SCHOOL, AccountStatus::Pending).await;
    let agent = provider.agent();
    let page = agent.get("/connexion").await;
    let mut answers = Vec::new();
    for (email, password) in
        [(TEACHER, "wrong"), ("nobody@maformation.example", "wrong"), (TWO_SCHOOLS, PASSWORD), (NO_SCHOOL, PASSWORD)]
    {
        let before = provider.app.passwords.done();
        let answer = agent.submit_sign_in(&page, email, password).await;
        assert_eq!(provider.app.passwords.done(), before + 1, "one hash, whoever it is: {email}");
        assert_eq!(agent.cookie("sid"), None, "{email}");
        let mut names: Vec<_> = answer.headers.keys().map(|name| name.as_str().to_owned()).collect();
        names.sort_unstable();
        answers.push((answer.status, names, plain(&answer, email)));
    }
    assert_eq!(answers[0].0, 422);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");

    // The limit falls on both alike, before any hashing.
    let mut limited = Vec::new();
    for email in [TEACHER, "nobody@maformation.example"] {
        for _ in 1..10 {
            assert_eq!(agent.submit_sign_in(&page, email, "wrong").await.status, 422);
        }
        let before = provider.app.passwords.done();
        let answer = agent.submit_sign_in(&page, email, PASSWORD).await;
        assert_eq!(provider.app.passwords.done(), before);
        limited.push((answer.status, plain(&answer, email)));
    }
    assert_eq!(limited[0].0, 429);
    assert_eq!(limited[0], limited[1]);
}

async fn g08_a_password_beyond_1024_bytes_is_not_hashed(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let page = agent.get("/connexion").await;
    let before = provider.app.passwords.done();
    assert_eq!(agent.submit_sign_in(&page, TEACHER, &"a".repeat(1025)).await.status, 422);
    assert_eq!(agent.submit_sign_in(&page, TEACHER, &"a".repeat(70_000)).await.status, 413);
    assert_eq!(provider.app.passwords.done(), before);
    assert_eq!(agent.submit_sign_in(&page, TEACHER, &"a".repeat(1024)).await.status, 422);
    assert_eq!(provider.app.passwords.done(), before + 1);
}

/// Whether a cookie opens « Mon espace ».
async fn is_signed_in(provider: &Provider, sid: &str) -> bool {
    let agent = provider.agent();
    agent.set_cookie("sid", sid);
    agent.get("/mon-espace").await.status == 200
}

async fn g09_each_sign_in_has_a_session_id_of_its_own(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    agent.set_cookie("sid", "planted-by-somebody-else-planted-by-somebod");
    let page = agent.get("/connexion").await;
    agent.submit_sign_in(&page, TEACHER, PASSWORD).await;
    let first = agent.cookie("sid").expect("a session");
    assert_ne!(first, "planted-by-somebody-else-planted-by-somebod");
    assert!(!is_signed_in(&provider, "planted-by-somebody-else-planted-by-somebod").await);

    env.clock().advance(Duration::from_secs(60));
    let request = provider.request("semafor").with("prompt", "login");
    let to_sign_in = agent.get(&request.path()).await.location().expect("the sign-in page");
    agent.submit_sign_in(&agent.get(&to_sign_in).await, TEACHER, PASSWORD).await;
    let second = agent.cookie("sid").expect("a session");
    assert_ne!(first, second);
    assert!(is_signed_in(&provider, &second).await && !is_signed_in(&provider, &first).await);

    agent.post("/deconnexion", &[]).await;
    assert_eq!(agent.cookie("sid"), None);
    assert!(!is_signed_in(&provider, &second).await, "signed out at the server, not only in the browser");
    for (idle, status) in [(Duration::from_secs(12 * 3600 - 1), true), (Duration::from_secs(12 * 3600), false)] {
        let sid = provider.signed_in(TEACHER).await.cookie("sid").expect("a session");
        env.clock().advance(idle);
        assert_eq!(is_signed_in(&provider, &sid).await, status, "idle for {idle:?}");
    }
}

async fn g10_no_step_is_skipped_by_opening_a_later_one(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let later = ["/consentement", "/connexion/structure", "/connexion/sans-acces", "/oauth2/authorize/suite"];
    for path in later {
        assert_eq!(agent.get(path).await.status, 403, "{path} without a flow");
        assert_eq!(agent.get(&format!("{path}?flow=x")).await.status, 403, "{path} with an invented one");
    }
    for path in ["/connexion", "/consentement", "/connexion/structure", "/connexion/sans-acces"] {
        assert_eq!(agent.post(path, &[]).await.status, 403, "an empty form at {path}");
    }
    assert_eq!(agent.get("/mon-espace").await.location().as_deref(), Some("/connexion"));
    assert_eq!(agent.post("/mon-espace", &[]).await.location().as_deref(), Some("/connexion"));

    // A real flow, with nobody signed in: every page leads back to the sign-in page, and agreeing agrees to nothing.
    let to_sign_in = agent.get(&provider.request("semafor").path()).await.location().expect("the sign-in page");
    let flow = agent.get(&to_sign_in).await.field("flow");
    let agree = [("flow", flow.as_str()), ("decision", "accept")];
    for answer in [
        agent.get(&with_params("/consentement", &[("flow", &flow)])).await,
        agent.get(&with_params("/connexion/structure", &[("flow", &flow)])).await,
        agent.get(&with_params("/connexion/sans-acces", &[("flow", &flow)])).await,
        agent.post("/consentement", &agree).await,
    ] {
        assert_eq!(answer.status, 303);
        let on = agent.get(&answer.location().expect("on")).await.location().expect("the sign-in page");
        assert!(on.starts_with("/connexion?"), "{on}");
    }
    // An envelope with a changed character, and one beyond its hour.
    let changed = format!("{}{}", &flow[..flow.len() - 1], if flow.ends_with('A') { "B" } else { "A" });
    assert_eq!(agent.get(&with_params("/connexion", &[("flow", &changed)])).await.status, 403);
    env.clock().advance(provider.app.lifetimes.flow);
    assert_eq!(agent.get(&to_sign_in).await.status, 403);
    // Signed in, several attachments: no code before the choice and the consent.
    let agent = provider.signed_in(TWO_SCHOOLS).await;
    let to_choice = agent.get(&provider.request("semafor").path()).await.location().expect("the choice");
    let flow = agent.get(&to_choice).await.field("flow");
    let agreed = agent.post("/consentement", &[("flow", &flow), ("decision", "accept")]).await;
    let on = agent.get(&agreed.location().expect("on")).await.location().expect("the choice again");
    assert!(on.starts_with("/connexion/structure?"), "{on}");
}

async fn h06_no_header_changes_an_address_that_we_write(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let request = provider.request("semafor");
    provider.code(&agent, &request).await;
    let headers = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-original-url", "/evil.example"),
    ];
    for path in [
        "/.well-known/openid-configuration",
        "/connexion",
        "/mon-espace",
        "/oauth2/logout",
        "/deconnexion",
        "/nowhere",
        &request.path(),
        &request.clone().with("prompt", "login").path(),
        &request.clone().with("scope", "x").path(),
    ] {
        let answer = agent.get_with(path, &headers).await;
        assert!(!answer.body.contains("evil.example") && !format!("{:?}", answer.headers).contains("evil.example"));
    }
    let metadata = agent.get_with("/.well-known/openid-configuration", &headers).await.json();
    assert_eq!(metadata["issuer"], provider.issuer.as_str());
    let silent = agent.get_with(&request.path(), &headers).await;
    assert_eq!(silent.redirect_param("iss").as_deref(), Some(provider.issuer.as_str()));
}
