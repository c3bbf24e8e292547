//! Browser sessions. The cookie's value is stored hashed; `sid` is its public name.

use std::time::Duration;

use idp_core::{
    authorize::step::{Consent, SessionFacts},
    ids::{AccountId, AttachmentId, ClientId, SessionId},
    oauth::scope::Scope,
    oidc::claims::Person,
    schools::attachment::Attachment,
    secret::TokenHash,
    time::Timestamp,
};
use sqlx::{FromRow, query, query_as, query_scalar};

use crate::{
    Db, StoreResult, Tx, on_db,
    sql::{accounts::PersonRow, attachments::JoinedRow},
    statements,
};

statements! {
    CREATE = "insert into sessions (id_hash, sid, account_id, auth_time, amr, acr, attachment, user_agent, address,
            created_at, seen_at, expires_at)
        select $1, $2, a.id, $4, $5, $6, $7, $8, $9, $10, $10, $11 from accounts a where a.id = $3 and a.status = 'active'";
    /// Live: not ended, not expired, not idle for too long, and its account active.
    FIND = "select s.sid, s.auth_time, s.acr, s.amr, s.attachment, s.seen_at,
            a.id, a.given_name, a.family_name, a.contact_email, a.contact_verified_at, a.locale, a.updated_at
        from sessions s join accounts a on a.id = s.account_id
        where s.id_hash = $1 and s.ended_at is null and s.expires_at > $2 and s.seen_at > $3 and a.status = 'active'";
    /// The same with the consent to client $4, and a row for each attachment, oldest first, or one row without.
    STANDING = "select s.sid, s.auth_time, s.acr, s.amr, s.attachment, s.seen_at,
            a.id, a.given_name, a.family_name, a.contact_email, a.contact_verified_at, a.locale, a.updated_at,
            c.scope as consent_scope, c.granted_at as consent_at,
            t.id as held_id, t.uai, t.profile, t.administrator, t.legacy_account, t.since,
            e.name, e.code, e.siret, e.city, e.postal_code
        from sessions s join accounts a on a.id = s.account_id
        left join consents c on c.account_id = a.id and c.client_id = $4
        left join attachments t on t.account_id = a.id and t.ended_at is null
        left join establishments e on e.uai = t.uai
        where s.id_hash = $1 and s.ended_at is null and s.expires_at > $2 and s.seen_at > $3 and a.status = 'active'
        order by t.since, t.id";
    TOUCH = "update sessions set seen_at = $2 where id_hash = $1 and ended_at is null and seen_at < $2";
    /// The same person proved it anew: another cookie value, so that the old one is dead (G09).
    RENEW = "update sessions set id_hash = $3, auth_time = $4, seen_at = $4, amr = $5, acr = $6
        where id_hash = $1 and account_id = $2 and ended_at is null and expires_at > $4";
    /// The person, the right to use it, and the change, in one statement.
    USE_ATTACHMENT = "update sessions set attachment = $3
        where sid = $1 and account_id = $2 and ended_at is null
        and exists (select 1 from attachments t where t.id = $3 and t.account_id = $2 and t.ended_at is null)";
    END = "update sessions set ended_at = $2 where sid = $1 and ended_at is null";
    SID_OF = "select sid from sessions where id_hash = $1 and ended_at is null";
    REVOKE_GRANTS = "update grants set revoked_at = $2, revoked_for = 'logout' where sid = $1 and revoked_at is null";
}

/// A session's use is noted when the last note is this old: a write now and then, not one a page.
pub const TOUCH_EVERY: Duration = Duration::from_secs(600);

/// A session to be opened.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// SHA-256 of the cookie's value.
    pub id_hash: TokenHash,
    /// Public name.
    pub sid: &'a SessionId,
    /// Who.
    pub account: &'a AccountId,
    /// Methods, space-separated (RFC 8176).
    pub amr: &'a str,
    /// Assurance.
    pub acr: &'a str,
    /// The attachment in use, carried over from a session that this one replaces.
    pub attachment: Option<&'a AttachmentId>,
    /// As sent.
    pub user_agent: Option<&'a str>,
    /// Of the peer, or of a trusted proxy's client.
    pub address: Option<&'a str>,
    /// Its absolute end.
    pub expires_at: Timestamp,
}

/// A live session and who it is.
#[derive(Clone, Debug)]
pub struct LiveSession {
    /// For the rules.
    pub facts: SessionFacts,
    /// Who.
    pub person: Person,
    /// Last noted use.
    pub seen_at: Timestamp,
}

/// All that an authorization request is decided by, read at one instant.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The session.
    pub session: LiveSession,
    /// What the person holds, oldest first.
    pub held: Vec<Attachment>,
    /// What the person agreed to for the client.
    pub consent: Option<Consent>,
}

#[derive(FromRow)]
struct StandingRow {
    #[sqlx(flatten)]
    session: Row,
    consent_scope: Option<String>,
    consent_at: Option<i64>,
    #[sqlx(flatten)]
    held: JoinedRow,
}

#[derive(FromRow)]
struct Row {
    sid: String,
    auth_time: i64,
    acr: String,
    amr: String,
    attachment: Option<String>,
    seen_at: i64,
    #[sqlx(flatten)]
    person: PersonRow,
}

