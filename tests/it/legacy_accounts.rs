//! Shared accounts of the old portal: their import, and the password that is upgraded by use.

use std::{fs, path::PathBuf};

use idp::import::{
    ImportError, Source,
    establishments::import_establishments_bytes,
    legacy_accounts::{LegacyAccountsOptions, LegacyAccountsReport, run_legacy_accounts},
};
use idp_core::{
    catalogue::{Catalogue, Profile},
    lang::LocalText,
    people::{
        argon2_hash::{Memory, PasswordCost},
        password::{Password, StoredHash, Verdict, verify},
    },
    schools::legacy_account::{LegacyAccount, LegacyIdentifier},
    time::Clock,
};
use idp_store::{Db, StoreResult, on_db, sql::legacy_accounts};
use tokio::task::JoinSet;

use crate::harness::{Env, suite};

suite! {
    feature:
        the_demo_fixture_is_imported_and_every_format_opens_with_its_password,
        no_fast_hash_reaches_the_database,
        the_same_file_twice_changes_nothing,
        a_bad_row_is_named_and_its_neighbours_are_imported,
        strict_imports_nothing,
        a_dry_run_writes_nothing,
        an_upgraded_password_survives_the_next_import,
        race_of_20_upgrades_has_one_winner;
}

const PASSWORD: &str = "Ancien-Compte-2021!";
const DIRECTORY: &[u8] = include_bytes!("../../config/demo/etablissements.csv");
const FIXTURE: &str = include_str!("../../config/demo/anciens-comptes.csv");
const HEADER: &str = "identifiant;uai;profil;mail;hash\n";
const MD5: &str = "5f2c83355aeb541eb89f8b0deeb85b3c";

fn catalogue() -> Catalogue {
    let profile = |id: &str, suffix: &str| Profile {
        id: id.into(),
        name: LocalText::french(id),
        legacy_suffix: Some(suffix.to_owned()),
        administrator: suffix == "_ADM",
        exclusive: false,
        opens: [].into(),
        position: 0,
    };
    let profiles =
        [("enseignant", ""), ("chef-etablissement", "_ADM"), ("equipement", "_EQP"), ("gestionnaire", "_GES")];
    let profiles = profiles.map(|(id, suffix)| (id.into(), profile(id, suffix)));
    Catalogue { profiles: profiles.into(), ..Catalogue::default() }
}

/// The test's database with the demo's establishments.
async fn schools(env: &Env) -> Db {
    let db = env.db().await;
    let directory = Source { name: "etablissements.csv", bytes: DIRECTORY };
    import_establishments_bytes(&db, &*env.clock(), &*env.random(), directory, None, false)
        .await
        .expect("the directory");
    db
}

async fn import(
    env: &Env,
    db: &Db,
    text: &str,
    options: LegacyAccountsOptions,
) -> (Result<LegacyAccountsReport, ImportError>, String) {
    let file: PathBuf = env.folder().join("anciens-comptes.csv");
    fs::write(&file, text).expect("a file");
    let mut out = Vec::new();
    let report = run_legacy_accounts(db, &catalogue(), &*env.clock(), &*env.random(), &file, options, &mut out).await;
    (report, String::from_utf8(out).expect("UTF-8"))
}

async fn imported(env: &Env, db: &Db, text: &str) -> (LegacyAccountsReport, String) {
    let (report, out) = import(env, db, text, LegacyAccountsOptions::default()).await;
    (report.expect("an import"), out)
}

fn identifier(text: &str) -> LegacyIdentifier {
    LegacyIdentifier::parse(text).expect("an identifier")
}

async fn find(db: &Db, text: &str) -> LegacyAccount {
    legacy_accounts::find(db, &identifier(text)).await.expect("a database").expect("an account")
}

fn check(stored: &StoredHash, password: &str) -> Verdict {
    let password = Password::parse(password).expect("a password");
    verify(stored, &password, PasswordCost::default(), &mut Memory::default())
}

fn counts(report: &LegacyAccountsReport) -> [usize; 4] {
    [report.added, report.changed, report.same, report.left_out.len()]
}

