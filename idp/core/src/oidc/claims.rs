//! What an application learns of a person (claims.md). Computed at each use, from what is true then.

use serde::Serialize;

use crate::{
    catalogue::{AttachmentsShown, Catalogue, Client},
    ids::{AccountId, ApplicationId, AttachmentId, ProfileId, RoleId},
    oauth::scope::Scope,
    schools::attachment::{Attachment, EstablishmentFacts},
    time::Timestamp,
};

/// The facts of an account that claims are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// `sub`
    pub account: AccountId,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub family_name: String,
    /// The contact address.
    pub email: String,
    /// Its holder confirmed it.
    pub email_verified: bool,
    /// `fr` or `en`
    pub locale: String,
    /// Last change of any of these.
    pub updated_at: Timestamp,
}

/// The scoped claims. A member that is unknown is absent, never null or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ScopedClaims {
    /// `given_name family_name`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The contact address, for display only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// BCP 47
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
    /// The contact address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether its holder confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// Always an array: none, one or many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<AttachmentClaim>>,
    /// The one in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment: Option<AttachmentId>,
    /// The roles of the attachment in use, in this application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<RoleId>>,
    /// ProConnect's name for the establishment's SIRET.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siret: Option<String>,
    /// ProConnect's name for the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<AccountId>,
    /// ProConnect's name for the last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual_name: Option<String>,
    /// ProConnect's name for the establishment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organizational_unit: Option<String>,
}

/// One attachment, as an application sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttachmentClaim {
    /// `att_…`
    pub id: AttachmentId,
    /// Where.
    pub establishment: EstablishmentClaim,
    /// As what.
    pub profile: ProfileId,
    /// In this application only.
    pub roles: Vec<RoleId>,
    /// Administrator of the establishment.
    pub administrator: bool,
    /// The old shared account under which the application may hold data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legacy_account: Option<String>,
    /// `YYYY-MM-DD`, in UTC.
    pub since: String,
}

/// An establishment, as an application sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EstablishmentClaim {
    /// National number.
    pub uai: String,
    /// The Region's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// 14 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siret: Option<String>,
    /// The directory's name.
    pub name: String,
    /// Town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Postcode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
}

impl From<&EstablishmentFacts> for EstablishmentClaim {
    fn from(facts: &EstablishmentFacts) -> Self {
        Self {
            uai: facts.uai.to_string(),
            code: facts.code.clone(),
            siret: facts.siret.clone(),
            name: facts.name.clone(),
            city: facts.city.clone(),
            postal_code: facts.postal_code.clone(),
        }
    }
}

/// The claims that a scope set gives a client. `opening` holds the attachments that open its application, and
/// `in_use` the one that the grant fixed: once that ended, none is in use.
#[must_use]
pub fn scoped(
    scope: &Scope,
    person: &Person,
    opening: &[Attachment],
    in_use: Option<&AttachmentId>,
    client: &Client,
    catalogue: &Catalogue,
) -> ScopedClaims {
    let mut claims = ScopedClaims::default();
    if scope.has("profile") {
        add_profile(&mut claims, person);
    }
    if scope.has("email") {
        claims.email = some(&person.email);
        claims.email_verified = Some(person.email_verified);
    }
    let in_use = in_use.and_then(|id| opening.iter().find(|attachment| attachment.id == *id));
    if scope.has("attachments") {
        let shown = match client.attachments {
            AttachmentsShown::All => opening,
            AttachmentsShown::One => in_use.map_or(&[][..], std::slice::from_ref),
        };
        claims.attachments = Some(
            shown.iter().filter_map(|held| attachment_claim(held, client.application.as_ref()?, catalogue)).collect(),
        );
        claims.attachment = in_use.map(|attachment| attachment.id.clone());
        claims.roles = in_use
            .zip(client.application.as_ref())
            .and_then(|(held, application)| catalogue.roles(&held.profile, application))
            .map(<[RoleId]>::to_vec);
    }
    add_proconnect(&mut claims, scope, person, in_use);
    claims
}

fn add_profile(claims: &mut ScopedClaims, person: &Person) {
    claims.given_name = some(&person.given_name);
    claims.family_name = some(&person.family_name);
    claims.name = some(format!("{} {}", person.given_name, person.family_name).trim());
    claims.preferred_username = some(&person.email);
    claims.locale = some(&person.locale);
    claims.updated_at = Some(person.updated_at.as_seconds());
}

fn add_proconnect(claims: &mut ScopedClaims, scope: &Scope, person: &Person, in_use: Option<&Attachment>) {
    if scope.has("uid") {
        claims.uid = Some(person.account.clone());
    }
    if scope.has("usual_name") {
        claims.usual_name = some(&person.family_name);
    }
    if scope.has("siret") {
        claims.siret = in_use.and_then(|attachment| attachment.establishment.siret.clone());
    }
    if scope.has("organizational_unit") {
        claims.organizational_unit = in_use.and_then(|attachment| some(&attachment.establishment.name));
    }
}

fn attachment_claim(held: &Attachment, application: &ApplicationId, catalogue: &Catalogue) -> Option<AttachmentClaim> {
    Some(AttachmentClaim {
        id: held.id.clone(),
        establishment: EstablishmentClaim::from(&held.establishment),
        profile: held.profile.clone(),
        roles: catalogue.roles(&held.profile, application)?.to_vec(),
        administrator: held.administrator,
        legacy_account: held.legacy_account.clone(),
        since: date(held.since),
    })
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// `YYYY-MM-DD` of an instant in UTC (Howard Hinnant's civil-from-days).
fn date(at: Timestamp) -> String {
    let days = at.as_seconds().div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_civil_days_in_utc() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (1_788_220_800, "2026-09-01"),
            (-1, "1969-12-31"),
        ] {
            assert_eq!(date(Timestamp::from_seconds(seconds)), day);
        }
    }
}
