//! The outbox over SMTP: each mail arrives, once, as it was written, whatever the relay does.

use std::{collections::HashSet, sync::Arc, time::Duration};

use idp::{
    config::{MailEncryption, MailSettings},
    jobs::outbox::Stats,
    mailer::{self, Letter, Mailer, Smtp, Transport},
    start::serve,
};
use idp_core::{
    secret::Secret,
    time::{Clock, Timestamp},
};
use idp_store::sql::outbox::{self, NewMessage};
use tokio::{net::TcpListener, sync::oneshot};

use crate::harness::{
    Env,
    outbox::{RECIPIENT, check, letter, node, node_with, queue, round, settings, state},
    smtp::{Act, Relay},
    suite,
};

suite! {
    feature:
        a_mail_arrives_once_in_both_shapes,
        a_mail_leaves_with_its_cause_and_once_for_one_event,
        r27_a_relay_that_is_away_is_tried_for_a_day,
        r28_a_relay_that_stalls_is_given_up_and_answers_no_other_mail,
        r29_a_451_is_tried_again_after_1_5_15_and_60_minutes_as_the_same_mail,
        r29_a_mail_is_not_tried_beyond_the_life_of_its_link,
        r30_a_5xx_to_a_mail_is_marked_and_not_tried_again,
        r31_a_cut_before_the_250_costs_one_copy_with_the_same_message_id,
        r31_two_workers_deliver_each_row_once,
        r31_a_claim_of_a_dead_worker_ends,
        h07_a_row_with_two_recipients_goes_to_nobody,
        h09_no_text_adds_a_header_a_recipient_or_a_mail;
    once:
        a_5xx_to_us_loses_no_mail,
        a_relay_that_asks_gets_name_and_password,
        r38_without_tls_nothing_is_said,
        without_a_relay_mails_are_kept_for_display,
        the_program_sends_what_is_queued_and_notes_it_before_it_ends;
}

fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

const NOTHING: Stats = Stats { delivered: 0, postponed: 0, failed: 0 };
const DELIVERED: Stats = Stats { delivered: 1, ..NOTHING };
const POSTPONED: Stats = Stats { postponed: 1, ..NOTHING };
const FAILED: Stats = Stats { failed: 1, ..NOTHING };

async fn a_mail_arrives_once_in_both_shapes(env: Env) {
    let relay = Relay::start().await;
    let app = node(&env, relay.port).await;
    let text = "Bonjour Marie,\n\nConfirmez votre adresse : http://localhost:8080/inscription/confirmer?t=abc\n";
    assert!(queue(&app, "signup", &letter("Création de votre compte « Sicorra Connect »", text)).await);
    assert_eq!(round(&app).await, DELIVERED);
    assert_eq!(round(&app).await, NOTHING);
    env.clock().advance(minutes(48 * 60));
    assert_eq!(round(&app).await, NOTHING);

    let arrived = relay.arrived();
    let [mail] = arrived.as_slice() else { panic!("{arrived:?}") };
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("ne-pas-repondre@connexion.example", &[RECIPIENT.to_owned()][..])
    );
    assert_eq!(mail.header("From"), "ne-pas-repondre@connexion.example");
    assert_eq!(mail.header("To"), RECIPIENT);
    assert_eq!(mail.header("Date"), "Mon, 23 Nov 2026 08:00:00 +0000");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.header("Message-ID").ends_with("@localhost>"), "{}", mail.data);
    assert_eq!(mail.subject(), "Création de votre compte « Sicorra Connect »");
    let parts = [
        ("text/plain; charset=utf-8".to_owned(), text.to_owned()),
        ("text/html; charset=utf-8".to_owned(), format!("<p>{text}</p>")),
    ];
    assert_eq!(mail.parts(), parts);

    let state = state(&app.db, "signup").await;
    assert!(state.delivered_at.is_some() && state.failed_at.is_none() && state.last_error.is_none());
    assert_eq!(state.payload, "", "H15: a link that left is not kept in clear");
}

async fn a_mail_leaves_with_its_cause_and_once_for_one_event(env: Env) {
    let relay = Relay::start().await;
    let app = node(&env, relay.port).await;
    let mut tx = app.db.begin().await.expect("a transaction");
    let letter = letter("Bonjour", "Bonjour");
    mailer::queue(&mut tx, &letter, "event", None, app.random.as_ref(), app.now()).await.expect("queued");
    drop(tx);
    assert_eq!(round(&app).await, NOTHING, "what was rolled back leaves nothing");
    assert!(queue(&app, "event", &letter).await);
    assert!(!queue(&app, "event", &letter).await);
    assert_eq!(round(&app).await, DELIVERED);
    assert!(!queue(&app, "event", &letter).await);
    assert_eq!(round(&app).await, NOTHING);
    assert_eq!(relay.arrived().len(), 1);
}

