//! Vectors made with `openssl passwd`, libxcrypt and Python's hashlib; argon2's are the reference code's own.

use super::*;
use crate::people::password::{Password, Verdict, verify};

const PASSWORD: &str = "Ancien-Compte-2021!";

const SLOW: [&str; 9] = [
    "$6$saltSALT0123$yQRkSC3wkKeApwjEaBQ3s.ZQAyDz92/u/kHrO10ePpd5a4R6.jDf1Re50IgGOLAl43gzSSBSGPsUqOZoKKW340",
    "$2a$10$abcdefghijklmnopqrstuuQ8e.iX20/UqGJhBXp3VPVW7Xs8Ew6za",
    "$pbkdf2-sha256$i=120000$AAECAwQFBgcICQoLDA0ODw$V+l51YU1PM/hkLWG36l4EX1Ik5gq8cAXA0P97ugXkPA",
    "$pbkdf2-sha256$i=120000,l=32$AAECAwQFBgcICQoLDA0ODw$V+l51YU1PM/hkLWG36l4EX1Ik5gq8cAXA0P97ugXkPA",
    "$pbkdf2-sha256$120000$AAECAwQFBgcICQoLDA0ODw$V.l51YU1PM/hkLWG36l4EX1Ik5gq8cAXA0P97ugXkPA",
    "$pbkdf2-sha512$i=120000$AAECAwQFBgcICQoLDA0ODw$KbYSNhUt6lS5EwxPmX5KjwLGbi13EXLpL9kknFMGsvwRY5gvfhFgrvyQtEPdpjzKsfDCPX4m39E08fL/OEG3yg",
    "$pbkdf2$120000$AAECAwQFBgcICQoLDA0ODw$HBLcKr0zWVSLLodUX4AGxM82n0U",
    "pbkdf2_sha256$150000$djangoSalt12$PcIfnue2AWCPbOJPg5eLWyuN0RN86cRNyTHkJfZ44VM=",
    "{CRYPT}$6$saltSALT0123$yQRkSC3wkKeApwjEaBQ3s.ZQAyDz92/u/kHrO10ePpd5a4R6.jDf1Re50IgGOLAl43gzSSBSGPsUqOZoKKW340",
];

const FAST: [&str; 15] = [
    "{SSHA}M2HSYV0WkuyTYsMLSuIby+3egzgBAgMEBQYHCA==",
    "{ssha}M2HSYV0WkuyTYsMLSuIby+3egzgBAgMEBQYHCA",
    "{SSHA512}d7YyiyAdfQplytFUnju0XHQ5XNRZr7rBN1G8h0Y4bYJ+J5DRJOqWf2tVsvOw1JaP3x4d9ATfctqBIdNJm0xlywECAwQFBgcI",
    "{SSHA256}Clycy0r0dIbTvJPKbNKSW5RzwhSDN11TMdgwHw0yDTUBAgMEBQYHCA==",
    "{SMD5}gewbLVxdOviDqz48tRbdPgECAwQFBgcI",
    "{SHA}Kfn72wN0jFORg+Wm33HP84OwqQU=",
    "{MD5}XyyDNVrrVB64n4sN7rhbPA==",
    "5f2c83355aeb541eb89f8b0deeb85b3c",
    "29f9fbdb03748c539183e5a6df71cff383b0a905",
    "AC9548D29549D081C80A68D2DB8B78AA707A123755BD6FF29F0E52831D2849C2",
    "7281927e4ac6a960d3a5fef5ea2e2a029e94e6f1fd13892190b6184dafd75ec66a7dfa41047e95887b5e972c4971b78ef1849b3b2befe60f171705f1c307d71a",
    "$6$rounds=1000$short$teeKWq21DjRJVWKXvyfJBeKVh3Z4SxdH0alKmewYVvfnWeVYQBTRiCTMJaosTkh5BKRPhhmph5bRoeaZ8jAia1",
    "$2b$06$abcdefghijklmnopqrstuupjsldWOuIkfPNduAyZ1bJZrPQI8CxRa",
    "$2y$06$abcdefghijklmnopqrstuupjsldWOuIkfPNduAyZ1bJZrPQI8CxRa",
    "pbkdf2_sha256$1000$djangoSalt12$zy6H1SxxrCXNL9UiKQFplAWI2ggJSTF8h14VEMFIWtg=",
];

