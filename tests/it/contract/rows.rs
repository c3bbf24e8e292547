//! What the store promises of accounts, attachments, sessions, consents and grants, on both engines.

use std::{sync::Arc, time::Duration};

use idp_core::{
    authorize::code::Code,
    ids::{AccountId, AttachmentId, ClientId, GrantId, ProfileId, SessionId},
    oauth::scope::Scope,
    schools::uai::Uai,
    secret::TokenHash,
    time::{Clock, Timestamp},
};
use idp_store::{
    Db, StoreResult,
    sql::{
        accounts::{self, AccountStatus, NewAccount},
        attachments::{self, NewAttachment},
        consents,
        grants::{self, Redemption},
        mail_links::{self, NewLink, Purpose},
        outbox::{self, NewMessage},
        sessions::{self, NewSession},
    },
};
use tokio::task::JoinSet;

use crate::harness::{Env, suite};

suite! {
    feature:
        one_address_has_one_account,
        an_attachment_is_held_once_and_ended_by_its_holder_only,
        g14_a_session_dies_of_its_end_its_age_idleness_and_its_account,
        g09_a_renewed_session_has_another_secret,
        a_session_uses_only_its_own_attachments,
        a_consent_replaces_the_one_before,
        b03_of_a_hundred_redemptions_one_is_fresh,
        b04_a_burnt_code_is_never_redeemed,
        b10_a_stopped_account_redeems_nothing,
        h02_of_fifty_uses_of_a_link_one_counts,
        one_event_is_mailed_once;
}

const IDLE: Duration = Duration::from_secs(12 * 3600);
const INSERT_ESTABLISHMENT: &str = "Identifiant_de_l_etablissement;Nom_etablissement\n0380010E;Gambetta\n";

struct Place {
    db: Db,
    env: Env,
}

impl Place {
    async fn new(env: &Env) -> Self {
        Self { db: env.db().await, env: env.clone() }
    }

    fn now(&self) -> Timestamp {
        self.env.clock().now()
    }

    async fn account(&self, email: &str) -> StoreResult<(AccountId, bool)> {
        let id = AccountId::random(&*self.env.random());
        let account = NewAccount {
            id: &id,
            email,
            email_key: email,
            contact_verified_at: Some(self.now()),
            password_hash: "$argon2id$…",
            civility: None,
            given_name: "Anne",
            family_name: "Durand",
            locale: "fr",
            status: AccountStatus::Active,
        };
        let mut tx = self.db.begin().await?;
        let created = accounts::create(&mut tx, &account, self.now()).await?;
        tx.commit().await?;
        Ok((id, created))
    }

    async fn set_status(&self, id: &AccountId, status: AccountStatus) -> StoreResult<()> {
        let mut tx = self.db.begin().await?;
        accounts::set_status(&mut tx, id, status, self.now()).await?;
        tx.commit().await
    }

    async fn session(&self, account: &AccountId, value: &str) -> StoreResult<SessionId> {
        let sid = SessionId::random(&*self.env.random());
        let mut tx = self.db.begin().await?;
        assert!(sessions::create(&mut tx, &self.new_session(account, &sid, value), self.now()).await?);
        tx.commit().await?;
        Ok(sid)
    }

    fn new_session<'a>(&self, account: &'a AccountId, sid: &'a SessionId, value: &str) -> NewSession<'a> {
        NewSession {
            id_hash: TokenHash::of(value),
            sid,
            account,
            amr: "pwd",
            acr: "eidas0",
            attachment: None,
            user_agent: None,
            address: None,
            expires_at: self.now() + Duration::from_secs(7 * 24 * 3600),
        }
    }

    async fn is_live(&self, value: &str) -> StoreResult<bool> {
        Ok(sessions::find(&self.db, TokenHash::of(value), IDLE, self.now()).await?.is_some())
    }

    async fn attach(&self, account: &AccountId, profile: &str) -> anyhow::Result<(AttachmentId, bool)> {
        let (clock, random) = (self.env.clock(), self.env.random());
        let source = idp::import::Source { name: "annuaire.csv", bytes: INSERT_ESTABLISHMENT.as_bytes() };
        idp::import::establishments::import_establishments_bytes(&self.db, &*clock, &*random, source, None, true)
            .await?;
        let (id, profile) = (AttachmentId::random(&*random), ProfileId::from(profile));
        let uai = Uai::parse("0380010E")?;
        let attachment = NewAttachment {
            id: &id,
            account,
            uai: &uai,
            profile: &profile,
            administrator: false,
            legacy_account: None,
        };
        let mut tx = self.db.begin().await?;
        let created = attachments::create(&mut tx, &attachment, self.now()).await?;
        tx.commit().await?;
        Ok((id, created))
    }

    fn code(&self, account: &AccountId, sid: &SessionId) -> Code {
        Code {
            grant: GrantId::random(&*self.env.random()),
            client: ClientId::from("semafor"),
            redirect_uri: "http://127.0.0.1:8081/retour".to_owned(),
            challenge: None,
            nonce: None,
            scope: Scope::parse("openid email"),
            account: account.clone(),
            sid: sid.clone(),
            auth_time: self.now(),
            acr: "eidas0".to_owned(),
            amr: "pwd".to_owned(),
            attachment: None,
            expires_at: self.now() + Duration::from_secs(60),
        }
    }
}

