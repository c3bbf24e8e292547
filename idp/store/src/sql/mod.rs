//! One file per table family: its SQL, its row, its way into a core type.

pub mod accounts;
pub mod attachments;
pub mod catalogue;
pub mod consents;
pub mod establishments;
pub mod grants;
pub mod imports;
pub mod journal;
pub mod keys;
pub mod legacy_accounts;
pub mod mail_links;
mod many;
pub mod outbox;
pub mod sessions;

pub(crate) use many::{many_rows, many_rows_of_sqlite};

/// Every statement of the program as (file, name, SQL); a test prepares each on both engines.
pub fn all_statements() -> Vec<(&'static str, &'static str, &'static str)> {
    let files = [
        ("accounts", accounts::STATEMENTS),
        ("attachments", attachments::STATEMENTS),
        ("catalogue", catalogue::STATEMENTS),
        ("consents", consents::STATEMENTS),
        ("establishments", establishments::STATEMENTS),
        ("grants", grants::STATEMENTS),
        ("imports", imports::STATEMENTS),
        ("journal", journal::STATEMENTS),
        ("keys", keys::STATEMENTS),
        ("legacy_accounts", legacy_accounts::STATEMENTS),
        ("mail_links", mail_links::STATEMENTS),
        ("outbox", outbox::STATEMENTS),
        ("sessions", sessions::STATEMENTS),
    ];
    files.iter().flat_map(|(file, all)| all.iter().map(|(name, sql)| (*file, *name, *sql))).collect()
}
