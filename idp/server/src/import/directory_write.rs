//! Writes a plan: establishments, their sites, the import, its changes, the journal.

use idp_core::{
    random::{self, Random},
    schools::directory_diff::{Change, ChangeKind, Plan},
    table::fingerprint,
    time::{Clock, Timestamp},
};
use idp_store::{
    StoreResult, Tx,
    sql::{
        establishments::{self, CHUNK},
        imports::{self, ImportRow},
        journal,
    },
};

use super::{Source, progress::Progress};

/// What is kept of an import beside its changes.
pub(super) struct Written<'a> {
    pub kind: &'static str,
    pub source: Source<'a>,
    pub partial: bool,
    pub started_at: Timestamp,
    pub rows: u64,
    pub rejected: usize,
    pub warnings: usize,
    pub actor: &'static str,
}

/// Writes everything that `plan` changes. The caller commits.
pub(super) async fn write(
    tx: &mut Tx,
    clock: &dyn Clock,
    random: &dyn Random,
    plan: &Plan,
    written: &Written<'_>,
    progress: &Progress,
) -> StoreResult<()> {
    save_establishments(tx, plan, written.started_at, progress).await?;
    let id = format!("imp_{}", random::uuid(random));
    let now = clock.now();
    let row = ImportRow {
        id: &id,
        kind: written.kind,
        file_name: written.source.name,
        sha256: &fingerprint(written.source.bytes),
        partial: written.partial,
        started_at: written.started_at,
        finished_at: now,
        rows: written.rows,
        rejected: written.rejected,
        warnings: written.warnings,
        changes: [ChangeKind::Added, ChangeKind::Changed, ChangeKind::Unlisted, ChangeKind::Relisted]
            .map(|kind| plan.count(kind)),
    };
    imports::save(tx, &row).await?;
    let changes: Vec<_> = plan.changes.iter().collect();
    for chunk in changes.chunks(CHUNK) {
        imports::save_changes(tx, &id, chunk).await?;
    }
    if !changes.is_empty() {
        imports::bump(tx).await?;
    }
    let action = if written.kind == "codes" { "import.codes" } else { "import.establishments" };
    let details = details(&row);
    let entry = journal::Entry {
        id: &random::uuid(random),
        actor: written.actor,
        action,
        subject: Some(&id),
        uai: None,
        details: &details,
        address: None,
    };
    journal::append(tx, &entry, now).await
}

async fn save_establishments(tx: &mut Tx, plan: &Plan, now: Timestamp, progress: &Progress) -> StoreResult<()> {
    for (uai, change) in &plan.changes {
        if change.fields.get("code").is_some_and(|code| !code.old.is_null()) {
            establishments::release_code(tx, uai).await?;
        }
    }
    let changed: Vec<_> = plan.changes.keys().filter_map(|uai| plan.after.get(uai)).collect();
    for chunk in changed.chunks(CHUNK) {
        establishments::save(tx, chunk, now).await?;
        progress.advance(chunk.len());
    }
    for (uai, change) in &plan.changes {
        if let Some(saved) = plan.after.get(uai)
            && has_new_sites(change, saved.listing.sites.len())
        {
            establishments::save_sites(tx, uai, &saved.listing.sites).await?;
        }
    }
    Ok(())
}

fn has_new_sites(change: &Change, sites: usize) -> bool {
    change.fields.contains_key("sites") || (change.kind == ChangeKind::Added && sites > 0)
}

fn details(import: &ImportRow<'_>) -> String {
    let [added, changed, unlisted, relisted] = import.changes;
    serde_json::json!({
        "file": import.file_name, "sha256": import.sha256, "partial": import.partial, "rows": import.rows,
        "rejected": import.rejected, "added": added, "changed": changed, "unlisted": unlisted, "relisted": relisted,
    })
    .to_string()
}
