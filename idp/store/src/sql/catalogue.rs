//! Applications, profiles and clients as JSON documents, and the counters that tell the nodes to reload.

use std::collections::BTreeSet;

use idp_core::{
    catalogue::{Application, Catalogue, Client, Profile},
    ids::{ApplicationId, ClientId, ProfileId},
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{query, query_as, query_scalar};

use crate::{Db, StoreError, StoreResult, Tx, on_db, statements};

statements! {
    /// One statement: all of it from one instant, whoever writes meanwhile.
    ALL = "select 'application' as family, id, document, 'declared' as origin from applications
        union all select 'profile', id, document, 'declared' from profiles
        union all select 'client', id, document, origin from clients";
    PUT_APPLICATION = "insert into applications (id, document) values ($1, $2)
        on conflict (id) do update set document = excluded.document";
    PUT_PROFILE = "insert into profiles (id, document) values ($1, $2)
        on conflict (id) do update set document = excluded.document";
    PUT_DECLARED_CLIENT = "insert into clients (id, document, origin, created_at, updated_at)
        values ($1, $2, 'declared', $3, $3)
        on conflict (id) do update set document = excluded.document, updated_at = excluded.updated_at
        where clients.origin = 'declared'";
    PUT_REGISTERED_CLIENT = "insert into clients (id, document, origin, created_at, updated_at)
        values ($1, $2, 'registered', $3, $3)
        on conflict (id) do update set document = excluded.document, updated_at = excluded.updated_at
        where clients.origin = 'registered'";
    DELETE_APPLICATION = "delete from applications where id = $1";
    DELETE_PROFILE = "delete from profiles where id = $1";
    DELETE_DECLARED_CLIENT = "delete from clients where id = $1 and origin = 'declared'";
    VERSION = "select value from versions where name = $1";
    LOCK = "update versions set value = value where name = $1";
    BUMP = "update versions set value = value + 1 where name = $1";
}

/// The counter of this family in `versions`.
pub const CATALOGUE: &str = "catalogue";

/// The whole catalogue, and which of its clients did not come from `config/`.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// Declared and registered alike.
    pub catalogue: Catalogue,
    /// The clients of origin `registered`.
    pub registered: BTreeSet<ClientId>,
}

/// Family, id, document and origin of each.
struct Rows(Vec<(String, String, String, String)>);

/// The catalogue as every request needs it.
///
/// # Errors
/// When the database refuses, or a document is not one of ours.
pub async fn load(db: &Db) -> StoreResult<Catalogue> {
    Ok(stored(db).await?.catalogue)
}

/// The catalogue with the origin of its clients.
///
/// # Errors
/// As [`load`].
pub async fn stored(db: &Db) -> StoreResult<Stored> {
    Rows(on_db!(read db, pool => query_as(ALL).fetch_all(pool).await?)).try_into()
}

/// The same inside a transaction; first waits for any other that changes the catalogue.
///
/// # Errors
/// As [`load`].
pub async fn stored_for_update(tx: &mut Tx) -> StoreResult<Stored> {
    let rows = on_db!(tx tx, conn => {
        query(LOCK).bind(CATALOGUE).execute(&mut *conn).await?;
        Rows(query_as(ALL).fetch_all(&mut *conn).await?)
    });
    rows.try_into()
}

impl TryFrom<Rows> for Stored {
    type Error = StoreError;

    fn try_from(rows: Rows) -> StoreResult<Self> {
        let mut stored = Self::default();
        for (family, id, document, origin) in rows.0 {
            match (family.as_str(), origin.as_str()) {
                ("application", _) => {
                    let application: Application = read("applications", &id, &document)?;
                    stored.catalogue.applications.insert(ApplicationId::from(id), application);
                }
                ("profile", _) => {
                    let profile: Profile = read("profiles", &id, &document)?;
                    stored.catalogue.profiles.insert(ProfileId::from(id), profile);
                }
                (_, "declared" | "registered") => {
                    let client: Client = read("clients", &id, &document)?;
                    let id = ClientId::from(id);
                    if origin == "registered" {
                        stored.registered.insert(id.clone());
                    }
                    stored.catalogue.clients.insert(id, client);
                }
                _ => return Err(StoreError::inconsistent("clients", "origin", id)),
            }
        }
        Ok(stored)
    }
}