async fn the_demo_fixture_is_imported_and_every_format_opens_with_its_password(env: Env) -> StoreResult<()> {
    let db = schools(&env).await;
    let (report, out) = imported(&env, &db, FIXTURE).await;
    assert_eq!(counts(&report), [11, 0, 0, 0], "{out}");
    let all = legacy_accounts::all(&db).await?;
    assert_eq!(all.len(), 11);
    for account in &all {
        assert!(check(&account.password, PASSWORD).is_right(), "{}", account.identifier);
        assert_eq!(check(&account.password, "Ancien-Compte-2022!"), Verdict::Wrong, "{}", account.identifier);
        assert!(account.email.as_ref().is_some_and(|email| email.key().ends_with(".example")));
    }
    for (text, profile) in [
        ("tlpu", "enseignant"),
        ("TLPU_ADM", "chef-etablissement"),
        ("TLPU_EQP", "equipement"),
        ("TLPU_GES", "gestionnaire"),
    ] {
        let account = find(&db, text).await;
        assert_eq!((account.uai.as_str(), account.profile.as_str()), ("0380010E", profile));
    }
    assert!(legacy_accounts::find(&db, &identifier("TLPU_ZZZ")).await?.is_none());
    Ok(())
}

async fn no_fast_hash_reaches_the_database(env: Env) -> StoreResult<()> {
    let db = schools(&env).await;
    imported(&env, &db, FIXTURE).await;
    let texts: Vec<String> = on_db!(read &db, pool => sqlx::query_scalar("select password_hash from legacy_accounts")
        .fetch_all(pool).await)?;
    assert_eq!(texts.iter().filter(|text| text.starts_with("$wrapped$")).count(), 5);
    for text in texts {
        let is_slow = ["$argon2", "$wrapped$", "$2b$10$", "$6$", "$pbkdf2-sha512$", "pbkdf2_sha256$"];
        assert!(is_slow.iter().any(|start| text.starts_with(start)), "{text}");
        assert!(!text.contains(MD5), "{text}");
    }
    Ok(())
}

async fn the_same_file_twice_changes_nothing(env: Env) -> StoreResult<()> {
    let db = schools(&env).await;
    imported(&env, &db, FIXTURE).await;
    let before = legacy_accounts::all(&db).await?;
    let (report, out) = imported(&env, &db, FIXTURE).await;
    assert_eq!(counts(&report), [0, 0, 11, 0], "{out}");
    assert_eq!(legacy_accounts::all(&db).await?, before);
    // A second file says nothing of the accounts that it does not name.
    let (report, _) = imported(&env, &db, &format!("{HEADER}TLPU;0380010E;;a@b.example;{MD5}\n")).await;
    assert_eq!(counts(&report), [0, 1, 0, 0]);
    assert_eq!(legacy_accounts::all(&db).await?.len(), 11);
    Ok(())
}

async fn a_bad_row_is_named_and_its_neighbours_are_imported(env: Env) -> StoreResult<()> {
    let db = schools(&env).await;
    let text = format!(
        "{HEADER}TLPU;0380010E;;;{MD5}\nTLPU;0380010E;;;{MD5}\nTLXX;0381234A;;;{MD5}\nTLPU_ZZZ;0380010E;;;{MD5}\n\
         TLPU_GES;0380010E;;;letmein1\nTLPU_EQP;0380010E;;;{MD5}\n"
    );
    let (report, out) = imported(&env, &db, &text).await;
    assert_eq!(counts(&report), [2, 0, 0, 4]);
    for line in [
        "line 3, “TLPU”: the identifier stands on line 2 already",
        "line 4, “TLXX”: ",
        "line 5, “TLPU_ZZZ”: no profile has the suffix “_ZZZ”",
        "line 6, “TLPU_GES”: unknown password hash format",
    ] {
        assert!(out.contains(line), "{out}");
    }
    assert!(!out.contains("letmein1") && !out.contains(MD5), "nothing that opens an account is printed: {out}");
    assert_eq!(legacy_accounts::all(&db).await?.len(), 2);
    Ok(())
}