async fn one_address_has_one_account(env: Env) -> StoreResult<()> {
    let place = Place::new(&env).await;
    let (first, created) = place.account("a@school.example").await?;
    assert!(created && !place.account("a@school.example").await?.1);
    let found = accounts::find_for_sign_in(&place.db, "a@school.example").await?.expect("the first");
    assert_eq!(found.id, first.as_str());
    assert_eq!(accounts::count(&place.db).await?, 1);
    Ok(())
}

async fn an_attachment_is_held_once_and_ended_by_its_holder_only(env: Env) -> anyhow::Result<()> {
    let place = Place::new(&env).await;
    let ((anne, _), (other, _)) = (place.account("a@school.example").await?, place.account("b@school.example").await?);
    let (id, created) = place.attach(&anne, "enseignant").await?;
    assert!(created && !place.attach(&anne, "enseignant").await?.1, "held once");
    assert!(place.attach(&anne, "gestionnaire").await?.1, "another profile is another attachment");
    for (holder, ends) in [(&other, false), (&anne, true), (&anne, false)] {
        let mut tx = place.db.begin().await?;
        assert_eq!(attachments::end(&mut tx, &id, holder, "test", "", place.now()).await?, ends);
        tx.commit().await?;
    }
    assert_eq!(attachments::held_by(&place.db, &anne).await?.len(), 1);
    assert!(place.attach(&anne, "enseignant").await?.1, "what ended can begin again");
    Ok(())
}

async fn g14_a_session_dies_of_its_end_its_age_idleness_and_its_account(env: Env) -> StoreResult<()> {
    let place = Place::new(&env).await;
    let (anne, _) = place.account("a@school.example").await?;
    let sid = place.session(&anne, "ended").await?;
    place.session(&anne, "kept").await?;
    let mut tx = place.db.begin().await?;
    assert!(sessions::end(&mut tx, &sid, place.now()).await? && !sessions::end(&mut tx, &sid, place.now()).await?);
    tx.commit().await?;
    assert!(!place.is_live("ended").await? && place.is_live("kept").await?);

    place.set_status(&anne, AccountStatus::Disabled).await?;
    assert!(!place.is_live("kept").await?);
    place.set_status(&anne, AccountStatus::Active).await?;

    env.clock().advance(IDLE);
    assert!(!place.is_live("kept").await?, "idle for twelve hours");
    place.session(&anne, "used").await?;
    for _ in 0..14 {
        assert!(place.is_live("used").await?);
        sessions::touch(&place.db, TokenHash::of("used"), place.now()).await?;
        env.clock().advance(IDLE - Duration::from_secs(1));
    }
    assert!(place.is_live("used").await?);
    sessions::touch(&place.db, TokenHash::of("used"), place.now()).await?;
    env.clock().advance(Duration::from_secs(60));
    assert!(!place.is_live("used").await?, "seven days are over, however often it was used");
    Ok(())
}

async fn g09_a_renewed_session_has_another_secret(env: Env) -> StoreResult<()> {
    let place = Place::new(&env).await;
    let ((anne, _), (other, _)) = (place.account("a@school.example").await?, place.account("b@school.example").await?);
    let sid = place.session(&anne, "old").await?;
    let mut tx = place.db.begin().await?;
    let old = TokenHash::of("old");
    let foreign = place.new_session(&other, &sid, "stolen");
    assert!(!sessions::renew(&mut tx, old, &foreign, place.now()).await?, "A13: another person inherits nothing");
    assert!(sessions::renew(&mut tx, old, &place.new_session(&anne, &sid, "new"), place.now()).await?);
    tx.commit().await?;
    assert!(!place.is_live("old").await? && place.is_live("new").await?);
    let live = sessions::find(&place.db, TokenHash::of("new"), IDLE, place.now()).await?.expect("live");
    assert_eq!(live.facts.sid, sid);
    Ok(())
}

async fn a_session_uses_only_its_own_attachments(env: Env) -> anyhow::Result<()> {
    let place = Place::new(&env).await;
    let ((anne, _), (other, _)) = (place.account("a@school.example").await?, place.account("b@school.example").await?);
    let (own, _) = place.attach(&anne, "enseignant").await?;
    let (foreign, _) = place.attach(&other, "enseignant").await?;
    let sid = place.session(&anne, "anne").await?;
    let mut tx = place.db.begin().await?;
    assert!(!sessions::use_attachment(&mut tx, &sid, &anne, &foreign).await?);
    assert!(!sessions::use_attachment(&mut tx, &sid, &other, &foreign).await?, "nor in somebody else's session");
    assert!(sessions::use_attachment(&mut tx, &sid, &anne, &own).await?);
    tx.commit().await?;
    Ok(())
}

