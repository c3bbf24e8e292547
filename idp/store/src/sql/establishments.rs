//! Establishments, their sites and their portal codes.

use std::collections::BTreeMap;

use idp_core::{
    schools::{
        establishment::{Establishment, Facts, Listing, PortalCode, Site},
        search::SearchEntry,
        uai::Uai,
    },
    time::Timestamp,
};
use sqlx::{AssertSqlSafe, ColumnIndex, Decode, FromRow, Row, Type};

use crate::{Db, StoreError, StoreResult, Tx, on_db, sql::many_rows, statements};

statements! {
    /// Columns in the order of `Facts::COLUMNS`.
    ALL = "select
        uai, name, code, code_name, kind, sector, address_1, address_2, address_3, postal_code, city,
        commune_code, department_code, department, academy_code, academy, phone, web, mail, siret, latitude,
        longitude, opened_on, state, ministry, nature_code, nature, mother_uai, mother_link, unlisted_at
        from establishments order by uai";
    FIND = "select
        uai, name, code, code_name, kind, sector, address_1, address_2, address_3, postal_code, city,
        commune_code, department_code, department, academy_code, academy, phone, web, mail, siret, latitude,
        longitude, opened_on, state, ministry, nature_code, nature, mother_uai, mother_link, unlisted_at
        from establishments where uai = $1";
    SITES = "select uai, position, name, address_1, address_2, address_3, postal_code, city, phone, mail, latitude, longitude
        from establishment_sites order by uai, position";
    SITES_OF = "select uai, position, name, address_1, address_2, address_3, postal_code, city, phone, mail, latitude, longitude
        from establishment_sites where uai = $1 order by position";
    COUNT = "select count(*) from establishments where unlisted_at is null";
    SEARCHED = "select uai, name, code, code_name, city, postal_code
        from establishments where unlisted_at is null order by uai";
    SAVE = "insert into establishments (
        uai, name, code, code_name, kind, sector, address_1, address_2, address_3, postal_code, city,
        commune_code, department_code, department, academy_code, academy, phone, web, mail, siret, latitude,
        longitude, opened_on, state, ministry, nature_code, nature, mother_uai, mother_link, unlisted_at,
        created_at, updated_at
    ) values (
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
        $23, $24, $25, $26, $27, $28, $29, $30, $31, $32
    ) on conflict (uai) do update set
        name = excluded.name, code = excluded.code, code_name = excluded.code_name, kind = excluded.kind,
        sector = excluded.sector, address_1 = excluded.address_1, address_2 = excluded.address_2,
        address_3 = excluded.address_3, postal_code = excluded.postal_code, city = excluded.city,
        commune_code = excluded.commune_code, department_code = excluded.department_code,
        department = excluded.department, academy_code = excluded.academy_code, academy = excluded.academy,
        phone = excluded.phone, web = excluded.web, mail = excluded.mail, siret = excluded.siret,
        latitude = excluded.latitude, longitude = excluded.longitude, opened_on = excluded.opened_on,
        state = excluded.state, ministry = excluded.ministry, nature_code = excluded.nature_code,
        nature = excluded.nature, mother_uai = excluded.mother_uai, mother_link = excluded.mother_link,
        unlisted_at = excluded.unlisted_at, updated_at = excluded.updated_at";
    RELEASE_CODE = "update establishments set code = null where uai = $1";
    DELETE_SITES = "delete from establishment_sites where uai = $1";
    SAVE_SITE = "insert into establishment_sites (
        uai, position, name, address_1, address_2, address_3, postal_code, city, phone, mail, latitude, longitude
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
}

/// How many establishments one statement writes: far below the engines' limits on parameters.
pub const CHUNK: usize = 100;

struct EstablishmentRow {
    uai: String,
    name: String,
    code: Option<String>,
    code_name: Option<String>,
    facts: Facts,
    unlisted_at: Option<i64>,
}

// By position, so that the facts are named in one place only (`Facts::COLUMNS`).
impl<'r, R: Row> FromRow<'r, R> for EstablishmentRow
where
    usize: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        let after = 4 + Facts::COLUMNS.len();
        let facts: Vec<Option<String>> = (4..after).map(|column| row.try_get(column)).collect::<Result<_, _>>()?;
        Ok(Self {
            uai: row.try_get(0)?,
            name: row.try_get(1)?,
            code: row.try_get(2)?,
            code_name: row.try_get(3)?,
            facts: Facts::from_values(facts),
            unlisted_at: row.try_get(after)?,
        })
    }
}

impl TryFrom<EstablishmentRow> for Establishment {
    type Error = StoreError;

    fn try_from(row: EstablishmentRow) -> StoreResult<Self> {
        let uai = uai(&row.uai)?;
        let portal = row.code.map(|code| PortalCode { code, name: row.code_name.unwrap_or_default() });
        Ok(Self {
            listing: Listing { uai, name: row.name, facts: row.facts, sites: Vec::new() },
            portal,
            unlisted_at: row.unlisted_at.map(Timestamp),
        })
    }
}

fn uai(text: &str) -> StoreResult<Uai> {
    Uai::parse(text).map_err(|_| StoreError::inconsistent("establishments", "uai", text))
}

#[derive(FromRow)]
struct SiteRow {
    uai: String,
    name: String,
    address_1: Option<String>,
    address_2: Option<String>,
    address_3: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    phone: Option<String>,
    mail: Option<String>,
    latitude: Option<String>,
    longitude: Option<String>,
}

impl From<SiteRow> for Site {
    fn from(row: SiteRow) -> Self {
        let SiteRow {
            uai: _,
            name,
            address_1,
            address_2,
            address_3,
            postal_code,
            city,
            phone,
            mail,
            latitude,
            longitude,
        } = row;
        Self { name, address_1, address_2, address_3, postal_code, city, phone, mail, latitude, longitude }
    }
}

