//! A directory of any size, in the ministry's columns, every number of it valid.

use std::fmt::Write;

const COLUMNS: [&str; 24] = [
    "Identifiant_de_l_etablissement",
    "Nom_etablissement",
    "Type_etablissement",
    "Statut_public_prive",
    "Adresse_1",
    "Adresse_2",
    "Code_postal",
    "Code_commune",
    "Nom_commune",
    "Code_departement",
    "Code_academie",
    "Telephone",
    "Web",
    "Mail",
    "SIREN_SIRET",
    "Libelle_departement",
    "Libelle_academie",
    "latitude",
    "longitude",
    "date_ouverture",
    "etat",
    "ministere_tutelle",
    "code_nature",
    "libelle_nature",
];
const CHECK_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

/// A file of `rows` establishments.
pub fn directory(rows: u32) -> String {
    let mut text = COLUMNS.join(";");
    text.push('\n');
    for row in 0..rows {
        let (uai, siret, department) = (uai(10_000 + row), siret(u64::from(row)), 1 + row % 95);
        let _ = writeln!(
            text,
            "{uai};Lycée polyvalent Numéro {row};Lycée;Public;{row} rue de la République;BP {row};{department:02}000;\
             {department:02}001;Ville-sur-Rhône {department};{department:03};10;04 74 38 01 54;\
             https://lycee-{row}.example;ce.{uai}@academie.example;{siret};Département {department};Lyon;45.9750;5.3502;\
             1965-05-01;OUVERT;MINISTERE DE L'EDUCATION NATIONALE;306;LYCEE POLYVALENT"
        );
    }
    text
}

fn uai(number: u32) -> String {
    let letter = CHECK_LETTERS.get(number as usize % CHECK_LETTERS.len()).copied().map_or('A', char::from);
    format!("{number:07}{letter}")
}

/// Thirteen digits and the one that makes the control sum hold (Luhn).
fn siret(number: u64) -> String {
    let body = format!("19{number:011}");
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = body
        .chars()
        .rev()
        .filter_map(|digit| digit.to_digit(10))
        .enumerate()
        .map(|(position, digit)| if position % 2 == 0 { doubled(digit) } else { digit })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use idp_core::schools::directory::Directory;

    #[test]
    fn every_row_is_accepted_without_a_warning() {
        let parsed = Directory::parse(super::directory(2_000).as_bytes()).unwrap();
        assert_eq!((parsed.listings.len(), parsed.rejected.len(), parsed.warnings.len()), (2_000, 0, 0));
    }
}
