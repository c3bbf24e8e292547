//! What the Region's provider adds to the standard claims, under the scope `attachments`.
//!
//! One shape for nobody, one or many: `attachments` is always an array. A member that is unknown is absent, never
//! null or empty, hence the `Option`s and the defaults.

use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};

/// The Region's claims about the person who signed in.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct RegionClaims {
    /// Every attachment that opens this application; it never learns of the others.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// Identifier of the attachment under which the person works now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<String>,
    /// Roles in this application, for the attachment in use. This is what authorization looks at.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Claims that this program does not know, kept only to be displayed.
    #[serde(flatten)]
    pub unknown: serde_json::Map<String, serde_json::Value>,
}

impl AdditionalClaims for RegionClaims {}

/// A person's place in an establishment, under one profile.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Attachment {
    /// Stable identifier.
    pub id: String,
    /// Where.
    pub establishment: Establishment,
    /// As what, for instance `enseignant`.
    pub profile: String,
    /// Roles in this application under this attachment.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Whether the person administers the accesses of the establishment.
    #[serde(default)]
    pub administrator: bool,
    /// The former shared account: an application finds under it the data that it kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy_account: Option<String>,
    /// Day of the beginning, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// A school or another structure of the Region.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Establishment {
    /// National identifier, always known: the key to use in a database.
    pub uai: String,
    /// Four letters of the Region's portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Fourteen digits of the national register of businesses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siret: Option<String>,
    /// Usual name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Postal code of the town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
}

impl Establishment {
    /// The name, or the UAI where there is none.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.uai)
    }
}

impl RegionClaims {
    /// The attachment in use.
    #[must_use]
    pub fn in_use(&self) -> Option<&Attachment> {
        self.attachments.iter().find(|attachment| self.attachment.as_ref() == Some(&attachment.id))
    }

    /// The attachments that are not in use.
    #[must_use]
    pub fn others(&self) -> Vec<&Attachment> {
        self.attachments.iter().filter(|attachment| self.attachment.as_ref() != Some(&attachment.id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::RegionClaims;

    fn parse(json: &str) -> RegionClaims {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn nobody_is_attached_when_the_claims_are_absent_or_empty() {
        for json in ["{}", r#"{"attachments": []}"#] {
            let claims = parse(json);
            assert!(claims.in_use().is_none());
            assert!(claims.others().is_empty() && claims.roles.is_empty());
        }
    }

    #[test]
    fn one_attachment_parses_without_the_members_that_may_be_absent() {
        let claims = parse(
            r#"{"attachments": [{"id": "att_1", "establishment": {"uai": "0380010E"}, "profile": "enseignant"}],
                "attachment": "att_1"}"#,
        );
        let attachment = claims.in_use().unwrap();
        assert_eq!(attachment.establishment.label(), "0380010E");
        assert!(attachment.establishment.code.is_none() && attachment.legacy_account.is_none());
        assert!(!attachment.administrator);
        assert!(claims.others().is_empty());
    }

    #[test]
    fn the_attachment_in_use_is_told_from_the_others() {
        let claims = parse(
            r#"{"attachments": [
                 {"id": "att_1", "establishment": {"uai": "0380010E"}, "profile": "enseignant", "roles": ["saisie"]},
                 {"id": "att_2", "establishment": {"uai": "0690026D", "name": "Lycée Ampère", "city": "Lyon"},
                  "profile": "gestionnaire", "administrator": true, "since": "2026-09-01"}],
                "attachment": "att_2", "roles": ["lecture"], "usual_name": "Blanc"}"#,
        );
        assert_eq!(claims.in_use().unwrap().establishment.label(), "Lycée Ampère");
        assert_eq!(claims.others().len(), 1);
        assert_eq!(claims.others()[0].id, "att_1");
        assert_eq!(claims.roles, ["lecture"]);
        assert_eq!(claims.unknown["usual_name"], "Blanc");
    }
}