#[derive(FromRow)]
struct SearchRow {
    uai: String,
    name: String,
    code: Option<String>,
    code_name: Option<String>,
    city: Option<String>,
    postal_code: Option<String>,
}

/// The establishment of this UAI, with its sites; also one that the directory lists no longer.
///
/// # Errors
/// When the database is away.
pub async fn find(db: &Db, uai: &Uai) -> StoreResult<Option<Establishment>> {
    let row: Option<EstablishmentRow> =
        on_db!(read db, pool => sqlx::query_as(FIND).bind(uai.as_str()).fetch_optional(pool).await)?;
    let Some(row) = row else { return Ok(None) };
    let mut found = Establishment::try_from(row)?;
    let sites: Vec<SiteRow> =
        on_db!(read db, pool => sqlx::query_as(SITES_OF).bind(uai.as_str()).fetch_all(pool).await)?;
    found.listing.sites = sites.into_iter().map(Site::from).collect();
    Ok(Some(found))
}

/// How many establishments the directory lists.
///
/// # Errors
/// When the database is away.
pub async fn count(db: &Db) -> StoreResult<i64> {
    Ok(on_db!(read db, pool => sqlx::query_scalar(COUNT).fetch_one(pool).await)?)
}

/// What search knows of every listed establishment, by UAI.
///
/// # Errors
/// When the database is away.
pub async fn search_entries(db: &Db) -> StoreResult<Vec<SearchEntry>> {
    let rows: Vec<SearchRow> = on_db!(read db, pool => sqlx::query_as(SEARCHED).fetch_all(pool).await)?;
    let entry = |row: SearchRow| {
        let SearchRow { uai: text, name, code, code_name, city, postal_code } = row;
        Ok(SearchEntry { uai: uai(&text)?, name, code, code_name, city, postal_code })
    };
    rows.into_iter().map(entry).collect()
}

/// Every establishment, those too that the directory lists no longer.
///
/// # Errors
/// When the database is away.
pub async fn all(tx: &mut Tx) -> StoreResult<BTreeMap<Uai, Establishment>> {
    let rows: Vec<EstablishmentRow> = on_db!(tx &mut *tx, conn => sqlx::query_as(ALL).fetch_all(conn).await)?;
    let mut all = BTreeMap::new();
    for row in rows {
        let one = Establishment::try_from(row)?;
        all.insert(one.listing.uai.clone(), one);
    }
    let sites: Vec<SiteRow> = on_db!(tx tx, conn => sqlx::query_as(SITES).fetch_all(conn).await)?;
    for site in sites {
        if let Some(one) = all.get_mut(&uai(&site.uai)?) {
            one.listing.sites.push(site.into());
        }
    }
    Ok(all)
}

/// Inserts or updates at most [`CHUNK`] establishments; their sites apart ([`save_sites`]).
///
/// # Errors
/// When the database refuses, or when two of them have one portal code (see [`release_code`]).
pub async fn save(tx: &mut Tx, chunk: &[&Establishment], now: Timestamp) -> StoreResult<()> {
    if chunk.is_empty() {
        return Ok(());
    }
    let sql = many_rows(tx, SAVE, chunk.len());
    on_db!(tx tx, conn => {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for one in chunk {
            let portal = one.portal.as_ref();
            query = query.bind(one.listing.uai.as_str()).bind(one.listing.name.as_str());
            query = query.bind(portal.map(|portal| portal.code.as_str())).bind(portal.map(|portal| portal.name.as_str()));
            for value in one.listing.facts.values() {
                query = query.bind(value);
            }
            query = query.bind(one.unlisted_at.map(|at| at.0)).bind(now.0).bind(now.0);
        }
        query.execute(conn).await?.rows_affected()
    });
    Ok(())
}

/// Takes an establishment's portal code away before others are saved, so that two may swap theirs.
///
/// # Errors
/// When the database refuses.
pub async fn release_code(tx: &mut Tx, uai: &Uai) -> StoreResult<()> {
    on_db!(tx tx, conn => sqlx::query(RELEASE_CODE).bind(uai.as_str()).execute(conn).await?.rows_affected());
    Ok(())
}

/// Replaces the sites of an establishment that is saved.
///
/// # Errors
/// When the database refuses.
pub async fn save_sites(tx: &mut Tx, uai: &Uai, sites: &[Site]) -> StoreResult<()> {
    on_db!(tx &mut *tx, conn => sqlx::query(DELETE_SITES).bind(uai.as_str()).execute(conn).await?.rows_affected());
    for (position, site) in (1_i64..).zip(sites) {
        on_db!(tx &mut *tx, conn => sqlx::query(SAVE_SITE)
            .bind(uai.as_str())
            .bind(position)
            .bind(site.name.as_str())
            .bind(site.address_1.as_deref())
            .bind(site.address_2.as_deref())
            .bind(site.address_3.as_deref())
            .bind(site.postal_code.as_deref())
            .bind(site.city.as_deref())
            .bind(site.phone.as_deref())
            .bind(site.mail.as_deref())
            .bind(site.latitude.as_deref())
            .bind(site.longitude.as_deref())
            .execute(conn)
            .await?
            .rows_affected());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statements_name_the_facts_in_their_order() {
        let facts: Vec<_> = Facts::COLUMNS.iter().map(|(field, _)| *field).collect();
        let wanted = facts.join(",");
        for sql in [ALL, FIND, SAVE] {
            let bare: String = sql.split_whitespace().collect();
            assert!(bare.contains(&format!("uai,name,code,code_name,{wanted},unlisted_at")), "{sql}");
        }
    }
}
