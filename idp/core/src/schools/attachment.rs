//! One person holds one profile at one establishment, from a day on, until detached.

use crate::{
    ids::{AccountId, AttachmentId, ProfileId},
    schools::uai::Uai,
    time::Timestamp,
};

/// An attachment that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// `att_…`
    pub id: AttachmentId,
    /// Who holds it.
    pub account: AccountId,
    /// Where.
    pub establishment: EstablishmentFacts,
    /// As what.
    pub profile: ProfileId,
    /// Decides on the requests of this establishment.
    pub administrator: bool,
    /// The shared account of the old portal that stood for the same, where there was one.
    pub legacy_account: Option<String>,
    /// When it was accepted.
    pub since: Timestamp,
}

/// What applications and pages say of an establishment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EstablishmentFacts {
    /// National number.
    pub uai: Uai,
    /// The Region's own code, `TLPU`.
    pub code: Option<String>,
    /// 14 digits.
    pub siret: Option<String>,
    /// The directory's name.
    pub name: String,
    /// Town, when known.
    pub city: Option<String>,
    /// Postcode, when known.
    pub postal_code: Option<String>,
}

impl EstablishmentFacts {
    /// What the pages show beside the name: the portal code, else the UAI.
    #[must_use]
    pub fn short_code(&self) -> &str {
        self.code.as_deref().unwrap_or(self.uai.as_str())
    }
}