async fn strict_imports_nothing(env: Env) -> StoreResult<()> {
    let db = schools(&env).await;
    let options = LegacyAccountsOptions { strict: true, ..LegacyAccountsOptions::default() };
    let text = format!("{HEADER}TLPU;0380010E;;;{MD5}\nTLPU_GES;0380010E;;;letmein1\n");
    let (report, _) = import(&env, &db, &text, options).await;
    assert!(matches!(report, Err(ImportError::Strict { rejected: 1, .. })));
    for text in ["", "\0\u{1}\u{2}", "identifiant;uai;hash\nTLPU;0380010E;x\n", HEADER] {
        let (report, _) = import(&env, &db, text, LegacyAccountsOptions::default()).await;
        assert!(matches!(report, Err(ImportError::Table { .. })), "{text:?}");
    }
    let (report, _) =
        import(&env, &db, &format!("{HEADER}TLPU;0380010E;;;x\n"), LegacyAccountsOptions::default()).await;
    assert!(matches!(report, Err(ImportError::NoUsableRow { rows: 1, .. })));
    assert!(legacy_accounts::all(&db).await?.is_empty());
    Ok(())
}

async fn a_dry_run_writes_nothing(env: Env) -> StoreResult<()> {
    let db = schools(&env).await;
    let dry = LegacyAccountsOptions { dry_run: true, ..LegacyAccountsOptions::default() };
    let (report, out) = import(&env, &db, FIXTURE, dry).await;
    assert_eq!(report.expect("a dry run").added, 11);
    assert!(out.ends_with("Dry run: nothing was written.\n"), "{out}");
    assert!(legacy_accounts::all(&db).await?.is_empty());
    imported(&env, &db, FIXTURE).await;
    let (report, _) = import(&env, &db, FIXTURE, dry).await;
    assert_eq!(report.expect("a dry run").same, 11);
    Ok(())
}

async fn an_upgraded_password_survives_the_next_import(env: Env) -> StoreResult<()> {
    let db = schools(&env).await;
    imported(&env, &db, &format!("{HEADER}TLPU;0380010E;;;{MD5}\n")).await;
    let old = find(&db, "TLPU").await.password;
    assert_eq!(check(&old, PASSWORD), Verdict::Right { upgrade: true });
    let password = Password::parse(PASSWORD).expect("a password");
    let new = password.hash(PasswordCost::default(), &*env.random(), &mut Memory::default()).expect("a hash");
    let new = StoredHash::parse(&new).expect("argon2id");
    assert!(legacy_accounts::upgrade(&db, &identifier("TLPU"), &old, &new, env.clock().now()).await?);
    assert!(!legacy_accounts::upgrade(&db, &identifier("TLPU"), &old, &new, env.clock().now()).await?, "once");
    let upgraded = find(&db, "TLPU").await;
    assert_eq!(upgraded.upgraded_at, Some(env.clock().now()));
    assert_eq!(check(&upgraded.password, PASSWORD), Verdict::Right { upgrade: false });

    // Another hash and another mail: the mail changes, the proved password stays.
    let text = format!("{HEADER}TLPU;0380010E;;new@b.example;{}\n", "0".repeat(32));
    let (report, _) = imported(&env, &db, &text).await;
    assert_eq!(counts(&report), [0, 1, 0, 0]);
    let after = find(&db, "TLPU").await;
    assert_eq!(after.password, upgraded.password);
    assert_eq!(after.upgraded_at, upgraded.upgraded_at);
    assert_eq!(after.email.map(|email| email.to_string()).as_deref(), Some("new@b.example"));

    // An import that looked before the upgrade writes after it.
    let mut late = upgraded.clone();
    late.password = old;
    let mut tx = db.begin().await?;
    legacy_accounts::save(&mut tx, &late, env.clock().now()).await?;
    tx.commit().await?;
    assert_eq!(find(&db, "TLPU").await.password, upgraded.password);
    Ok(())
}

async fn race_of_20_upgrades_has_one_winner(env: Env) -> StoreResult<()> {
    let db = schools(&env).await;
    imported(&env, &db, &format!("{HEADER}TLPU;0380010E;;;{MD5}\n")).await;
    let old = find(&db, "TLPU").await.password;
    let mut race = JoinSet::new();
    for salt in 1..=20 {
        let (db, old, now) = (db.clone(), old.clone(), env.clock().now());
        race.spawn(async move {
            let new = PasswordCost::default().hash(PASSWORD.as_bytes(), [salt; 16], &mut Memory::default());
            let new = StoredHash::parse(&new.expect("a hash").to_string()).expect("argon2id");
            legacy_accounts::upgrade(&db, &identifier("TLPU"), &old, &new, now).await
        });
    }
    let mut won = 0;
    for outcome in race.join_all().await {
        won += usize::from(outcome?);
    }
    assert_eq!(won, 1);
    Ok(())
}
