//! The settings' JSON Schema, for editors.

use schemars::schema_for;

use super::Settings;

/// The JSON Schema of [`Settings`], as committed in `config/schema.json` (`idp config schema` prints it).
#[must_use]
pub fn schema() -> String {
    format!("{:#}\n", schema_for!(Settings).to_value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/schema.json");
        // As values: the order of members depends on a feature that another crate may switch.
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(value(&committed) == value(&schema()), "regenerate: cargo run -- config schema > config/schema.json");
    }
}
