//! `idp import establishments` and `idp import codes`, on the project's fixture, and on the ministry's own file where the
//! variable `IDP_DIRECTORY_FILE` names one.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use idp::import::{
    ImportError,
    establishments::{CodesOptions, EstablishmentsOptions, run_codes, run_establishments},
    report::ImportReport,
};
use idp_core::schools::{directory_diff::ChangeKind, search::SearchIndex, uai::Uai};
use idp_store::{
    Db, on_db,
    sql::{establishments, imports},
};
use sqlx::query_scalar;

use crate::harness::{Env, not_asked, suite};

suite! {
    feature:
        the_fixture_gives_establishments_sites_and_both_names,
        a_second_import_tells_what_changed_and_keeps_the_history,
        a_dry_run_tells_the_same_and_writes_nothing,
        i17_a_bad_row_is_named_and_strict_refuses_the_file,
        i17_a_file_that_is_no_directory_leaves_nothing_behind,
        two_establishments_may_swap_their_portal_codes,
        the_ministrys_file_gives_its_known_figures;
}

const HEADER: &str = "Identifiant_de_l_etablissement;Nom_etablissement;Mail;Code_postal;multi_uai\n";

struct Import {
    env: Env,
    db: Db,
}

impl Import {
    async fn new(env: &Env) -> Self {
        Self { env: env.clone(), db: env.db().await }
    }

    /// Each import happens a minute after the one before.
    async fn file(&self, file: &Path, options: EstablishmentsOptions) -> Result<(ImportReport, String), ImportError> {
        let (clock, random, mut out) = (self.env.clock(), self.env.random(), Vec::new());
        clock.advance(Duration::from_secs(60));
        let report = run_establishments(&self.db, &*clock, &*random, file, options, &mut out).await?;
        Ok((report, String::from_utf8(out).expect("UTF-8")))
    }

    async fn rows(&self, rows: &str, options: EstablishmentsOptions) -> Result<(ImportReport, String), ImportError> {
        self.file(&self.written("annuaire.csv", format!("{HEADER}{rows}").as_bytes()), options).await
    }

    async fn codes(&self, rows: &str) -> ImportReport {
        let (clock, random, mut out) = (self.env.clock(), self.env.random(), Vec::new());
        let file = self.written("codes.csv", format!("uai;code;nom\n{rows}").as_bytes());
        run_codes(&self.db, &*clock, &*random, &file, CodesOptions::default(), &mut out).await.expect("codes")
    }

    fn written(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let file = self.env.folder().join(name);
        fs::write(&file, bytes).expect("a file");
        file
    }

    /// Rows in establishments, establishment_sites, establishment_changes, imports, journal; the version counter.
    async fn counts(&self) -> [i64; 6] {
        let mut counts = [0; 6];
        for (count, sql) in counts.iter_mut().zip([
            "select count(*) from establishments",
            "select count(*) from establishment_sites",
            "select count(*) from establishment_changes",
            "select count(*) from imports",
            "select count(*) from journal",
            "select value from versions where name = 'establishments'",
        ]) {
            *count = on_db!(write &self.db, pool => query_scalar(sql).fetch_one(pool).await).expect("a count");
        }
        counts
    }
}

fn uai(text: &str) -> Uai {
    Uai::parse(text).expect("a UAI")
}

fn demo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/demo").join(name)
}

fn changed(report: &ImportReport) -> [usize; 4] {
    [ChangeKind::Added, ChangeKind::Changed, ChangeKind::Unlisted, ChangeKind::Relisted]
        .map(|kind| report.plan.count(kind))
}

