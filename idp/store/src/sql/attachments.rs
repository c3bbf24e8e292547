//! Attachments: who holds which profile where.

use idp_core::{
    ids::{AccountId, AttachmentId, ProfileId},
    schools::{
        attachment::{Attachment, EstablishmentFacts},
        uai::Uai,
    },
    time::Timestamp,
};
use sqlx::{FromRow, query, query_as};

use crate::{Db, StoreError, StoreResult, Tx, on_db, statements};

statements! {
    /// In the order in which they are offered: oldest first.
    HELD_BY = "select a.id, a.account_id, a.uai, a.profile, a.administrator, a.legacy_account, a.since,
            e.name, e.code, e.siret, e.city, e.postal_code
        from attachments a join establishments e on e.uai = a.uai
        where a.account_id = $1 and a.ended_at is null order by a.since, a.id";
    CREATE = "insert into attachments (id, account_id, uai, profile, administrator, legacy_account, since)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
    END = "update attachments set ended_at = $3, ended_by = $4, end_reason = $5
        where id = $1 and account_id = $2 and ended_at is null";
}

#[derive(FromRow)]
struct Row {
    id: String,
    account_id: String,
    uai: String,
    profile: String,
    administrator: bool,
    legacy_account: Option<String>,
    since: i64,
    name: String,
    code: Option<String>,
    siret: Option<String>,
    city: Option<String>,
    postal_code: Option<String>,
}

/// The same in a row that may hold none: the right side of a left join, where NULL must not read as `""`.
#[derive(FromRow)]
pub(crate) struct JoinedRow {
    held_id: Option<String>,
    uai: Option<String>,
    profile: Option<String>,
    administrator: Option<bool>,
    legacy_account: Option<String>,
    since: Option<i64>,
    name: Option<String>,
    code: Option<String>,
    siret: Option<String>,
    city: Option<String>,
    postal_code: Option<String>,
}

impl JoinedRow {
    /// The attachment of that account, if there is one in this row.
    pub(crate) fn attachment(self, account: &AccountId) -> StoreResult<Option<Attachment>> {
        let (Some(id), Some(uai), Some(profile)) = (self.held_id, self.uai, self.profile) else { return Ok(None) };
        let row = Row {
            id,
            account_id: account.as_str().to_owned(),
            uai,
            profile,
            administrator: self.administrator.unwrap_or_default(),
            legacy_account: self.legacy_account,
            since: self.since.unwrap_or_default(),
            name: self.name.unwrap_or_default(),
            code: self.code,
            siret: self.siret,
            city: self.city,
            postal_code: self.postal_code,
        };
        Attachment::try_from(row).map(Some)
    }
}

impl TryFrom<Row> for Attachment {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let uai = Uai::parse(&row.uai).map_err(|_| StoreError::inconsistent("attachments", "uai", &row.id))?;
        Ok(Self {
            id: AttachmentId::from(row.id),
            account: AccountId::from(row.account_id),
            establishment: EstablishmentFacts {
                uai,
                code: row.code,
                siret: row.siret,
                name: row.name,
                city: row.city,
                postal_code: row.postal_code,
            },
            profile: ProfileId::from(row.profile),
            administrator: row.administrator,
            legacy_account: row.legacy_account,
            since: Timestamp(row.since),
        })
    }
}

/// The attachments that an account holds now.
///
/// # Errors
/// When the database is away, or a row names no establishment.
pub async fn held_by(db: &Db, account: &AccountId) -> StoreResult<Vec<Attachment>> {
    let rows: Vec<Row> = on_db!(read db, pool => query_as(HELD_BY).bind(account.as_str()).fetch_all(pool).await?);
    rows.into_iter().map(Attachment::try_from).collect()
}

/// An attachment to be created.
#[derive(Clone, Debug)]
pub struct NewAttachment<'a> {
    /// `att_…`
    pub id: &'a AttachmentId,
    /// Who.
    pub account: &'a AccountId,
    /// Where.
    pub uai: &'a Uai,
    /// As what.
    pub profile: &'a ProfileId,
    /// Administrator of the establishment.
    pub administrator: bool,
    /// The old shared account.
    pub legacy_account: Option<&'a str>,
}

/// Attaches; `false` when the person already holds that profile there.
///
/// # Errors
/// When the database refuses.
pub async fn create(tx: &mut Tx, attachment: &NewAttachment<'_>, now: Timestamp) -> StoreResult<bool> {
    let created = on_db!(tx tx, conn => query(CREATE)
        .bind(attachment.id.as_str()).bind(attachment.account.as_str()).bind(attachment.uai.as_str())
        .bind(attachment.profile.as_str()).bind(attachment.administrator).bind(attachment.legacy_account)
        .bind(now.0).execute(conn).await?.rows_affected());
    Ok(created == 1)
}

/// Ends an attachment of that account; `false` when it had ended, or is somebody else's.
///
/// # Errors
/// When the database refuses.
pub async fn end(
    tx: &mut Tx,
    id: &AttachmentId,
    account: &AccountId,
    by: &str,
    reason: &str,
    now: Timestamp,
) -> StoreResult<bool> {
    let ended = on_db!(tx tx, conn => query(END).bind(id.as_str()).bind(account.as_str()).bind(now.0).bind(by)
        .bind(reason).execute(conn).await?.rows_affected());
    Ok(ended == 1)
}