async fn a_consent_replaces_the_one_before(env: Env) -> StoreResult<()> {
    let place = Place::new(&env).await;
    let (anne, _) = place.account("a@school.example").await?;
    let client = ClientId::from("semafor");
    assert_eq!(consents::find(&place.db, &anne, &client).await?, None);
    for scope in ["openid", "openid email"] {
        let mut tx = place.db.begin().await?;
        consents::give(&mut tx, &anne, &client, &Scope::parse(scope), place.now()).await?;
        tx.commit().await?;
    }
    let found = consents::find(&place.db, &anne, &client).await?.expect("a consent");
    assert_eq!((found.scope, found.granted_at), (Scope::parse("openid email"), place.now()));
    Ok(())
}

async fn b03_of_a_hundred_redemptions_one_is_fresh(env: Env) -> StoreResult<()> {
    let place = Place::new(&env).await;
    let (anne, _) = place.account("a@school.example").await?;
    let sid = place.session(&anne, "anne").await?;
    let code = Arc::new(place.code(&anne, &sid));
    let now = place.now();
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let (db, code) = (place.db.clone(), code.clone());
        tasks.spawn(async move { grants::redeem(&db, &code, now).await });
    }
    let outcomes = tasks.join_all().await.into_iter().collect::<StoreResult<Vec<_>>>()?;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Redemption::Fresh).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Redemption::Replayed).count(), 99);
    assert!(grants::find_live(&place.db, &code.grant).await?.is_none(), "a replay revokes what the code gave");
    Ok(())
}

async fn b04_a_burnt_code_is_never_redeemed(env: Env) -> StoreResult<()> {
    let place = Place::new(&env).await;
    let (anne, _) = place.account("a@school.example").await?;
    let sid = place.session(&anne, "anne").await?;
    let (burnt, redeemed) = (place.code(&anne, &sid), place.code(&anne, &sid));
    grants::burn(&place.db, &burnt, place.now()).await?;
    assert_eq!(grants::redeem(&place.db, &burnt, place.now()).await?, Redemption::Replayed);
    assert_eq!(grants::redeem(&place.db, &redeemed, place.now()).await?, Redemption::Fresh);
    assert!(grants::find_live(&place.db, &redeemed.grant).await?.is_some());
    grants::burn(&place.db, &redeemed, place.now()).await?;
    assert!(grants::find_live(&place.db, &redeemed.grant).await?.is_none(), "burning a used code ends what it gave");
    Ok(())
}

async fn b10_a_stopped_account_redeems_nothing(env: Env) -> StoreResult<()> {
    let place = Place::new(&env).await;
    let (anne, _) = place.account("a@school.example").await?;
    let sid = place.session(&anne, "anne").await?;
    let code = place.code(&anne, &sid);
    place.set_status(&anne, AccountStatus::Disabled).await?;
    assert_eq!(grants::redeem(&place.db, &code, place.now()).await?, Redemption::Gone);
    place.set_status(&anne, AccountStatus::Active).await?;
    let mut tx = place.db.begin().await?;
    sessions::end(&mut tx, &sid, place.now()).await?;
    tx.commit().await?;
    assert_eq!(grants::redeem(&place.db, &code, place.now()).await?, Redemption::Gone, "the session has ended");
    Ok(())
}

async fn h02_of_fifty_uses_of_a_link_one_counts(env: Env) -> StoreResult<()> {
    let place = Place::new(&env).await;
    let (anne, _) = place.account("a@school.example").await?;
    let (token_hash, now) = (TokenHash::of("token"), place.now());
    let link = NewLink {
        token_hash,
        purpose: Purpose::ConfirmAccount,
        account: &anne,
        address: "a@school.example",
        browser_hash: None,
        expires_at: now + Duration::from_secs(60),
    };
    let mut tx = place.db.begin().await?;
    mail_links::add(&mut tx, &link, now).await?;
    assert_eq!(mail_links::take(&mut tx, token_hash, Purpose::NewPassword, now).await?, None, "B09: another purpose");
    tx.commit().await?;
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let db = place.db.clone();
        tasks.spawn(async move {
            let mut tx = db.begin().await?;
            let taken = mail_links::take(&mut tx, token_hash, Purpose::ConfirmAccount, now).await?;
            tx.commit().await?;
            Ok(taken.is_some())
        });
    }
    let taken = tasks.join_all().await.into_iter().collect::<StoreResult<Vec<_>>>()?;
    assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 1);
    Ok(())
}

async fn one_event_is_mailed_once(env: Env) -> StoreResult<()> {
    let place = Place::new(&env).await;
    let mut queued = Vec::new();
    for id in ["one", "two"] {
        let message = NewMessage {
            id,
            kind: "mail",
            event: "confirm:the-same",
            account: None,
            recipient: "a@school.example",
            payload: "{}",
        };
        let mut tx = place.db.begin().await?;
        queued.push(outbox::enqueue(&mut tx, &message, place.now()).await?);
        tx.commit().await?;
    }
    assert_eq!((queued, outbox::latest(&place.db, 10).await?.len()), (vec![true, false], 1));
    Ok(())
}