impl From<Row> for LiveSession {
    fn from(row: Row) -> Self {
        let person = Person::from(row.person);
        Self {
            facts: SessionFacts {
                sid: SessionId::from(row.sid),
                account: person.account.clone(),
                auth_time: Timestamp(row.auth_time),
                acr: row.acr,
                amr: row.amr,
                attachment: row.attachment.map(AttachmentId::from),
            },
            person,
            seen_at: Timestamp(row.seen_at),
        }
    }
}

/// Opens a session; `false` when the account is not active.
///
/// # Errors
/// When the database refuses.
pub async fn create(tx: &mut Tx, session: &NewSession<'_>, now: Timestamp) -> StoreResult<bool> {
    let created = on_db!(tx tx, conn => query(CREATE)
        .bind(session.id_hash.as_bytes()).bind(session.sid.as_str()).bind(session.account.as_str()).bind(now.0)
        .bind(session.amr).bind(session.acr).bind(session.attachment.map(AttachmentId::as_str))
        .bind(session.user_agent).bind(session.address).bind(now.0).bind(session.expires_at.0)
        .execute(conn).await?.rows_affected());
    Ok(created == 1)
}

/// The live session of a cookie.
///
/// # Errors
/// When the database is away.
pub async fn find(db: &Db, id_hash: TokenHash, idle: Duration, now: Timestamp) -> StoreResult<Option<LiveSession>> {
    let row: Option<Row> = on_db!(read db, pool => query_as(FIND)
        .bind(id_hash.as_bytes()).bind(now.0).bind(now.minus(idle).0).fetch_optional(pool).await?);
    Ok(row.map(LiveSession::from))
}

/// The live session of a cookie, with what its person holds and agreed to for a client.
///
/// # Errors
/// When the database is away, or a row names no establishment.
pub async fn standing(
    db: &Db,
    id_hash: TokenHash,
    client: &ClientId,
    idle: Duration,
    now: Timestamp,
) -> StoreResult<Option<Standing>> {
    let rows: Vec<StandingRow> = on_db!(read db, pool => query_as(STANDING).bind(id_hash.as_bytes()).bind(now.0)
        .bind(now.minus(idle).0).bind(client.as_str()).fetch_all(pool).await?);
    let mut standing: Option<Standing> = None;
    for row in rows {
        let consent = row.consent_scope.zip(row.consent_at);
        let standing = standing.get_or_insert_with(|| Standing {
            session: LiveSession::from(row.session),
            held: Vec::new(),
            consent: consent.map(|(scope, at)| Consent { scope: Scope::parse(&scope), granted_at: Timestamp(at) }),
        });
        standing.held.extend(row.held.attachment(&standing.session.facts.account)?);
    }
    Ok(standing)
}

/// Renews a session after another sign-in of the same person; `false` when it is not theirs or has ended.
///
/// # Errors
/// When the database refuses.
pub async fn renew(tx: &mut Tx, old: TokenHash, session: &NewSession<'_>, now: Timestamp) -> StoreResult<bool> {
    let renewed = on_db!(tx tx, conn => query(RENEW).bind(old.as_bytes()).bind(session.account.as_str())
        .bind(session.id_hash.as_bytes()).bind(now.0).bind(session.amr).bind(session.acr)
        .execute(conn).await?.rows_affected());
    Ok(renewed == 1)
}

/// Notes that a session was used.
///
/// # Errors
/// When the database refuses.
pub async fn touch(db: &Db, id_hash: TokenHash, now: Timestamp) -> StoreResult<()> {
    on_db!(write db, pool => query(TOUCH).bind(id_hash.as_bytes()).bind(now.0).execute(pool).await?.rows_affected());
    Ok(())
}

/// Puts an attachment in use; `false` when it is not this person's, or has ended.
///
/// # Errors
/// When the database refuses.
pub async fn use_attachment(
    tx: &mut Tx,
    sid: &SessionId,
    account: &AccountId,
    attachment: &AttachmentId,
) -> StoreResult<bool> {
    let changed = on_db!(tx tx, conn => query(USE_ATTACHMENT).bind(sid.as_str()).bind(account.as_str())
        .bind(attachment.as_str()).execute(conn).await?.rows_affected());
    Ok(changed == 1)
}

/// The public name of the session of a cookie, whoever's it is.
///
/// # Errors
/// When the database is away.
pub async fn sid_of(tx: &mut Tx, id_hash: TokenHash) -> StoreResult<Option<SessionId>> {
    let sid: Option<String> =
        on_db!(tx tx, conn => query_scalar(SID_OF).bind(id_hash.as_bytes()).fetch_optional(conn).await?);
    Ok(sid.map(SessionId::from))
}

/// Ends a session and every grant that came from it; `false` when it had ended.
///
/// # Errors
/// When the database refuses.
pub async fn end(tx: &mut Tx, sid: &SessionId, now: Timestamp) -> StoreResult<bool> {
    on_db!(tx tx, conn => {
        let ended = query(END).bind(sid.as_str()).bind(now.0).execute(&mut *conn).await?.rows_affected();
        query(REVOKE_GRANTS).bind(sid.as_str()).bind(now.0).execute(conn).await?;
        Ok(ended == 1)
    })
}