async fn r27_a_relay_that_is_away_is_tried_for_a_day(env: Env) {
    let app = node(&env, Relay::nobody().await).await;
    queue(&app, "event", &letter("Bonjour", "Bonjour")).await;
    let start = env.clock().now();
    let mut tries = Vec::new();
    let end = loop {
        tries.push(env.clock().now().since(start).as_secs() / 60);
        match round(&app).await {
            POSTPONED => env.clock().set(Timestamp(state(&app.db, "event").await.due_at)),
            end => break end,
        }
    };
    assert_eq!(end, FAILED);
    assert_eq!(tries[..6], [0, 1, 6, 21, 81, 141]);
    assert_eq!(tries.last(), Some(&1401), "the next would be more than 24 hours after the first");
    assert!(state(&app.db, "event").await.last_error.is_some_and(|error| error.contains("onnection")));
}

async fn r28_a_relay_that_stalls_is_given_up_and_answers_no_other_mail(env: Env) {
    let relay = Relay::start().await;
    let checked = check(&settings(&env, relay.port));
    let mut app = Arc::into_inner(node(&env, relay.port).await).expect("ours alone");
    let mail = checked.mail.as_ref().expect("a relay");
    let smtp = Smtp::new(mail, &checked.server.issuer, Duration::from_millis(300)).expect("a relay");
    app.mail = Mailer::new(Transport::Smtp(Box::new(smtp)));
    let app = Arc::new(app);
    for act in [Act::Stall, Act::StallAtTheEnd] {
        let event = format!("{act:?}");
        queue(&app, &event, &letter("Lent", "Bonjour")).await;
        relay.will(&[act]);
        assert_eq!(round(&app).await, POSTPONED, "{event}");
        assert!(state(&app.db, &event).await.last_error.is_some_and(|error| error.contains("did not answer")));
        queue(&app, &format!("{event} after"), &letter("Refusé", "Bonjour")).await;
        relay.will(&[Act::AtTheEnd("550 5.7.1 no")]);
        assert_eq!(round(&app).await, FAILED, "the answer belongs to this mail");
        env.clock().advance(minutes(1));
        assert_eq!(round(&app).await, DELIVERED, "{event}");
    }
}

async fn r29_a_451_is_tried_again_after_1_5_15_and_60_minutes_as_the_same_mail(env: Env) {
    let relay = Relay::start().await;
    let app = node(&env, relay.port).await;
    queue(&app, "event", &letter("Bonjour", "Bonjour")).await;
    relay.will(&[Act::AtTheEnd("451 4.3.0 later"); 4]);
    assert_eq!(round(&app).await, POSTPONED);
    for (wait, outcome) in [(1, POSTPONED), (5, POSTPONED), (15, POSTPONED), (60, DELIVERED)] {
        env.clock().advance(minutes(wait) - Duration::from_millis(1));
        assert_eq!(round(&app).await, NOTHING, "not before {wait} minutes");
        env.clock().advance(Duration::from_millis(1));
        assert_eq!(round(&app).await, outcome, "after {wait} minutes");
    }
    let arrived = relay.arrived();
    assert_eq!(arrived.len(), 5);
    assert!(arrived.iter().all(|mail| mail.data == arrived[0].data), "Message-ID, date and all");
    let state = state(&app.db, "event").await;
    assert_eq!((state.attempts, state.delivered_at, state.failed_at), (5, Some(env.clock().now().0), None));
}

async fn r29_a_mail_is_not_tried_beyond_the_life_of_its_link(env: Env) {
    let relay = Relay::start().await;
    let app = node(&env, relay.port).await;
    let letter = letter("Nouveau mot de passe", "Bonjour").valid_until(env.clock().now() + minutes(60));
    queue(&app, "event", &letter).await;
    relay.will(&[Act::AtRecipient("450 4.2.1 later"); 9]);
    for wait in [0, 1, 5] {
        env.clock().advance(minutes(wait));
        assert_eq!(round(&app).await, POSTPONED, "after {wait} minutes");
    }
    env.clock().advance(minutes(15));
    assert_eq!(round(&app).await, FAILED, "the next try would be at 81 minutes");
}

async fn r30_a_5xx_to_a_mail_is_marked_and_not_tried_again(env: Env) {
    let relay = Relay::start().await;
    let app = node(&env, relay.port).await;
    let no = ["550 5.1.1 <marie.curie@lycee.example>: unknown", "552 5.2.2 mailbox full", "554 5.7.1 no"];
    for (place, act) in [Act::AtRecipient(no[0]), Act::AtTheEnd(no[1]), Act::AtTheEnd(no[2])].into_iter().enumerate() {
        let event = format!("event {place}");
        queue(&app, &event, &letter("Bonjour", "Bonjour")).await;
        relay.will(&[act]);
        assert_eq!(round(&app).await, FAILED, "{act:?}");
        let state = state(&app.db, &event).await;
        assert_eq!((state.failed_at, state.delivered_at), (Some(env.clock().now().0), None));
        let error = state.last_error.unwrap_or_default();
        assert!(error.contains(&no[place][..3]) && error.contains(&no[place][4..]), "{error}");
        assert_eq!(state.payload, "");
    }
    env.clock().advance(minutes(25 * 60));
    assert_eq!(round(&app).await, NOTHING);
    queue(&app, "another", &letter("Bonjour", "Bonjour")).await;
    assert_eq!(round(&app).await, DELIVERED, "others are sent");
}

