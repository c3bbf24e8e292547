//! Sign-up and confirmation (P01–P03), without scripts.

use std::time::Duration;

use idp::mailer::Letter;
use idp_store::sql::{accounts, outbox};

use crate::harness::{
    Agent, Answer, Env,
    app::{Provider, TEACHER},
    suite,
};

suite! {
    feature:
        p01_p03_a_person_signs_up_confirms_and_signs_in,
        p02_what_is_wrong_is_told_at_its_field,
        p03_another_browser_asks_for_the_password_of_the_sign_up,
        p03_not_me_deletes_the_account,
        g01_an_address_that_has_an_account_is_answered_alike_and_its_owner_told,
        h01_opening_a_link_changes_nothing,
        h02_a_link_is_used_once_whoever_is_first,
        h03_a_newer_link_voids_the_older_and_a_day_ends_it,
        h11_mails_to_one_address_are_few_and_the_page_says_the_same,
        h13_an_account_that_waits_has_no_session,
        p35_accounts_never_confirmed_go_after_a_week;
}

const PATH: &str = "/self-service/creation-compte";
const CONFIRM: &str = "/self-service/validation-compte";
const EMAIL: &str = "claire.dubois@maformation.example";
const PASSWORD: &str = "Quatre éléphants 7";
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn sign_up(agent: &Agent, change: &[(&str, &str)]) -> Answer {
    let flow = agent.get(PATH).await.field("flow");
    let mut form = vec![
        ("flow", flow.as_str()),
        ("email", EMAIL),
        ("password", PASSWORD),
        ("password_confirmation", PASSWORD),
        ("civility", "madame"),
        ("given_name", "Claire"),
        ("family_name", "Dubois"),
    ];
    for (name, value) in change {
        form.retain(|(other, _)| other != name);
        form.push((name, value));
    }
    agent.post(PATH, &form).await
}

/// Newest first.
async fn letters(provider: &Provider) -> Vec<Letter> {
    let messages = outbox::latest(&provider.app.db, 100).await.expect("the outbox");
    messages.iter().map(|message| serde_json::from_str(&message.payload).expect("a letter")).collect()
}

/// The token of the newest link.
async fn token(provider: &Provider) -> String {
    let letters = letters(provider).await;
    let text = letters.first().expect("a mail").text().to_owned();
    let rest = text.split(&format!("{}{CONFIRM}?token=", provider.issuer)).nth(1).expect("a link").to_owned();
    rest.split_whitespace().next().expect("a token").to_owned()
}

async fn is_active(provider: &Provider) -> Option<bool> {
    let row = accounts::find_for_sign_in(&provider.app.db, EMAIL).await.expect("read");
    row.map(|row| row.is_active())
}

async fn p01_p03_a_person_signs_up_confirms_and_signs_in(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let form = agent.get(PATH).await;
    for label in [
        "Email de connexion",
        "Mot de passe",
        "Confirmer le mot de passe",
        "Madame",
        "Monsieur",
        "Prénom",
        "Nom",
        "Créer mon compte",
        "Revenir à l’accueil",
    ] {
        assert!(form.body.contains(label), "{label} is missing from {}", form.body);
    }
    let sent = sign_up(&agent, &[]).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    assert!(sent.body.contains(EMAIL), "{}", sent.body);

    let mails = letters(&provider).await;
    assert_eq!((mails.len(), mails[0].recipient()), (1, EMAIL));
    for words in ["Pour valider votre compte", "L’équipe Sicorra", "Conseil régional Auvergne-Rhône-Alpes"] {
        assert!(mails[0].text().contains(words), "{words} is missing from {}", mails[0].text());
    }
    let token = token(&provider).await;
    let page = agent.get(&format!("{CONFIRM}?token={token}")).await;
    assert!(page.body.contains("Valider mon compte") && !page.body.contains("type=\"password\""), "{}", page.body);
    let done = agent.post(CONFIRM, &[("token", &token), ("decision", "accept")]).await;
    assert_eq!((done.status, is_active(&provider).await), (200, Some(true)), "{}", done.body);

    let signed_in = agent.submit_sign_in(&agent.get("/connexion").await, EMAIL, PASSWORD).await;
    assert_eq!(signed_in.location().as_deref(), Some("/mon-espace"));
}

