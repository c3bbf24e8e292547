//! The main road, without scripts: a teacher's sign-in reaches the applications with the right roles.

use idp_store::sql::{accounts, attachments};
use serde_json::json;

use crate::harness::{
    Env,
    app::{NO_SCHOOL, Provider, TEACHER, TWO_SCHOOLS},
    suite,
};

suite! {
    feature:
        p28_a_teachers_sign_in_reaches_semafor_with_the_right_roles,
        a_second_application_asks_no_second_password,
        several_attachments_are_chosen_from,
        without_an_attachment_the_page_says_so_and_the_client_is_told,
        signing_out_ends_session_and_tokens;
}

async fn p28_a_teachers_sign_in_reaches_semafor_with_the_right_roles(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let request = provider.request("semafor");

    let to_sign_in = agent.get(&request.path()).await.location().expect("the sign-in page");
    let page = agent.get(&to_sign_in).await;
    assert!(page.body.contains("Semafor") && page.body.contains("id=\"login-form\""));
    let resumed =
        agent.submit_sign_in(&page, TEACHER, idp::demo::PASSWORD).await.location().expect("back to the request");
    let to_consent = agent.get(&resumed).await.location().expect("the consent page");
    let consent = agent.get(&to_consent).await;
    for shown in ["Tristan Blanc", TEACHER, "Lycée professionnel Gambetta", "TLPU", "Enseignant", "Saisie"] {
        assert!(consent.body.contains(shown), "{shown} is missing from {}", consent.body);
    }
    let code = provider.code(&agent, &request).await;
    let tokens = provider.redeem("semafor", &code, &[]).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    let claims = provider.userinfo(tokens.json()["access_token"].as_str().expect("a token")).await.json();
    let attachment = &claims["attachments"][0];
    assert_eq!(
        attachment["establishment"],
        json!({
            "uai": "0380010E", "code": "TLPU", "siret": "19380010900012",
            "name": "Lycée professionnel Gambetta", "city": "Bourgoin-Jallieu", "postal_code": "38303"
        })
    );
    assert_eq!(attachment["profile"], "enseignant");
    assert_eq!((&claims["roles"], &attachment["roles"]), (&json!(["saisie"]), &json!(["saisie"])));
    assert_eq!((&attachment["legacy_account"], &attachment["since"]), (&json!("TLPU"), &json!("2026-11-23")));
    assert_eq!(claims["attachment"], attachment["id"]);
    assert_eq!((&claims["name"], &claims["email_verified"]), (&json!("Tristan Blanc"), &json!(true)));
}

async fn a_second_application_asks_no_second_password(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    provider.code(&agent, &provider.request("semafor")).await;
    // The first time there is consent to give, then nothing at all.
    provider.code(&agent, &provider.request("apera-net")).await;
    let answer = agent.get(&provider.request("apera-net").path()).await;
    assert!(answer.redirect_param("code").is_some(), "{:?}", answer.location());
}

async fn several_attachments_are_chosen_from(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TWO_SCHOOLS).await;
    let request = provider.request("semafor");
    let to_choice = agent.get(&request.path()).await.location().expect("the choice");
    assert!(to_choice.starts_with("/connexion/structure?"), "{to_choice}");
    let page = agent.get(&to_choice).await;
    let db = &provider.app.db;
    let person = accounts::find_for_sign_in(db, TWO_SCHOOLS).await.expect("read").expect("Nadia");
    let held = attachments::held_by(db, &person.id.into()).await.expect("read");
    let bursar = held.iter().find(|held| held.profile.as_str() == "gestionnaire").expect("her second attachment");
    let id = bursar.id.to_string();
    assert!(held.iter().all(|held| page.body.contains(held.id.as_str())), "{}", page.body);

    let without = agent.post("/connexion/structure", &[("flow", &page.field("flow"))]).await;
    assert!(without.body.contains("role=\"alert\""), "a choice is missing: {}", without.body);
    let chosen = agent.post("/connexion/structure", &[("flow", &page.field("flow")), ("attachment", &id)]).await;
    let consent = agent.get(&agent.get(&chosen.location().expect("on")).await.location().expect("consent")).await;
    let agreed = agent.post("/consentement", &[("flow", &consent.field("flow")), ("decision", "accept")]).await;
    let code = agent.get(&agreed.location().expect("on")).await.redirect_param("code").expect("a code");
    let tokens = provider.redeem("semafor", &code, &[]).await.json();
    let claims = provider.userinfo(tokens["access_token"].as_str().expect("a token")).await.json();
    assert_eq!(claims["attachment"], id.as_str());
    assert_eq!(claims["attachments"].as_array().map(Vec::len), Some(2));
    assert_eq!(claims["roles"], json!(["saisie", "consultation"]));

    // The choice stays in use for the session; an attachment of somebody else is nobody's.
    let space = agent.get("/mon-espace").await;
    assert!(space.body.contains("Gestionnaire"), "{}", space.body);
    let foreign = agent.post("/mon-espace", &[("attachment", "att_of-somebody-else")]).await;
    assert_eq!(foreign.location().as_deref(), Some("/mon-espace"));
}

async fn without_an_attachment_the_page_says_so_and_the_client_is_told(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(NO_SCHOOL).await;
    let request = provider.request("semafor");
    let to_page = agent.get(&request.path()).await.location().expect("the page");
    assert!(to_page.starts_with("/connexion/sans-acces?"), "{to_page}");
    let page = agent.get(&to_page).await;
    let gave_up = agent.post("/connexion/sans-acces", &[("flow", &page.field("flow"))]).await;
    gave_up.assert_told_client(request.get("redirect_uri"), "access_denied", request.get("state"), &provider.issuer);
}

async fn signing_out_ends_session_and_tokens(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.signed_in(TEACHER).await;
    let tokens = provider.tokens(&agent, "semafor").await;
    let token = tokens["access_token"].as_str().expect("a token");
    assert_eq!(provider.userinfo(token).await.status, 200);

    let hint = tokens["id_token"].as_str().expect("an ID token");
    let back = "http://127.0.0.1:8081/deconnecte";
    let asked = format!("/oauth2/logout?id_token_hint={hint}&post_logout_redirect_uri={back}&state=s1");
    let to_page = agent.get(&asked).await.location().expect("our page");
    let page = agent.get(&to_page).await;
    assert!(page.body.contains("id=\"logout-form\"") && page.body.contains("Semafor"), "{}", page.body);
    assert_eq!(provider.userinfo(token).await.status, 200, "a GET ends nothing");

    let done = agent.post("/deconnexion", &[("flow", &page.field("flow"))]).await;
    assert_eq!(done.location().as_deref(), Some("http://127.0.0.1:8081/deconnecte?state=s1"));
    assert_eq!(provider.userinfo(token).await.status, 401);
    let silent = agent.get(&provider.request("semafor").with("prompt", "none").path()).await;
    assert_eq!(silent.redirect_param("error").as_deref(), Some("login_required"));
}