fn read<T: DeserializeOwned>(table: &'static str, id: &str, document: &str) -> StoreResult<T> {
    serde_json::from_str(document).map_err(|_| StoreError::inconsistent(table, "document", id))
}

fn write<T: Serialize>(table: &'static str, id: &str, value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|_| StoreError::inconsistent(table, "document", id))
}

/// Adds an application, or replaces the one of its id.
///
/// # Errors
/// When the database refuses.
pub async fn put_application(tx: &mut Tx, application: &Application) -> StoreResult<()> {
    let id = application.id.as_str();
    let document = write("applications", id, application)?;
    on_db!(tx tx, conn => query(PUT_APPLICATION).bind(id).bind(document).execute(conn).await?.rows_affected());
    Ok(())
}

/// Adds a profile, or replaces the one of its id.
///
/// # Errors
/// When the database refuses.
pub async fn put_profile(tx: &mut Tx, profile: &Profile) -> StoreResult<()> {
    let id = profile.id.as_str();
    let document = write("profiles", id, profile)?;
    on_db!(tx tx, conn => query(PUT_PROFILE).bind(id).bind(document).execute(conn).await?.rows_affected());
    Ok(())
}

/// Adds a client of `config/`, or replaces it; `false` when its id belongs to a registered one, which stays as it is.
///
/// # Errors
/// When the database refuses.
pub async fn put_declared_client(tx: &mut Tx, client: &Client, now: Timestamp) -> StoreResult<bool> {
    let document = write("clients", client.id.as_str(), client)?;
    let written = on_db!(tx tx, conn => query(PUT_DECLARED_CLIENT).bind(client.id.as_str()).bind(document).bind(now.0)
        .execute(conn).await?.rows_affected());
    Ok(written == 1)
}

/// Adds a client that the desk or a registration made, or replaces it; `false` when its id belongs to a declared one,
/// which stays as it is.
///
/// # Errors
/// When the database refuses.
pub async fn put_registered_client(tx: &mut Tx, client: &Client, now: Timestamp) -> StoreResult<bool> {
    let document = write("clients", client.id.as_str(), client)?;
    let written = on_db!(tx tx, conn => query(PUT_REGISTERED_CLIENT).bind(client.id.as_str()).bind(document).bind(now.0)
        .execute(conn).await?.rows_affected());
    Ok(written == 1)
}

/// Removes an application.
///
/// # Errors
/// When the database refuses.
pub async fn delete_application(tx: &mut Tx, id: &str) -> StoreResult<()> {
    on_db!(tx tx, conn => query(DELETE_APPLICATION).bind(id).execute(conn).await?.rows_affected());
    Ok(())
}

/// Removes a profile.
///
/// # Errors
/// When the database refuses.
pub async fn delete_profile(tx: &mut Tx, id: &str) -> StoreResult<()> {
    on_db!(tx tx, conn => query(DELETE_PROFILE).bind(id).execute(conn).await?.rows_affected());
    Ok(())
}

/// Removes a client of `config/`; a registered one stays.
///
/// # Errors
/// When the database refuses.
pub async fn delete_declared_client(tx: &mut Tx, id: &str) -> StoreResult<()> {
    on_db!(tx tx, conn => query(DELETE_DECLARED_CLIENT).bind(id).execute(conn).await?.rows_affected());
    Ok(())
}

/// The value of a counter in `versions`; 0 when there is none of this name.
///
/// # Errors
/// When the database refuses.
pub async fn version(db: &Db, name: &str) -> StoreResult<i64> {
    let value: Option<i64> = on_db!(read db, pool => query_scalar(VERSION).bind(name).fetch_optional(pool).await?);
    Ok(value.unwrap_or(0))
}

/// Moves a counter, so that the nodes reload when this transaction is committed.
///
/// # Errors
/// When the database refuses.
pub async fn bump(tx: &mut Tx, name: &str) -> StoreResult<()> {
    on_db!(tx tx, conn => query(BUMP).bind(name).execute(conn).await?.rows_affected());
    Ok(())
}