async fn p02_what_is_wrong_is_told_at_its_field(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let long = format!("Aa1!{}", "x".repeat(130));
    for (change, field) in [
        (("email", "claire"), "email"),
        (("password", "court"), "password"),
        (("password", "Azerty123!"), "password"),
        (("password", "Dubois-2026!"), "password"),
        (("password", long.as_str()), "password"),
        (("password_confirmation", "autre"), "password_confirmation"),
        (("given_name", ""), "given_name"),
        (("family_name", "https://evil.example"), "family_name"),
    ] {
        let answer = sign_up(&agent, &[change]).await;
        assert_eq!(answer.status, 422, "{change:?}");
        assert!(answer.body.contains("role=\"alert\""), "{change:?}");
        assert!(answer.body.contains(&format!("href=\"#{field}\"")), "{change:?} in {}", answer.body);
        assert!(!answer.body.contains(PASSWORD), "a password is never sent back");
    }
    assert_eq!(letters(&provider).await.len(), 0);
}

async fn p03_another_browser_asks_for_the_password_of_the_sign_up(env: Env) {
    let provider = Provider::start(&env).await;
    sign_up(&provider.agent(), &[]).await;
    let token = token(&provider).await;
    let other = provider.agent();
    let page = other.get(&format!("{CONFIRM}?token={token}")).await;
    assert!(page.body.contains("type=\"password\""), "{}", page.body);
    for password in ["", "Un autre mot 8"] {
        let refused = other.post(CONFIRM, &[("token", &token), ("decision", "accept"), ("password", password)]).await;
        assert_eq!((refused.status, is_active(&provider).await), (422, Some(false)), "{password}");
    }
    let done = other.post(CONFIRM, &[("token", &token), ("decision", "accept"), ("password", PASSWORD)]).await;
    assert_eq!((done.status, is_active(&provider).await), (200, Some(true)));
}

async fn p03_not_me_deletes_the_account(env: Env) {
    let provider = Provider::start(&env).await;
    sign_up(&provider.agent(), &[]).await;
    let token = token(&provider).await;
    let other = provider.agent();
    let done = other.post(CONFIRM, &[("token", &token), ("decision", "refuse")]).await;
    assert_eq!((done.status, is_active(&provider).await), (200, None));
    assert_eq!(other.get(&format!("{CONFIRM}?token={token}")).await.status, 410);
}

async fn g01_an_address_that_has_an_account_is_answered_alike_and_its_owner_told(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let hashes = || provider.app.passwords.done();
    let before = hashes();
    let fresh = sign_up(&agent, &[]).await;
    let (fresh_hashes, middle) = (hashes() - before, hashes());
    let known = sign_up(&agent, &[("email", TEACHER)]).await;
    assert_eq!(fresh_hashes, hashes() - middle, "G02: the same work");
    let bare = |answer: &Answer, email: &str| {
        let flow = answer.field("flow");
        answer.body.replace(email, "…").replace(&flow, "…")
    };
    assert_eq!((fresh.status, bare(&fresh, EMAIL)), (known.status, bare(&known, TEACHER)));
    let mails = letters(&provider).await;
    let to_owner = mails.iter().find(|letter| letter.recipient() == TEACHER).expect("a mail to the owner");
    assert!(!to_owner.text().contains("token="), "{}", to_owner.text());
    // The owner's password is still theirs.
    let page = agent.get("/connexion").await;
    assert_eq!(agent.submit_sign_in(&page, TEACHER, idp::demo::PASSWORD).await.status, 303);
}

