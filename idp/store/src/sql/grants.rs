//! Grants: what a redeemed authorization code gave. Their insertion is the redemption.

use idp_core::{
    authorize::code::Code,
    ids::{AttachmentId, ClientId, GrantId},
    oauth::scope::Scope,
    oidc::claims::Person,
    schools::attachment::Attachment,
    time::Timestamp,
};
use sqlx::{AssertSqlSafe, FromRow, SqlitePool, query, query_as, query_scalar};

use crate::{
    Db, StoreResult, Tx, on_db,
    sql::{accounts::PersonRow, attachments::JoinedRow, many_rows_of_sqlite},
    statements,
};

statements! {
    /// The code's single use, the session's life and the account's state, decided by the write itself (B03, B10).
    REDEEM = "insert into grants (id, client_id, account_id, sid, scope, attachment, auth_time, acr, created_at)
        select $1, $2, s.account_id, s.sid, $5, $6, s.auth_time, s.acr, $7
        from sessions s join accounts a on a.id = s.account_id
        where s.sid = $3 and s.account_id = $4 and s.ended_at is null and s.expires_at > $7 and a.status = 'active'
        on conflict (id) do nothing";
    /// The same for several codes, with seven values each.
    REDEEM_TOGETHER = "with codes (id, client_id, sid, account_id, scope, attachment, now) as (
            values ($1, $2, $3, $4, $5, $6, $7))
        insert into grants (id, client_id, account_id, sid, scope, attachment, auth_time, acr, created_at)
        select c.id, c.client_id, s.account_id, s.sid, c.scope, c.attachment, s.auth_time, s.acr, cast(c.now as bigint)
        from codes c join sessions s on s.sid = c.sid join accounts a on a.id = s.account_id
        where s.account_id = c.account_id and s.ended_at is null and s.expires_at > cast(c.now as bigint)
        and a.status = 'active'
        on conflict (id) do nothing returning id";
    /// A code that is never to be redeemed: its grant is born revoked (B04).
    BURN = "insert into grants (id, client_id, account_id, sid, scope, attachment, auth_time, acr, created_at,
            revoked_at, revoked_for)
        select $1, $2, a.id, $4, $5, $6, $7, '', $8, $8, 'burnt' from accounts a where a.id = $3
        on conflict (id) do nothing";
    REVOKE = "update grants set revoked_at = $2, revoked_for = $3 where id = $1 and revoked_at is null";
    EXISTS = "select 1 from grants where id = $1";
    /// A row for each attachment of the person, oldest first, or one row without.
    FIND_LIVE = "select g.client_id, g.scope, g.attachment,
            a.id, a.given_name, a.family_name, a.contact_email, a.contact_verified_at, a.locale, a.updated_at,
            t.id as held_id, t.uai, t.profile, t.administrator, t.legacy_account, t.since,
            e.name, e.code, e.siret, e.city, e.postal_code
        from grants g join accounts a on a.id = g.account_id
        left join attachments t on t.account_id = a.id and t.ended_at is null
        left join establishments e on e.uai = t.uai
        where g.id = $1 and g.revoked_at is null and a.status = 'active' order by t.since, t.id";
}

/// What became of a redemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redemption {
    /// This request, and no other, has the grant.
    Fresh,
    /// The code was redeemed or burnt before; its grant is now revoked.
    Replayed,
    /// The session or the account ended in between.
    Gone,
}

/// A grant whose tokens are good.
#[derive(Clone, Debug)]
pub struct LiveGrant {
    /// To whom.
    pub client_id: ClientId,
    /// What.
    pub scope: Scope,
    /// The attachment that the sign-in fixed.
    pub attachment: Option<AttachmentId>,
    /// Of whom.
    pub person: Person,
    /// What the person holds now, oldest first.
    pub held: Vec<Attachment>,
}

#[derive(FromRow)]
struct Row {
    client_id: String,
    scope: String,
    attachment: Option<String>,
    #[sqlx(flatten)]
    person: PersonRow,
    #[sqlx(flatten)]
    held: JoinedRow,
}