async fn the_fixture_gives_establishments_sites_and_both_names(env: Env) {
    let import = Import::new(&env).await;
    let options = EstablishmentsOptions { codes: Some(demo("codes.csv")), ..Default::default() };
    let (report, text) = import.file(&demo("etablissements.csv"), options.clone()).await.unwrap();
    assert_eq!((report.rows, changed(&report), report.rejected.len()), (65, [60, 0, 0, 0], 0), "{text}");
    assert_eq!(changed(report.codes.as_ref().unwrap()), [0, 57, 0, 0], "{text}");
    assert_eq!(import.counts().await, [60, 9, 117, 2, 2, 3]);

    let gambetta = establishments::find(&import.db, &uai("0380010E")).await.unwrap().expect("it is there");
    let facts = gambetta.facts();
    assert_eq!((facts.short_code(), facts.name.as_str()), ("TLPU", "Lycée professionnel Gambetta"));
    assert_eq!(facts.siret.as_deref(), Some("19380010900012"));
    assert_eq!(gambetta.address().last().map(String::as_str), Some("38303 Bourgoin-Jallieu"));
    let sites = establishments::find(&import.db, &uai("0690521S")).await.unwrap().unwrap().listing.sites;
    assert_eq!(sites.iter().map(|site| site.city.as_deref().unwrap()).collect::<Vec<_>>().first(), Some(&"Lyon"));
    assert_eq!(sites.len(), 3);

    assert_eq!(establishments::count(&import.db).await.unwrap(), 60);
    let index = SearchIndex::build(establishments::search_entries(&import.db).await.unwrap());
    for query in ["TLPU", "0380010E", "lp leon gambetta", "Lycée professionnel Gambetta", "gambeta bourgoin"] {
        let first = index.search(query, 5).first().map(|entry| entry.uai.to_string());
        assert_eq!(first.as_deref(), Some("0380010E"), "{query}");
    }
    assert_eq!(index.search("lycée st joseph", 10).len(), 4);

    let (again, _) = import.file(&demo("etablissements.csv"), options).await.unwrap();
    assert_eq!((changed(&again), changed(again.codes.as_ref().unwrap())), ([0; 4], [0; 4]));
    assert_eq!(import.counts().await, [60, 9, 117, 4, 4, 3], "the nodes need not reload");
}

async fn a_second_import_tells_what_changed_and_keeps_the_history(env: Env) {
    let import = Import::new(&env).await;
    let both = "0380010E;Gambetta;a@b.example;38303;0\n0690023A;Ampère;;69002;1\n0690023A;Ampère (annexe);;69003;1\n";
    import.rows(both, Default::default()).await.unwrap();
    let (report, text) = import.rows("0380010E;Léon Gambetta;;38303;0\n", Default::default()).await.unwrap();
    assert_eq!(changed(&report), [0, 1, 1, 0]);
    assert!(text.contains("name “Gambetta” → “Léon Gambetta”"), "{text}");
    assert!(text.contains("mail “a@b.example” → nothing"), "{text}");
    let gone = establishments::find(&import.db, &uai("0690023A")).await.unwrap().expect("nothing is deleted");
    assert!(gone.unlisted_at.is_some());
    assert_eq!(gone.listing.sites.len(), 2);
    assert_eq!(establishments::count(&import.db).await.unwrap(), 1);

    let options = EstablishmentsOptions { partial: true, ..Default::default() };
    let (report, text) = import.rows("0690023A;Ampère;;69001;0\n", options).await.unwrap();
    assert_eq!(changed(&report), [0, 0, 0, 1], "{text}");
    let history = imports::history(&import.db, &uai("0690023A")).await.unwrap();
    assert_eq!(history.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(), ["added", "unlisted", "relisted"]);
    let fields: serde_json::Value = serde_json::from_str(&history[2].fields).unwrap();
    assert_eq!((&fields["postal_code"]["old"], &fields["postal_code"]["new"]), (&"69002".into(), &"69001".into()));
    assert_eq!(fields["sites"]["old"].as_array().map(Vec::len), Some(2));
    let back = establishments::find(&import.db, &uai("0690023A")).await.unwrap().unwrap();
    assert!(back.unlisted_at.is_none() && back.listing.sites.is_empty());
}

async fn a_dry_run_tells_the_same_and_writes_nothing(env: Env) {
    let import = Import::new(&env).await;
    let before = import.counts().await;
    let options = EstablishmentsOptions { codes: Some(demo("codes.csv")), ..Default::default() };
    let dry = EstablishmentsOptions { dry_run: true, ..options.clone() };
    let (told, text) = import.file(&demo("etablissements.csv"), dry).await.unwrap();
    assert_eq!(import.counts().await, before);
    assert!(text.ends_with("Dry run: nothing was written.\n"), "{text}");
    let (done, _) = import.file(&demo("etablissements.csv"), options).await.unwrap();
    assert_eq!(told.plan.changes, done.plan.changes);
    assert_eq!(told.codes.unwrap().plan.changes, done.codes.unwrap().plan.changes);
}

