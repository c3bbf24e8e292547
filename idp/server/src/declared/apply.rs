//! Brings the database to what the files say, in one transaction.

use anyhow::{Context, bail};
use idp_core::{
    catalogue::Catalogue,
    random::{self, Random},
    time::{Clock, Timestamp},
};
use idp_store::{
    Db, Tx,
    sql::{
        catalogue::{self as store, Stored},
        journal,
    },
};

use super::diff::{Change, Family, diff};

/// What [`apply`] would do. Writes nothing.
///
/// # Errors
/// When the database is away, or a declared client has the id of a registered one.
pub async fn plan(db: &Db, declared: &Catalogue, prune: bool) -> anyhow::Result<Vec<Change>> {
    changes(store::stored(db).await?, declared, prune)
}

/// Writes what differs and tells the nodes to reload. Returns the differences; nothing is written when there are none.
///
/// `prune` also removes what the files no longer name, registered clients excepted.
///
/// # Errors
/// When the database is away, or a declared client has the id of a registered one. Then nothing is written.
pub async fn apply(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    declared: &Catalogue,
    prune: bool,
) -> anyhow::Result<Vec<Change>> {
    let mut tx = db.begin().await?;
    let changes = changes(store::stored_for_update(&mut tx).await?, declared, prune)?;
    if !changes.iter().any(Change::writes) {
        return Ok(changes);
    }
    let now = clock.now();
    for change in changes.iter().filter(|change| change.writes()) {
        write(&mut tx, change, declared, now).await.with_context(|| change.to_string())?;
    }
    store::bump(&mut tx, store::CATALOGUE).await?;
    let details = serde_json::to_string(&changes)?;
    let entry = journal::Entry {
        id: &random::uuid(random),
        actor: "cli",
        action: "catalogue.applied",
        subject: None,
        uai: None,
        details: &details,
        address: None,
    };
    journal::append(&mut tx, &entry, now).await?;
    tx.commit().await?;
    Ok(changes)
}

fn changes(stored: Stored, declared: &Catalogue, prune: bool) -> anyhow::Result<Vec<Change>> {
    let Stored { mut catalogue, registered } = stored;
    if let Some(id) = declared.clients.keys().find(|id| registered.contains(*id)) {
        bail!("clients.toml: clients.{id}: a registered client has this id already; choose another");
    }
    catalogue.clients.retain(|id, _| !registered.contains(id));
    Ok(diff(&catalogue, declared, prune))
}

async fn write(tx: &mut Tx, change: &Change, declared: &Catalogue, now: Timestamp) -> anyhow::Result<()> {
    let id = change.id.as_str();
    match change.family {
        Family::Application => match declared.applications.get(id) {
            Some(application) => store::put_application(tx, application).await?,
            None => store::delete_application(tx, id).await?,
        },
        Family::Profile => match declared.profiles.get(id) {
            Some(profile) => store::put_profile(tx, profile).await?,
            None => store::delete_profile(tx, id).await?,
        },
        Family::Client => match declared.clients.get(id) {
            Some(client) if !store::put_declared_client(tx, client, now).await? => {
                bail!("a registered client took this id meanwhile")
            }
            Some(_) => {}
            None => store::delete_declared_client(tx, id).await?,
        },
    }
    Ok(())
}