async fn h01_opening_a_link_changes_nothing(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    sign_up(&agent, &[]).await;
    let token = token(&provider).await;
    let scanner = provider.agent();
    for _ in 0..20 {
        assert_eq!(scanner.get(&format!("{CONFIRM}?token={token}")).await.status, 200);
        let head = scanner.send(reqwest::Method::HEAD, &format!("{CONFIRM}?token={token}"), None, &[]).await;
        assert_eq!(head.status, 200);
    }
    assert_eq!(is_active(&provider).await, Some(false));
    assert_eq!(agent.post(CONFIRM, &[("token", &token), ("decision", "accept")]).await.status, 200);
    assert_eq!(is_active(&provider).await, Some(true));
}

async fn h02_a_link_is_used_once_whoever_is_first(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    sign_up(&agent, &[]).await;
    let token = token(&provider).await;
    let form = [("token", token.as_str()), ("decision", "accept")];
    let (one, other) = tokio::join!(agent.post(CONFIRM, &form), agent.post(CONFIRM, &form));
    let mut both = [one.status, other.status];
    both.sort_unstable();
    assert_eq!(both, [200, 410]);
}

async fn h03_a_newer_link_voids_the_older_and_a_day_ends_it(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    let sent = sign_up(&agent, &[]).await;
    let older = token(&provider).await;
    env.clock().advance(Duration::from_secs(1));
    let again = agent.post(&format!("{PATH}/renvoi"), &[("flow", &sent.field("flow")), ("email", EMAIL)]).await;
    assert_eq!(again.status, 200, "{}", again.body);
    let newer = token(&provider).await;
    assert_ne!(older, newer);
    assert_eq!(agent.get(&format!("{CONFIRM}?token={older}")).await.status, 410);
    env.clock().advance(DAY - Duration::from_secs(1));
    assert_eq!(agent.get(&format!("{CONFIRM}?token={newer}")).await.status, 200);
    env.clock().advance(Duration::from_secs(1));
    assert_eq!(agent.get(&format!("{CONFIRM}?token={newer}")).await.status, 410);
    let late = agent.post(CONFIRM, &[("token", &newer), ("decision", "accept")]).await;
    assert_eq!((late.status, is_active(&provider).await), (410, Some(false)));
}

async fn h11_mails_to_one_address_are_few_and_the_page_says_the_same(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    for _ in 0..6 {
        assert_eq!(sign_up(&agent, &[]).await.status, 200);
    }
    assert_eq!(letters(&provider).await.len(), 3);
}

async fn h13_an_account_that_waits_has_no_session(env: Env) {
    let provider = Provider::start(&env).await;
    let agent = provider.agent();
    sign_up(&agent, &[]).await;
    let page = agent.get("/connexion").await;
    let refused = agent.submit_sign_in(&page, EMAIL, PASSWORD).await;
    assert_eq!((refused.status, agent.cookie("sid")), (422, None));

    // Somebody else signed up first with the victim's address: the later sign-up counts, its own link alone confirms.
    let attackers = token(&provider).await;
    env.clock().advance(Duration::from_secs(1));
    let victim = provider.agent();
    sign_up(&victim, &[("password", "La vraie 8 personne"), ("password_confirmation", "La vraie 8 personne")]).await;
    assert_eq!(agent.post(CONFIRM, &[("token", &attackers), ("decision", "accept")]).await.status, 410);
    let own = token(&provider).await;
    assert_eq!(victim.post(CONFIRM, &[("token", &own), ("decision", "accept")]).await.status, 200);
    let page = agent.get("/connexion").await;
    assert_eq!(agent.submit_sign_in(&page, EMAIL, PASSWORD).await.status, 422, "the first password is nobody's");
}

async fn p35_accounts_never_confirmed_go_after_a_week(env: Env) {
    let provider = Provider::start(&env).await;
    sign_up(&provider.agent(), &[]).await;
    env.clock().advance(7 * DAY);
    idp::jobs::tidy::tidy(&provider.app).await.expect("tidied");
    assert_eq!(is_active(&provider).await, Some(false), "a week is theirs");
    env.clock().advance(Duration::from_secs(1));
    idp::jobs::tidy::tidy(&provider.app).await.expect("tidied");
    assert_eq!(is_active(&provider).await, None);
}