async fn i17_a_bad_row_is_named_and_strict_refuses_the_file(env: Env) {
    let import = Import::new(&env).await;
    let rows = "0380010F;Gambetta;;38303;0\n0690023A;=cmd|'/C calc'!A0;;69002;0\n0010001W;;;;0\n0010006B;short\n";
    let strict = EstablishmentsOptions { strict: true, ..Default::default() };
    let refusal = import.rows(rows, strict).await.unwrap_err().to_string();
    assert!(refusal.contains("3 bad rows, the first at line 2: UAI “0380010F”"), "{refusal}");
    assert_eq!(import.counts().await, [0, 0, 0, 0, 0, 1]);

    let (report, text) = import.rows(rows, Default::default()).await.unwrap();
    assert_eq!(changed(&report), [1, 0, 0, 0]);
    assert!(text.contains("line 2: UAI “0380010F”: the check letter should be E"), "{text}");
    assert!(text.contains("line 4: 0010001W has no name"), "{text}");
    assert!(text.contains("line 5: 2 columns where the header has 5"), "{text}");
}

async fn i17_a_file_that_is_no_directory_leaves_nothing_behind(env: Env) {
    let import = Import::new(&env).await;
    let good = format!("{HEADER}0380010E;Gambetta;;38303;0\n");
    let files: [(&[u8], &str); 7] = [
        (b"", "the file is empty"),
        (HEADER.as_bytes(), "a header and no row"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a CSV text"),
        (b"nom;ville\nA;B\n", "no column “Identifiant_de_l_etablissement”"),
        (b"UAI;nom\nx;A\ny;B\n", "none of its 2 rows is usable"),
        (&good.as_bytes()[..good.len() - 12], "cut short"),
        (b"UAI;nom\n0380010E;\"Gambetta\n0010001W;B\n", "a quote is never closed"),
    ];
    for (bytes, reason) in files {
        let file = import.written("annuaire.csv", bytes);
        let error = import.file(&file, Default::default()).await.unwrap_err().to_string();
        assert!(error.contains(reason) && error.contains("annuaire.csv"), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    let missing = import.file(&env.folder().join("none.csv"), Default::default()).await.unwrap_err();
    assert!(matches!(missing, ImportError::File { .. }), "{missing}");
    assert_eq!(import.counts().await, [0, 0, 0, 0, 0, 1]);
}

async fn two_establishments_may_swap_their_portal_codes(env: Env) {
    let import = Import::new(&env).await;
    import.rows("0380010E;Gambetta;;;0\n0690023A;Ampère;;;0\n", Default::default()).await.unwrap();
    import.codes("0380010E;TLPU;A\n0690023A;TLAM;B\n").await;
    let report = import.codes("0380010E;TLAM;A\n0690023A;TLPU;B\n").await;
    assert_eq!(changed(&report), [0, 2, 0, 0]);
    let found = establishments::find(&import.db, &uai("0690023A")).await.unwrap().unwrap();
    assert_eq!(found.facts().short_code(), "TLPU");
    let report = import.codes("0380010E;TLPU;A\n0010001W;TLAA;C\n").await;
    assert_eq!(report.rejected.len(), 2, "a code that is taken, and an establishment that nobody knows");
}

/// The counts of the file of 2024-03-19; then, where it lies beside, what that of 2026-02-16 changes.
async fn the_ministrys_file_gives_its_known_figures(env: Env) {
    let Some(file) = std::env::var_os("IDP_DIRECTORY_FILE").map(PathBuf::from) else {
        not_asked("IDP_DIRECTORY_FILE names no file of the ministry's directory");
    };
    let import = Import::new(&env).await;
    let (report, text) = import.file(&file, Default::default()).await.unwrap();
    let figures = report.figures.unwrap();
    assert_eq!((report.rows, changed(&report), report.rejected.len()), (650, [637, 0, 0, 0], 0), "{text}");
    let kinds = (figures.several_sites, figures.with_mother, figures.without_siret, figures.siret_sum_fails);
    assert_eq!(kinds, (12, 59, 43, 2), "{text}");
    assert_eq!(report.warnings.len(), 4, "two SIRET and two mail addresses: {text}");
    assert_eq!(import.counts().await, [637, 25, 637, 1, 1, 2]);

    let later = file.with_file_name("lycees_professionnels_auvergne_rhone_alpes_2026-02-16.csv");
    if !later.exists() {
        not_asked("the file of 2026-02-16 is not beside that of IDP_DIRECTORY_FILE: only the first half ran");
    }
    let options = EstablishmentsOptions { partial: true, ..Default::default() };
    let (report, text) = import.file(&later, options).await.unwrap();
    let differ = |field| report.plan.changes.values().filter(|change| change.fields.contains_key(field)).count();
    assert_eq!((report.rows, report.plan.count(ChangeKind::Unlisted)), (172, 0), "{text}");
    assert_eq!((differ("name"), differ("mail"), differ("address_1")), (14, 16, 19), "{text}");
    assert_eq!((differ("siret"), report.plan.count(ChangeKind::Added)), (4, 0), "{text}");
}