fn stored(imported: &str) -> (String, StoredHash) {
    let imported = ImportedHash::parse(imported).unwrap();
    let text = imported.store(PasswordCost::default(), [9; SALT_BYTES], &mut Memory::default()).unwrap();
    let stored = StoredHash::parse(&text).unwrap();
    (text, stored)
}

fn check(stored: &StoredHash, password: &str) -> Verdict {
    verify(stored, &Password::parse(password).unwrap(), PasswordCost::default(), &mut Memory::default())
}

#[test]
fn every_slow_format_is_stored_as_it_is_and_upgraded_by_the_right_password_only() {
    for text in SLOW {
        let (kept, stored) = stored(text);
        assert_eq!(kept, text.trim_start_matches("{CRYPT}"));
        assert_eq!(check(&stored, PASSWORD), Verdict::Right { upgrade: true }, "{text}");
        assert_eq!(check(&stored, "Ancien-Compte-2021?"), Verdict::Wrong, "{text}");
    }
}

#[test]
fn every_fast_format_is_stored_wrapped_and_upgraded_by_the_right_password_only() {
    for text in FAST {
        let (kept, stored) = stored(text);
        assert!(kept.starts_with("$wrapped$") && kept.contains("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_eq!(check(&stored, PASSWORD), Verdict::Right { upgrade: true }, "{text}");
        assert_eq!(check(&stored, "Ancien-Compte-2021?"), Verdict::Wrong, "{text}");
        assert_eq!(StoredHash::parse(text.trim()), Err(HashError::Weak), "{text}");
    }
}

#[test]
fn nothing_of_a_fast_digest_is_stored() {
    let (kept, _) = stored("5f2c83355aeb541eb89f8b0deeb85b3c");
    assert!(kept.starts_with("$wrapped$md5$$$argon2id$"), "{kept}");
    assert!(!kept.contains("5f2c8335") && !kept.contains("XyyDNVrr"), "{kept}");
}

#[test]
fn a_wrapped_hash_recognises_the_row_it_came_from() {
    let mut memory = Memory::default();
    for text in FAST {
        let (_, stored) = stored(text);
        assert!(stored.was_made_from(&LegacyHash::parse(text).unwrap(), &mut memory), "{text}");
    }
    let (_, stored) = stored(FAST[0]);
    assert!(!stored.was_made_from(&LegacyHash::parse("{SHA}Kfn72wN0jFORg+Wm33HP84OwqQU=").unwrap(), &mut memory));
    assert!(!stored.was_made_from(&LegacyHash::parse(&"0".repeat(40)).unwrap(), &mut memory));
}

#[test]
fn argon2_of_every_kind_is_taken_and_upgraded_to_argon2id() {
    // phc-winner-argon2's own test vectors: "password", "somesalt".
    for text in [
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
    ] {
        let (kept, stored) = stored(text);
        assert_eq!(kept, text);
        assert_eq!(check(&stored, "password"), Verdict::Right { upgrade: true }, "{text}");
        assert_eq!(check(&stored, "passwort"), Verdict::Wrong, "{text}");
    }
}

#[test]
fn bcrypt_looks_at_72_bytes_as_it_did_in_the_old_portal() {
    let (_, stored) = stored("$2b$06$abcdefghijklmnopqrstuueHLWckpI7Ut91D6aWthlKy4VKsT9yUG");
    assert!(check(&stored, &"x".repeat(72)).is_right());
    assert!(check(&stored, &format!("{}, and more", "x".repeat(72))).is_right());
    assert_eq!(check(&stored, &"x".repeat(71)), Verdict::Wrong);
}

#[test]
fn a_password_is_tried_normalised_and_as_typed() {
    // SHA-1 of "cle\u{301}", typed decomposed when the old portal hashed it.
    let decomposed = hex(&openssl::sha::sha1("cle\u{301}".as_bytes()));
    let (_, stored) = stored(&decomposed);
    assert_eq!(check(&stored, "cle\u{301}"), Verdict::Right { upgrade: true });
    assert_eq!(check(&stored, "cl\u{e9}"), Verdict::Wrong);
    let (_, stored) = self::stored(
        "$6$rounds=6000$abcdefghijklmnop$9nCKv9FW.XaUlyLn0dyIFhrtrslNaD33SG2mfcaQry0tP3LkneueUIPXZlKRvDhcnvvDvC6Vivp11oWVM9gf5.",
    );
    assert!(check(&stored, &"e\u{301}".repeat(40)).is_right(), "composed by normalisation");
}

#[test]
fn malformed_hashes_are_told_from_unknown_and_too_costly_ones() {
    let malformed = [
        "$2b$06$tooshort",
        "$2b$03$abcdefghijklmnopqrstuupjsldWOuIkfPNduAyZ1bJZrPQI8CxRa",
        "$6$salt$short",
        "$6$rounds=999$salt$teeKWq21DjRJVWKXvyfJBeKVh3Z4SxdH0alKmewYVvfnWeVYQBTRiCTMJaosTkh5BKRPhhmph5bRoeaZ8jAia1",
        "$6$rounds=x$salt$teeKWq21DjRJVWKXvyfJBeKVh3Z4SxdH0alKmewYVvfnWeVYQBTRiCTMJaosTkh5BKRPhhmph5bRoeaZ8jAia1",
        "$pbkdf2-sha256$i=0$AAECAwQFBgcICQoLDA0ODw$V+l51YU1PM/hkLWG36l4EX1Ik5gq8cAXA0P97ugXkPA",
        "$pbkdf2-sha256$i=1,l=31$AAECAwQFBgcICQoLDA0ODw$V+l51YU1PM/hkLWG36l4EX1Ik5gq8cAXA0P97ugXkPA",
        "$pbkdf2-sha256$i=1000$*$V+l51YU1PM/hkLWG36l4EX1Ik5gq8cAXA0P97ugXkPA",
        "$pbkdf2-sha256$i=1000$$V+l51YU1PM/hkLWG36l4EX1Ik5gq8cAXA0P97ugXkPA",
        "pbkdf2_sha256$1000$salt$AAAA",
        "{SSHA}M2HSYV0WkuyTYsMLSuIby+3egzg=",
        "{SHA}M2HSYV0WkuyTYsMLSuIby+3egzgBAgMEBQYHCA==",
        "{SSHA}AAAA",
        "{SSHA}é",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ",
        "$argon2id$v=18$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2x$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    ];
    for text in malformed {
        assert!(matches!(ImportedHash::parse(text), Err(HashError::Malformed { .. })), "{text}");
    }
    let unknown = ["", "motdepasse", "$1$salt$hash", "$5$salt$hash", "{CLEAR}x", "sha1$salt$0", "$", "$$$$", "{SSHA"];
    for text in unknown.into_iter().chain(["zz2c83355aeb541eb89f8b0deeb85b3c", "pbkdf2_md5$1000$salt$AAAA"]) {
        assert_eq!(ImportedHash::parse(text).unwrap_err(), HashError::Unknown, "{text}");
    }
    for text in [
        "$2b$17$abcdefghijklmnopqrstuupjsldWOuIkfPNduAyZ1bJZrPQI8CxRa",
        "$pbkdf2-sha256$i=10000001$AAECAwQFBgcICQoLDA0ODw$V+l51YU1PM/hkLWG36l4EX1Ik5gq8cAXA0P97ugXkPA",
        "$6$rounds=1000001$salt$teeKWq21DjRJVWKXvyfJBeKVh3Z4SxdH0alKmewYVvfnWeVYQBTRiCTMJaosTkh5BKRPhhmph5bRoeaZ8jAia1",
        "$argon2id$v=19$m=262145,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=17,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=2,p=17$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    ] {
        assert!(matches!(ImportedHash::parse(text), Err(HashError::TooCostly { .. })), "{text}");
    }
}

#[test]
fn a_damaged_wrapped_hash_is_refused() {
    let (kept, _) = stored(FAST[0]);
    for damaged in [
        kept.replace("sha1", "sha3"),
        kept.replace("$wrapped$sha1", "$wrapped$bcrypt"),
        kept.replace("argon2id", "argon2i"),
        kept.replace("$sha1$$", "$sha1$"),
        kept.replace("m=19456", "m=19456000"),
        kept.chars().take(60).collect(),
    ] {
        assert!(StoredHash::parse(&damaged).is_err(), "{damaged}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
