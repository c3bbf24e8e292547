//! One file per table family: its SQL, its row, its way into a core type.

/// Every statement of the program as (file, name, SQL); a test prepares each on both engines.
pub fn all_statements() -> Vec<(&'static str, &'static str, &'static str)> {
    let files: [(&str, &[(&str, &str)]); 0] = [];
    files.iter().flat_map(|(file, all)| all.iter().map(|(name, sql)| (*file, *name, *sql))).collect()
}
