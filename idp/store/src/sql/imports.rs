//! The files that were imported, and what each changed.

use idp_core::{
    schools::{directory_diff::Change, uai::Uai},
    time::Timestamp,
};
use sqlx::{AssertSqlSafe, FromRow};

use crate::{Db, StoreResult, Tx, on_db, sql::many_rows, statements};

statements! {
    /// Changes nothing: whoever imports at the same time waits for its row.
    LOCK = "update versions set value = value where name = 'establishments'";
    /// The nodes watch this counter to reload what they keep in memory.
    BUMP = "update versions set value = value + 1 where name = 'establishments'";
    SAVE = "insert into imports (
        id, kind, file_name, sha256, partial, started_at, finished_at,
        row_count, rejected, warnings, added, changed, unlisted, relisted
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    SAVE_CHANGE = "insert into establishment_changes (import_id, uai, kind, fields) values ($1, $2, $3, $4)";
    HISTORY = "select imports.finished_at, imports.file_name, establishment_changes.kind, establishment_changes.fields
        from establishment_changes join imports on imports.id = establishment_changes.import_id
        where establishment_changes.uai = $1 order by imports.finished_at, imports.id";
}

/// A file that was imported.
#[derive(Clone, Debug)]
pub struct ImportRow<'a> {
    /// `imp_…`
    pub id: &'a str,
    /// `establishments` or `codes`
    pub kind: &'static str,
    /// Without its folder.
    pub file_name: &'a str,
    /// Of the file's bytes, in lower-case hexadecimal.
    pub sha256: &'a str,
    /// Absence from the file said nothing.
    pub partial: bool,
    /// When reading began.
    pub started_at: Timestamp,
    /// When writing ended.
    pub finished_at: Timestamp,
    /// Rows under the header.
    pub rows: u64,
    /// Rows left out.
    pub rejected: usize,
    /// Oddities told.
    pub warnings: usize,
    /// Added, changed, unlisted, relisted.
    pub changes: [usize; 4],
}

/// One line of an establishment's history.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct HistoryRow {
    /// When that import ended, in milliseconds since 1970.
    pub finished_at: i64,
    /// What file.
    pub file_name: String,
    /// `added`, `changed`, `unlisted` or `relisted`
    pub kind: String,
    /// JSON: each field's `old` and `new`.
    pub fields: String,
}

/// Makes imports wait for one another until this transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn lock(tx: &mut Tx) -> StoreResult<()> {
    on_db!(tx tx, conn => sqlx::query(LOCK).execute(conn).await?.rows_affected());
    Ok(())
}

/// Tells every node that establishments changed.
///
/// # Errors
/// When the database refuses.
pub async fn bump(tx: &mut Tx) -> StoreResult<()> {
    on_db!(tx tx, conn => sqlx::query(BUMP).execute(conn).await?.rows_affected());
    Ok(())
}

/// Keeps what an import was.
///
/// # Errors
/// When the database refuses.
pub async fn save(tx: &mut Tx, import: &ImportRow<'_>) -> StoreResult<()> {
    let [added, changed, unlisted, relisted] = import.changes.map(number);
    on_db!(tx tx, conn => sqlx::query(SAVE)
        .bind(import.id)
        .bind(import.kind)
        .bind(import.file_name)
        .bind(import.sha256)
        .bind(import.partial)
        .bind(import.started_at.0)
        .bind(import.finished_at.0)
        .bind(i64::try_from(import.rows).unwrap_or(i64::MAX))
        .bind(number(import.rejected))
        .bind(number(import.warnings))
        .bind(added)
        .bind(changed)
        .bind(unlisted)
        .bind(relisted)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Keeps what an import did to some establishments; a few hundred at a time.
///
/// # Errors
/// When the database refuses.
pub async fn save_changes(tx: &mut Tx, import: &str, chunk: &[(&Uai, &Change)]) -> StoreResult<()> {
    if chunk.is_empty() {
        return Ok(());
    }
    let sql = many_rows(tx, SAVE_CHANGE, chunk.len());
    on_db!(tx tx, conn => {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (uai, change) in chunk {
            let fields = serde_json::to_string(&change.fields).unwrap_or_default();
            query = query.bind(import).bind(uai.as_str()).bind(change.kind.as_str()).bind(fields);
        }
        query.execute(conn).await?.rows_affected()
    });
    Ok(())
}

/// What imports did to an establishment, the first one first.
///
/// # Errors
/// When the database is away.
pub async fn history(db: &Db, uai: &Uai) -> StoreResult<Vec<HistoryRow>> {
    Ok(on_db!(read db, pool => sqlx::query_as(HISTORY).bind(uai.as_str()).fetch_all(pool).await)?)
}