async fn r31_a_cut_before_the_250_costs_one_copy_with_the_same_message_id(env: Env) {
    let relay = Relay::start().await;
    let app = node(&env, relay.port).await;
    queue(&app, "event", &letter("Bonjour", "Bonjour")).await;
    relay.will(&[Act::Cut]);
    assert_eq!(round(&app).await, POSTPONED);
    env.clock().advance(minutes(1));
    assert_eq!(round(&app).await, DELIVERED);
    env.clock().advance(minutes(24 * 60));
    assert_eq!(round(&app).await, NOTHING);
    let ids: Vec<_> = relay.arrived().iter().map(|mail| mail.header("Message-ID")).collect();
    assert!(ids.len() == 2 && ids[0] == ids[1], "{ids:?}");
}

async fn r31_two_workers_deliver_each_row_once(env: Env) {
    const MAILS: usize = 20;
    let relay = Relay::start().await;
    let (one, other) = (node(&env, relay.port).await, node(&env, relay.port).await);
    for event in 0..MAILS {
        queue(&one, &event.to_string(), &letter("Bonjour", "Bonjour")).await;
    }
    let mut delivered = 0;
    while delivered < MAILS {
        let (first, second) = tokio::join!(round(&one), round(&other));
        assert_eq!([first.postponed, first.failed, second.postponed, second.failed], [0; 4]);
        assert!(!first.is_empty() || !second.is_empty(), "both workers leave {} rows", MAILS - delivered);
        delivered += first.delivered + second.delivered;
    }
    let ids: HashSet<_> = relay.arrived().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!((delivered, relay.arrived().len(), ids.len()), (MAILS, MAILS, MAILS));
}

async fn r31_a_claim_of_a_dead_worker_ends(env: Env) {
    let relay = Relay::start().await;
    let app = node(&env, relay.port).await;
    queue(&app, "event", &letter("Bonjour", "Bonjour")).await;
    let mut taken = outbox::due(&app.db, 1, app.now()).await.expect("rows").remove(0);
    let mut twin = taken.clone();
    assert!(outbox::claim(&app.db, &mut taken, app.now() + minutes(2)).await.expect("an answer"));
    assert!(!outbox::claim(&app.db, &mut twin, app.now() + minutes(2)).await.expect("an answer"));
    assert_eq!(round(&app).await, NOTHING);
    env.clock().advance(minutes(2));
    assert_eq!(round(&app).await, DELIVERED);
    // The first worker wakes up and says what it meant to say: too late.
    outbox::failed(&app.db, &taken, "late", app.now()).await.expect("ignored");
    outbox::again(&app.db, &taken, app.now(), "late").await.expect("ignored");
    let state = state(&app.db, "event").await;
    assert!(state.failed_at.is_none() && state.last_error.is_none() && state.delivered_at.is_some());
}

async fn h07_a_row_with_two_recipients_goes_to_nobody(env: Env) {
    let relay = Relay::start().await;
    let app = node(&env, relay.port).await;
    let evil = ["a@b.example,c@d.example", "a@b.example>\r\nRCPT TO:<c@d.example", "a@b.example\r\nBcc: c@d.example"];
    for recipient in evil {
        let payload = serde_json::json!({"recipient": recipient, "subject": "s", "text": "t", "html": "h"}).to_string();
        let row =
            NewMessage { id: recipient, kind: "mail", event: recipient, account: None, recipient, payload: &payload };
        let mut tx = app.db.begin().await.expect("a transaction");
        assert!(outbox::enqueue(&mut tx, &row, app.now()).await.expect("queued"));
        tx.commit().await.expect("kept");
        assert_eq!(round(&app).await, FAILED, "{recipient}");
    }
    assert!(relay.arrived().is_empty());
}