/// Redeems a code: one statement, one commit. A replay revokes the grant, at once and always (ASVS 10.4.2).
///
/// # Errors
/// When the database refuses; then nothing was redeemed.
pub async fn redeem(db: &Db, code: &Code, now: Timestamp) -> StoreResult<Redemption> {
    let fresh = match db {
        Db::Sqlite { redeemer, .. } => redeemer.insert(code, now).await?,
        // PostgreSQL joins the commits of several connections by itself.
        Db::Postgres(pool) => {
            let redeem = query(REDEEM)
                .bind(code.grant.as_str())
                .bind(code.client.as_str())
                .bind(code.sid.as_str())
                .bind(code.account.as_str())
                .bind(code.scope.to_string())
                .bind(code.attachment.as_ref().map(AttachmentId::as_str))
                .bind(now.0);
            redeem.execute(pool).await?.rows_affected() == 1
        }
    };
    if fresh {
        return Ok(Redemption::Fresh);
    }
    let mut tx = db.begin().await?;
    let outcome = refused(&mut tx, &code.grant, now).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// Inserts the grants of several codes in one commit; gives the ids of those that were inserted.
pub(crate) async fn insert_together(
    write: &SqlitePool,
    codes: impl ExactSizeIterator<Item = (&Code, Timestamp)>,
) -> StoreResult<Vec<String>> {
    let mut query = query_scalar(AssertSqlSafe(many_rows_of_sqlite(REDEEM_TOGETHER, codes.len())));
    for (code, now) in codes {
        query = query
            .bind(code.grant.as_str())
            .bind(code.client.as_str())
            .bind(code.sid.as_str())
            .bind(code.account.as_str())
            .bind(code.scope.to_string())
            .bind(code.attachment.as_ref().map(AttachmentId::as_str))
            .bind(now.0);
    }
    // `fetch_all`, since on SQLite `fetch_optional` would hide a commit that failed.
    Ok(query.fetch_all(write).await?)
}

/// Nothing was inserted: either the grant is there, or its session is not.
async fn refused(tx: &mut Tx, grant: &GrantId, now: Timestamp) -> StoreResult<Redemption> {
    revoke(tx, grant, "replay", now).await?;
    let known: Option<i32> =
        on_db!(tx tx, conn => sqlx::query_scalar(EXISTS).bind(grant.as_str()).fetch_optional(conn).await?);
    Ok(if known.is_some() { Redemption::Replayed } else { Redemption::Gone })
}

/// Revokes what a code gave, where it was redeemed already; an unused one stays as it is.
///
/// # Errors
/// When the database refuses.
pub async fn replayed(db: &Db, grant: &GrantId, now: Timestamp) -> StoreResult<()> {
    let mut tx = db.begin().await?;
    revoke(&mut tx, grant, "replay", now).await?;
    tx.commit().await
}

/// Makes a code unredeemable; where it was redeemed already, revokes what it gave.
///
/// # Errors
/// When the database refuses.
pub async fn burn(db: &Db, code: &Code, now: Timestamp) -> StoreResult<()> {
    let mut tx = db.begin().await?;
    on_db!(tx &mut tx, conn => query(BURN)
        .bind(code.grant.as_str()).bind(code.client.as_str()).bind(code.account.as_str()).bind(code.sid.as_str())
        .bind(code.scope.to_string()).bind(code.attachment.as_ref().map(AttachmentId::as_str))
        .bind(code.auth_time.0).bind(now.0).execute(conn).await?.rows_affected());
    revoke(&mut tx, &code.grant, "burnt", now).await?;
    tx.commit().await
}

/// Revokes a grant; every token of it is dead from here on.
///
/// # Errors
/// When the database refuses.
pub async fn revoke(tx: &mut Tx, grant: &GrantId, reason: &str, now: Timestamp) -> StoreResult<()> {
    on_db!(tx tx, conn => query(REVOKE).bind(grant.as_str()).bind(now.0).bind(reason).execute(conn).await?.rows_affected());
    Ok(())
}

/// A grant that is neither revoked nor of a stopped account.
///
/// # Errors
/// When the database is away.
pub async fn find_live(db: &Db, grant: &GrantId) -> StoreResult<Option<LiveGrant>> {
    let rows: Vec<Row> = on_db!(read db, pool => query_as(FIND_LIVE).bind(grant.as_str()).fetch_all(pool).await?);
    let mut live: Option<LiveGrant> = None;
    for row in rows {
        let grant = live.get_or_insert_with(|| LiveGrant {
            client_id: ClientId::from(row.client_id),
            scope: Scope::parse(&row.scope),
            attachment: row.attachment.map(AttachmentId::from),
            person: Person::from(row.person),
            held: Vec::new(),
        });
        grant.held.extend(row.held.attachment(&grant.person.account)?);
    }
    Ok(live)
}
