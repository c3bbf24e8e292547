use super::*;
use crate::{catalogue::Profile, lang::LocalText, time::Timestamp};

const MD5: &str = "5f2c83355aeb541eb89f8b0deeb85b3c";
const SHA1: &str = "29f9fbdb03748c539183e5a6df71cff383b0a905";
const BCRYPT: &str = "$2a$10$abcdefghijklmnopqrstuuQ8e.iX20/UqGJhBXp3VPVW7Xs8Ew6za";

fn catalogue() -> Catalogue {
    let profile = |id: &str, suffix: Option<&str>| Profile {
        id: id.into(),
        name: LocalText::french(id),
        legacy_suffix: suffix.map(str::to_owned),
        administrator: false,
        exclusive: false,
        opens: BTreeMap::new(),
        position: 0,
    };
    let profiles = [profile("enseignant", None), profile("chef", Some("_ADM"))];
    Catalogue { profiles: profiles.into_iter().map(|p| (p.id.clone(), p)).collect(), ..Catalogue::default() }
}

fn read(text: &str) -> LegacyFile {
    LegacyFile::read(text.as_bytes(), &catalogue(), |uai| uai.as_str() == "0380010E").unwrap()
}

fn row(text: &str) -> LegacyRow {
    read(&format!("identifiant;uai;mail;hash\n{text}")).rows.remove(0)
}

#[test]
fn columns_are_found_under_french_and_english_names() {
    for header in [
        "identifiant;UAI;profil;courriel;mot_de_passe_hash",
        "Identifier;uai;suffix;email;password_hash",
        "IDENTIFIANT;Code UAI;Suffixe;Mail;Hash",
    ] {
        let file = read(&format!("{header}\ntlpu_adm;0380010e;ADM;adm@lycee.example;{MD5}\n"));
        let [row] = file.rows.as_slice() else { panic!("{header}: {:?}", file.left_out) };
        assert_eq!((row.line, row.identifier.as_str(), row.profile.as_str()), (2, "TLPU_ADM", "chef"));
        assert_eq!(row.email.as_ref().unwrap().as_str(), "adm@lycee.example");
    }
    let file = LegacyFile::read(b"identifiant;uai;mail\nTLPU;0380010E;\n", &catalogue(), |_| true);
    assert_eq!(file.unwrap_err(), TableError::MissingColumn("hash"));
}

#[test]
fn a_bad_row_is_left_out_and_named_and_its_neighbours_are_read() {
    let file = read(&format!(
        "identifiant;uai;profil;mail;hash\n\
         TLPU;0380010E;;;{MD5}\n\
         tlpu;0380010E;;;{MD5}\n\
         TL PU;0380010E;;;{MD5}\n\
         TLPV;0380010F;;;{MD5}\n\
         TLPW;0010001W;;;{MD5}\n\
         TLPX_ZZZ;0380010E;;;{MD5}\n\
         TLPY;0380010E;ADM;;{MD5}\n\
         TLPZ;0380010E;;not a mail;{MD5}\n\
         TLPA;0380010E;;;hunter2\n\
         TLPB;0380010E\n\
         TLPC;0380010E;;;{BCRYPT}\n"
    ));
    let kept: Vec<_> = file.rows.iter().map(|row| (row.line, row.identifier.as_str())).collect();
    assert_eq!(kept, [(2, "TLPU"), (12, "TLPC")]);
    let reasons: Vec<_> = file.left_out.iter().map(|out| (out.line, &out.reason)).collect();
    assert!(matches!(
        reasons.as_slice(),
        [
            (3, LeftOutReason::Duplicate { first_line: 2 }),
            (4, LeftOutReason::Account(LegacyAccountError::Identifier(_))),
            (5, LeftOutReason::Uai(UaiError::CheckLetter { expected: 'E' })),
            (6, LeftOutReason::UnknownUai(_)),
            (7, LeftOutReason::Account(LegacyAccountError::UnknownSuffix(_))),
            (8, LeftOutReason::Account(LegacyAccountError::SuffixesDiffer { .. })),
            (9, LeftOutReason::Email(_)),
            (10, LeftOutReason::Hash(HashError::Unknown)),
            (11, LeftOutReason::Row(RowFault::ColumnCount { .. })),
        ]
    ));
    let told: String = file.left_out.iter().map(|out| format!("{} {}", out.identifier, out.reason)).collect();
    assert!(!told.contains("hunter2") && !told.contains(MD5), "no hash, and no password in its place, is told: {told}");
}

#[test]
fn the_same_file_again_changes_nothing() {
    let (cost, mut memory) = (PasswordCost::default(), Memory::default());
    for hash in [MD5, BCRYPT, "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8"] {
        let line = format!("\"TLPU\";0380010E;a@b.example;\"{hash}\"");
        let (change, first) = row(&line).settle(None, cost, [1; SALT_BYTES], &mut memory).unwrap();
        assert_eq!(change, Change::Added);
        let (change, second) = row(&line).settle(Some(&first), cost, [2; SALT_BYTES], &mut memory).unwrap();
        assert_eq!((change, &second), (Change::Same, &first), "the salt of the first time stays");
    }
}

#[test]
fn another_hash_or_mail_in_the_file_is_a_change() {
    let (cost, mut memory) = (PasswordCost::default(), Memory::default());
    let (_, first) = row(&format!("TLPU;0380010E;;{MD5}")).settle(None, cost, [1; SALT_BYTES], &mut memory).unwrap();
    let (change, second) =
        row(&format!("TLPU;0380010E;;{SHA1}")).settle(Some(&first), cost, [2; SALT_BYTES], &mut memory).unwrap();
    assert_eq!(change, Change::Changed);
    assert_ne!(second.password, first.password);
    let (change, third) = row(&format!("TLPU;0380010E;a@b.example;{MD5}"))
        .settle(Some(&first), cost, [2; SALT_BYTES], &mut memory)
        .unwrap();
    assert_eq!(change, Change::Changed);
    assert_eq!(third.password, first.password);
}

#[test]
fn a_password_upgraded_by_use_outlives_the_file() {
    let (cost, mut memory) = (PasswordCost::default(), Memory::default());
    let upgraded = cost.hash(b"proved by use", [3; SALT_BYTES], &mut memory).unwrap().to_string();
    let (_, mut stored) =
        row(&format!("TLPU;0380010E;;{MD5}")).settle(None, cost, [1; SALT_BYTES], &mut memory).unwrap();
    stored.password = StoredHash::parse(&upgraded).unwrap();
    stored.upgraded_at = Some(Timestamp(1));
    let (change, again) =
        row(&format!("TLPU;0380010E;;{SHA1}")).settle(Some(&stored), cost, [2; SALT_BYTES], &mut memory).unwrap();
    assert_eq!((change, &again), (Change::Same, &stored));
}
