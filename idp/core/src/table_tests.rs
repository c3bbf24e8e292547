use super::*;

type ReadRow = (u64, Vec<String>, Option<RowFault>);

fn rows(bytes: &[u8]) -> Result<Vec<ReadRow>, TableError> {
    let table = Table::parse(bytes)?;
    let mut rows = Vec::new();
    table.read(|row| {
        rows.push((row.line, row.record.iter().map(str::to_owned).collect(), row.fault));
    })?;
    Ok(rows)
}

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    rows(bytes).expect("readable").into_iter().map(|(_, cells, _)| cells).collect()
}

#[test]
fn separator_encoding_and_line_ending_are_found() {
    let expected = vec![vec!["Lycée".to_owned(), "d'Ambert, 63".to_owned()]];
    assert_eq!(cells("nom;ville\nLycée;d'Ambert, 63\n".as_bytes()), expected);
    assert_eq!(cells("\u{feff}nom,ville\r\nLycée,\"d'Ambert, 63\"\r\n".as_bytes()), expected);
    assert_eq!(cells(b"nom\tville\nLyc\xe9e\td'Ambert, 63"), expected);
}

#[test]
fn columns_are_found_by_any_of_their_names() {
    let table = Table::parse("Code postal;Identifiant de l’établissement;Nom;nom\n1;2;3;4\n".as_bytes()).unwrap();
    assert_eq!(table.column(&["Code_postal"]), Ok(Some(0)));
    assert_eq!(table.required(&["UAI", "identifiant_de_l_etablissement"]), Ok(1));
    assert_eq!(table.required(&["Mail"]), Err(TableError::MissingColumn("Mail")));
    assert_eq!(table.column(&["Nom"]), Err(TableError::DoubledColumn("Nom".to_owned())));
}

#[test]
fn a_row_is_named_by_the_line_where_it_begins() {
    for ending in ["\n", "\r\n"] {
        let text = ["a;b", "", "1;\"x", "y\"", "", "  ", "2;z", "3;z", ""].join(ending);
        let lines: Vec<_> = rows(text.as_bytes()).unwrap().into_iter().map(|(line, ..)| line).collect();
        assert_eq!(lines, [3, 7, 8], "{ending:?}");
    }
}

#[test]
fn a_faulty_row_leaves_its_neighbours_readable() {
    let long = "x".repeat(MAX_CELL_BYTES + 1);
    let text = format!("a;b\n1;2\n1\n1;2;3\n{long};2\né;2\n");
    let faults: Vec<_> = rows(text.as_bytes()).unwrap().into_iter().map(|(_, _, fault)| fault).collect();
    let count = |found| Some(RowFault::ColumnCount { expected: 2, found });
    assert_eq!(faults, [None, count(1), count(3), Some(RowFault::CellTooLong), None]);
}

#[test]
fn a_row_with_bytes_of_another_encoding_is_left_out_alone() {
    let mut bytes = "a;b\né;à\nê;ù\n".as_bytes().to_vec();
    bytes.extend(b"\xe9;x\n");
    let faults: Vec<_> = rows(&bytes).unwrap().into_iter().map(|(_, _, fault)| fault).collect();
    assert_eq!(faults, [None, None, Some(RowFault::Encoding)]);
}

#[test]
fn a_file_that_is_no_table_is_refused() {
    assert_eq!(rows(b"").unwrap_err(), TableError::Empty);
    assert_eq!(rows(b"\xef\xbb\xbf \r\n").unwrap_err(), TableError::Empty);
    assert_eq!(rows(b"a;b\n").unwrap_err(), TableError::NoRow);
    assert!(matches!(rows(b"a;b\n1;\x002\n").unwrap_err(), TableError::Binary(_)));
    let wide = vec!["c"; MAX_COLUMNS + 1].join(";");
    assert_eq!(rows(wide.as_bytes()).unwrap_err(), TableError::TooManyColumns(MAX_COLUMNS + 1));
}

#[test]
fn a_file_cut_short_is_refused() {
    let cut = |text: &str| matches!(rows(text.as_bytes()), Err(TableError::Truncated { line: 3, .. }));
    assert!(cut("a;b\n1;2\n3;\"x"), "in a quoted cell");
    assert!(cut("a;b\n1;2\n3;\"x\n5;6\n"), "a quote that swallows the rest");
    assert!(cut("a;b\n1;2\n3"), "between two cells");
    assert!(!cut("a;b\n1;2\n3;4"), "a last line needs no line ending");
    assert!(!cut("a;b\n1;2\n3;5\" tuyau\n"), "a quote inside a cell is a character");
    assert!(!cut("a;b\n1;2\n3;\"x \"\"y\"\"\"\n"), "doubled quotes close");
}

#[test]
fn a_kept_cell_is_one_line_or_nothing() {
    assert_eq!(kept(" BP\n12 "), Some("BP 12".to_owned()));
    assert_eq!(kept(" \t"), None);
}
