//! A school as the national directory lists it, and the Region's own name for it.

use serde::{Deserialize, Serialize};

use crate::{
    schools::{attachment::EstablishmentFacts, uai::Uai},
    time::Timestamp,
};

/// Declares the facts that the directory gives, once: their field, their column in the database (the same name) and
/// their column in the published files.
macro_rules! facts {
    ($($(#[$doc:meta])* $field:ident = $column:literal;)*) => {
        /// What the directory says of an establishment beside its name. `None`: it says nothing.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Facts {
            $($(#[$doc])* pub $field: Option<String>,)*
        }

        impl Facts {
            /// (field, column of the published file), in the order of [`Facts::values`].
            pub const COLUMNS: &'static [(&'static str, &'static str)] = &[$((stringify!($field), $column)),*];

            /// Every fact, in the order of [`Facts::COLUMNS`].
            pub fn values(&self) -> impl Iterator<Item = Option<&str>> {
                [$(self.$field.as_deref()),*].into_iter()
            }

            /// Reads facts in the order of [`Facts::COLUMNS`]; what is missing at the end is `None`.
            pub fn from_values(values: impl IntoIterator<Item = Option<String>>) -> Self {
                let mut values = values.into_iter();
                Self { $($field: values.next().flatten()),* }
            }
        }
    };
}

facts! {
    /// `Lycée`
    kind = "Type_etablissement";
    /// `Public` or `Privé`
    sector = "Statut_public_prive";
    /// Street.
    address_1 = "Adresse_1";
    /// Post-office box, as a rule.
    address_2 = "Adresse_2";
    /// What is left.
    address_3 = "Adresse_3";
    /// Five digits.
    postal_code = "Code_postal";
    /// Town.
    city = "Nom_commune";
    /// INSEE's code of the town.
    commune_code = "Code_commune";
    /// Three characters, `038`.
    department_code = "Code_departement";
    /// `Isère`
    department = "Libelle_departement";
    /// `08`
    academy_code = "Code_academie";
    /// `Grenoble`
    academy = "Libelle_academie";
    /// As published, in whatever shape.
    phone = "Telephone";
    /// Home page, as published.
    web = "Web";
    /// The official address; its local part in the case in which it is published (RFC 5321 §2.4), its domain in lower case.
    mail = "Mail";
    /// Fourteen digits.
    siret = "SIREN_SIRET";
    /// Degrees north, as published.
    latitude = "latitude";
    /// Degrees east, as published.
    longitude = "longitude";
    /// `1965-05-01`
    opened_on = "date_ouverture";
    /// `OUVERT`
    state = "etat";
    /// The ministry in charge.
    ministry = "ministere_tutelle";
    /// `320`
    nature_code = "code_nature";
    /// `LYCEE PROFESSIONNEL`
    nature = "libelle_nature";
    /// The UAI of the establishment of which this is an annex or a section; it need not be listed itself.
    mother_uai = "etablissement_mere";
    /// `ANNEXE GEOGRAPHIQUE`, `FILIERE OU DEPARTEMENT OU SECTION`
    mother_link = "type_rattachement_etablissement_mere";
}

/// One place of an establishment that has several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The directory's name of this site.
    pub name: String,
    /// Street.
    pub address_1: Option<String>,
    /// Post-office box, as a rule.
    pub address_2: Option<String>,
    /// What is left.
    pub address_3: Option<String>,
    /// Five digits.
    pub postal_code: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// As published.
    pub phone: Option<String>,
    /// As published, when well-formed.
    pub mail: Option<String>,
    /// Degrees north.
    pub latitude: Option<String>,
    /// Degrees east.
    pub longitude: Option<String>,
}

impl Site {
    /// The part of a directory row that belongs to the place.
    #[must_use]
    pub fn of(name: &str, facts: &Facts) -> Self {
        Self {
            name: name.to_owned(),
            address_1: facts.address_1.clone(),
            address_2: facts.address_2.clone(),
            address_3: facts.address_3.clone(),
            postal_code: facts.postal_code.clone(),
            city: facts.city.clone(),
            phone: facts.phone.clone(),
            mail: facts.mail.clone(),
            latitude: facts.latitude.clone(),
            longitude: facts.longitude.clone(),
        }
    }
}

/// What a directory file says of one UAI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// National number.
    pub uai: Uai,
    /// The directory's name.
    pub name: String,
    /// Of the principal site.
    pub facts: Facts,
    /// Every site, the principal one first; empty when there is only one.
    pub sites: Vec<Site>,
}

/// The old portal's code and name of an establishment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalCode {
    /// `TLPU`
    pub code: String,
    /// « LP LEON GAMBETTA »
    pub name: String,
}

/// An establishment as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Establishment {
    /// What the directory last said of it.
    pub listing: Listing,
    /// The Region's own code and name, when it has one.
    pub portal: Option<PortalCode>,
    /// Since when the directory lists it no longer.
    pub unlisted_at: Option<Timestamp>,
}

impl Establishment {
    /// National number.
    #[must_use]
    pub const fn uai(&self) -> &Uai {
        &self.listing.uai
    }

    /// What applications and pages say of it.
    #[must_use]
    pub fn facts(&self) -> EstablishmentFacts {
        let Listing { uai, name, facts, .. } = &self.listing;
        EstablishmentFacts {
            uai: uai.clone(),
            code: self.portal.as_ref().map(|portal| portal.code.clone()),
            siret: facts.siret.clone(),
            name: name.clone(),
            city: facts.city.clone(),
            postal_code: facts.postal_code.clone(),
        }
    }

    /// The postal address, one line each: streets, then postcode and town.
    #[must_use]
    pub fn address(&self) -> Vec<String> {
        let facts = &self.listing.facts;
        let town = [&facts.postal_code, &facts.city].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
        let streets = [&facts.address_1, &facts.address_2, &facts.address_3].into_iter().flatten().cloned();
        streets.chain([town]).filter(|line| !line.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_survive_their_row() {
        let facts = Facts { kind: Some("Lycée".to_owned()), mother_link: Some("x".to_owned()), ..Facts::default() };
        assert_eq!(Facts::from_values(facts.values().map(|value| value.map(str::to_owned))), facts);
        assert_eq!(Facts::COLUMNS.len(), facts.values().count());
    }
}