async fn h09_no_text_adds_a_header_a_recipient_or_a_mail(env: Env) {
    let relay = Relay::start().await;
    let app = node(&env, relay.port).await;
    let hostile = ".\n..\n.\nMAIL FROM:<a@b.example>\n\nBcc: c@d.example\nSubject: autre\n\n--part-\n--part-x--\n";
    // Lettre writes them as they are, quoted-printable, and in base64.
    let texts = ["a".to_owned(), format!("é{}", "a b c d ".repeat(300)), "é=20".repeat(500)]
        .map(|end| format!("{hostile}{end}\n."));
    let subjects = [
        "Bcc: c@d.example".to_owned(),
        "Demande de « Éric, <c@d.example> »: =?utf-8?q?a=0D=0ABcc:_c@d.example?= ; \"x\" \\".to_owned(),
        "é".repeat(250),
        format!("{} Bcc: c@d.example", "a".repeat(233)),
        "a ".repeat(125).trim_end().to_owned(),
    ];
    let all: Vec<_> = subjects.iter().flat_map(|subject| texts.iter().map(move |text| (subject, text))).collect();
    for (place, (subject, text)) in all.iter().enumerate() {
        queue(&app, &place.to_string(), &letter(subject, text)).await;
        assert_eq!(round(&app).await, DELIVERED, "{subject}");
    }
    let arrived = relay.arrived();
    assert_eq!(arrived.len(), all.len());
    for (mail, (subject, text)) in arrived.iter().zip(all) {
        assert_eq!(mail.to, [RECIPIENT]);
        assert!(!mail.has_bare_line_feed && mail.data.lines().all(|line| line.len() < 999), "{}", mail.data);
        let mut names: Vec<_> = mail.headers().into_iter().map(|(name, _)| name).collect();
        names.sort();
        let fixed = ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];
        assert_eq!(names, fixed, "{}", mail.data);
        let bodies: Vec<_> = mail.parts().into_iter().map(|(_, body)| body).collect();
        assert_eq!(bodies, [text.clone(), format!("<p>{text}</p>")]);
        if !subject.contains("=?") {
            assert_eq!(mail.subject(), *subject);
        }
    }
}

async fn a_5xx_to_us_loses_no_mail(env: Env) {
    let relay = Relay::start().await;
    let mut settings = settings(&env, relay.port);
    settings.mail.username = Some("portail".to_owned());
    settings.mail.password = Some(Secret::new("wrong"));
    let app = node_with(&env, &settings).await;
    relay.ask_for_password("right");
    queue(&app, "event", &letter("Bonjour", "Bonjour")).await;
    assert_eq!(round(&app).await, POSTPONED, "535: our password is wrong, not the mail");
    for act in [Act::Greet("554 5.3.2 closed"), Act::HangUp] {
        relay.will(&[act]);
        env.clock().advance(minutes(5));
        assert_eq!(round(&app).await, POSTPONED, "{act:?}");
    }
}

async fn a_relay_that_asks_gets_name_and_password(env: Env) {
    let relay = Relay::start().await;
    let mut settings = settings(&env, relay.port);
    settings.mail.username = Some("portail".to_owned());
    settings.mail.password = Some(Secret::new("right"));
    let app = node_with(&env, &settings).await;
    relay.ask_for_password("right");
    queue(&app, "event", &letter("Bonjour", "Bonjour")).await;
    assert_eq!(round(&app).await, DELIVERED);
    assert_eq!(relay.arrived()[0].signed_in, Some(("portail".to_owned(), "right".to_owned())));
}

async fn r38_without_tls_nothing_is_said(env: Env) {
    let relay = Relay::start().await;
    for encryption in [MailEncryption::Starttls, MailEncryption::Tls] {
        let mut settings = settings(&env, relay.port);
        settings.mail.encryption = encryption;
        let app = node_with(&env, &settings).await;
        queue(&app, &format!("{encryption:?}"), &letter("Bonjour", "Bonjour")).await;
        assert_eq!(round(&app).await, POSTPONED, "{encryption:?}");
    }
    assert!(relay.arrived().is_empty());
}

async fn without_a_relay_mails_are_kept_for_display(env: Env) {
    let mut settings = settings(&env, 25);
    settings.mail = MailSettings::default();
    let app = node_with(&env, &settings).await;
    let letter = letter("Bonjour", "Bonjour");
    queue(&app, "event", &letter).await;
    assert_eq!(round(&app).await, DELIVERED);
    assert_eq!(round(&app).await, NOTHING);
    let shown = outbox::latest(&app.db, 10).await.expect("rows");
    assert_eq!(shown.len(), 1);
    assert!(serde_json::from_str::<Letter>(&shown[0].payload).expect("a letter") == letter);
}

async fn the_program_sends_what_is_queued_and_notes_it_before_it_ends(env: Env) {
    let mut relay = Relay::start().await;
    let app = node(&env, relay.port).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(app.clone(), listener, async {
        let _ = stopped.await;
    }));
    queue(&app, "event", &letter("Bonjour", "Bonjour")).await;
    app.mail.wake();
    assert_eq!(relay.next().await.to, [RECIPIENT]);
    drop(stop);
    server.await.expect("no panic").expect("a clean end");
    assert!(state(&env.db().await, "event").await.delivered_at.is_some());
}
