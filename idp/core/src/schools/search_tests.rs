use super::*;

fn entry(uai: &str, name: &str, portal: Option<(&str, &str)>, city: &str, postal_code: &str) -> SearchEntry {
    SearchEntry {
        uai: Uai::parse(uai).unwrap(),
        name: name.to_owned(),
        code: portal.map(|(code, _)| code.to_owned()),
        code_name: portal.map(|(_, name)| name.to_owned()),
        city: Some(city.to_owned()),
        postal_code: Some(postal_code.to_owned()),
    }
}

fn index() -> SearchIndex {
    SearchIndex::build(vec![
        entry("0010001W", "Lycée professionnel Alexandre Bérard", None, "Ambérieu-en-Bugey", "01505"),
        entry(
            "0380010E",
            "Lycée professionnel Gambetta",
            Some(("TLPU", "LP LEON GAMBETTA")),
            "Bourgoin-Jallieu",
            "38303",
        ),
        entry("0690023A", "Lycée Ampère", Some(("TLAM", "LGT AMPERE")), "Lyon", "69002"),
        entry("0070112J", "Lycée professionnel privé Saint-Joseph", None, "Privas", "07000"),
        entry("0380023U", "Lycée Léon Blum", Some(("TLPUX", "LPO LEON BLUM")), "Grenoble", "38000"),
        entry("0010006B", "Lycée Sacré-Cœur", None, "Ambert", "63600"),
    ])
}

fn found(query: &str) -> Vec<String> {
    index().search(query, 10).into_iter().map(|entry| entry.uai.to_string()).collect()
}

#[test]
fn both_names_the_town_and_every_code_find_an_establishment() {
    assert_eq!(found("gambetta bourgoin"), ["0380010E"]);
    assert_eq!(found("léon gamb"), ["0380010E"], "a word of the portal's name and one of the directory's");
    assert_eq!(found("LP LEON GAMBETTA"), ["0380010E"]);
    assert_eq!(found("Lycée professionnel Gambetta"), ["0380010E"]);
    assert_eq!(found("0380010e"), ["0380010E"]);
    assert_eq!(found("38303"), ["0380010E"]);
    assert_eq!(found("bourgoin-jal"), ["0380010E"]);
}

#[test]
fn the_code_that_was_typed_comes_first() {
    assert_eq!(found("tlpu"), ["0380010E", "0380023U"]);
    assert_eq!(found("Léon"), ["0380023U", "0380010E"], "equals by name");
}

#[test]
fn whole_words_come_before_begun_ones() {
    assert_eq!(found("amb"), ["0010001W", "0010006B"], "equals by name");
    let index = SearchIndex::build(vec![
        entry("0010001W", "Lycée Claudel", None, "Lyon", "69001"),
        entry("0690023A", "Lycée de Claude", None, "Lyon", "69002"),
    ]);
    let names: Vec<_> = index.search("claude", 10).into_iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["Lycée de Claude", "Lycée Claudel"]);
}

#[test]
fn abbreviations_and_ligatures_are_spelt_out() {
    assert_eq!(found("lp st joseph"), ["0070112J"]);
    assert_eq!(found("SACRE COEUR"), ["0010006B"]);
    assert_eq!(found("lgt ampere"), ["0690023A"]);
}

#[test]
fn one_slip_is_forgiven_when_nothing_else_is_found() {
    for typed in ["leon gambeta", "leon gambettta", "leon ganbetta", "leon gamebtta", "gambetat"] {
        assert_eq!(found(typed), ["0380010E"], "{typed}");
    }
    assert!(found("xyzxyz").is_empty());
    assert!(found("0380011").is_empty(), "a number is exact");
}

#[test]
fn an_empty_or_endless_query_costs_nothing() {
    assert!(found(" -'").is_empty());
    assert_eq!(found(&"lycee ".repeat(10_000)).len(), 6);
    assert_eq!(index().search("lycee", 2).len(), 2);
}
