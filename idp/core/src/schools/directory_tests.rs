use super::*;

const VARIANTS: [&str; 3] = [
    "Identifiant_de_l_etablissement;Nom_etablissement;Adresse_1;Code postal;Mail;SIREN_SIRET;coordonnee_X;etablissement_multi_lignes;etablissement_mere",
    "Identifiant_de_l_etablissement;Nom_etablissement;Adresse_1;Code_postal;Mail;SIREN_SIRET;coordX_origine;multi_uai;etablissement_mere",
    "Identifiant de l'établissement;Nom établissement;ADRESSE 1;Code postal;Mail;SIREN SIRET;coordX;Multi UAI;Etablissement mère",
];

fn parse(rows: &str) -> Directory {
    Directory::parse(format!("{}\n{rows}", VARIANTS[1]).as_bytes()).unwrap()
}

fn only(directory: &Directory) -> &Listing {
    directory.listings.values().next().expect("one establishment")
}

#[test]
fn every_published_header_binds_the_same_columns() {
    let row = "0380010E;Lycée professionnel Gambetta;3 rue Ferdinand Buisson;38303;Ce.0380010E@AC-Grenoble.example;19380010900012;877326.5;0;";
    let expected = parse(row);
    assert_eq!(only(&expected).facts.postal_code.as_deref(), Some("38303"));
    assert_eq!(only(&expected).facts.mail.as_deref(), Some("Ce.0380010E@ac-grenoble.example"));
    for header in VARIANTS {
        for text in [format!("{header}\n{row}\n"), format!("\u{feff}{header}\r\n{row}\r\n")] {
            let commas = text.replace(';', ",");
            let (western, _, _) = encoding_rs::WINDOWS_1252.encode(text.trim_start_matches('\u{feff}'));
            for bytes in [text.as_bytes(), commas.as_bytes(), western.as_ref()] {
                assert_eq!(Directory::parse(bytes).unwrap().listings, expected.listings, "{header}");
            }
        }
    }
}

#[test]
fn the_uai_and_the_name_are_mandatory_columns() {
    let missing = |bytes: &[u8]| Directory::parse(bytes).unwrap_err().to_string();
    assert_eq!(missing(b"Nom_etablissement;b\n1;2\n"), "the file has no column “Identifiant_de_l_etablissement”");
    assert_eq!(missing(b"Identifiant_de_l_etablissement;b\n1;2\n"), "the file has no column “Nom_etablissement”");
}

#[test]
fn a_bad_row_is_named_by_line_and_reason_and_the_rest_is_kept() {
    let directory =
        parse("0380010F;A;;;;;;0;\n0380010E; ;;;;;;0;\n;A;;;;;;0;\n0010001W;A;;;\n0010006B;=cmd|x;;;;;;0;\n");
    let reasons: Vec<_> = directory.rejected.iter().map(|one| format!("{}: {}", one.line, one.reason)).collect();
    assert_eq!(
        reasons,
        [
            "2: UAI “0380010F”: the check letter should be E",
            "3: 0380010E has no name",
            "4: UAI “”: a UAI is seven digits and a letter",
            "5: 5 columns where the header has 9",
        ]
    );
    assert_eq!(only(&directory).name, "=cmd|x", "text is text: it is export that escapes");
    assert_eq!(directory.figures.rows, 5);
}

#[test]
fn odd_values_are_told_and_never_refused() {
    let directory = parse(
        "0380010E;A;;;contact@ x.example;15600011700453;;0;0380010E\n0010001W;B;;;: b@x.example;123;;0;xyz\n0010006B;C;;;;;;0;0380010E\n",
    );
    let oddities: Vec<_> = directory.warnings.iter().map(|one| format!("{}: {}", one.line, one.oddity)).collect();
    assert_eq!(
        oddities,
        [
            "2: the SIRET 15600011700453 fails its control sum; kept",
            "2: the mail address “contact@ x.example” is malformed; left out",
            "2: the mother establishment “0380010E” is no other UAI; left out",
            "3: the SIRET “123” is not fourteen digits; left out",
            "3: the mail address “: b@x.example” is malformed; left out",
            "3: the mother establishment “xyz” is no other UAI; left out",
        ]
    );
    let figures = directory.figures;
    assert_eq!((figures.without_siret, figures.siret_sum_fails, figures.with_mother), (2, 1, 1));
}

#[test]
fn rows_of_one_uai_become_sites_whatever_their_order() {
    let rows = [
        "0690023A;Lycée Ampère (annexe);149 avenue de Saxe;69003;x@y.example;;;1;",
        "0690023A;Lycée Ampère site B;1 rue B;69001;;;;1;",
        "0690023A;Lycée Ampère;29 rue de la Bourse;69002;ce.0690023a@ac-lyon.example;;;1;",
    ];
    let directory = parse(&rows.join("\n"));
    let listing = only(&directory);
    assert_eq!(listing.name, "Lycée Ampère");
    assert_eq!(listing.facts.postal_code.as_deref(), Some("69002"));
    assert_eq!(listing.sites.iter().map(|site| site.name.len()).collect::<Vec<_>>(), [14, 21, 23]);
    let reversed: Vec<_> = rows.into_iter().rev().collect();
    assert_eq!(parse(&reversed.join("\n")).listings, directory.listings);
    assert!(directory.warnings.is_empty());
    assert_eq!(directory.figures.several_sites, 1);
}

#[test]
fn rows_that_share_a_uai_without_being_sites_are_told() {
    let directory = parse("0690023A;Lycée Ampère;a;69002;;;;0;\n0690023A;École Zola;b;38000;;;;0;\n");
    let oddity = &directory.warnings[0].oddity;
    assert!(matches!(oddity, Oddity::Unmarked(_)), "{oddity}");
    let directory = parse("0690023A;Lycée Ampère;a;69002;;;;0;\n0690023A;Lycée Ampère;a;69002;;;;0;\n");
    assert_eq!(directory.warnings[0].oddity, Oddity::Repeated(2));
    assert!(only(&directory).sites.is_empty());
}
