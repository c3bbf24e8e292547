//! The data that a measurement starts from: the directory, the demo catalogue, people who may sign in.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use idp::{
    config::create_master_key,
    declared,
    demo::PASSWORD,
    import::{Source, establishments::import_establishments_bytes},
    system::{SystemClock, SystemRandom},
};
use idp_core::{
    ids::{AccountId, AttachmentId, ProfileId},
    people::{
        argon2_hash::{Memory, PasswordCost},
        password::Password,
    },
    schools::uai::Uai,
    time::Clock,
};
use idp_store::{
    Db,
    sql::{
        accounts::{self, AccountStatus, NewAccount},
        attachments::{self, NewAttachment},
    },
};

use crate::node::Places;

const FIXTURE: &[u8] = include_bytes!("../../../config/demo/etablissements.csv");
const CODES: &[u8] = include_bytes!("../../../config/demo/codes.csv");
/// Where everybody teaches: in the fixture and in the whole directory.
const SCHOOL: &str = "0380010E";
/// So many that no limit on sign-ins of one account is met.
pub const PEOPLE: usize = 250;

/// The address of a person.
pub fn email(number: usize) -> String {
    format!("personne.{number}@maformation.example")
}

/// The directory to load: the file that `IDP_DIRECTORY_FILE` names, else the project's fixture.
pub fn directory() -> anyhow::Result<Vec<u8>> {
    match std::env::var_os("IDP_DIRECTORY_FILE").map(PathBuf::from) {
        Some(file) => std::fs::read(&file).with_context(|| file.display().to_string()),
        None => Ok(FIXTURE.to_vec()),
    }
}

/// Fills a new database; says how many establishments it holds.
pub async fn prepare(places: &Places) -> anyhow::Result<usize> {
    let (clock, random) = (SystemClock, SystemRandom);
    create_master_key(&places.folder.join("master.key"), &random)?;
    let db = Db::connect(&places.database, 2).await?;
    db.migrate().await?;
    let catalogue = declared::demo_catalogue([8081, 8082, 8083]).map_err(|problems| anyhow!("{problems:?}"))?;
    declared::apply(&db, &clock, &random, &catalogue, true).await?;
    let bytes = directory()?;
    let source = Source { name: "directory.csv", bytes: &bytes };
    let codes = Source { name: "codes.csv", bytes: CODES };
    let report = import_establishments_bytes(&db, &clock, &random, source, Some(codes), false).await?;
    let establishments = report.plan.after.len();
    create_people(&db).await?;
    db.close().await;
    Ok(establishments)
}

async fn create_people(db: &Db) -> anyhow::Result<()> {
    let (now, random) = (SystemClock.now(), SystemRandom);
    let hash = Password::parse(PASSWORD)?.hash(PasswordCost::default(), &random, &mut Memory::default())?;
    let (uai, profile) = (Uai::parse(SCHOOL)?, ProfileId::from("enseignant"));
    let mut tx = db.begin().await?;
    for number in 0..PEOPLE {
        let (id, email) = (AccountId::random(&random), email(number));
        let account = NewAccount {
            id: &id,
            email: &email,
            email_key: &email,
            contact_verified_at: Some(now),
            password_hash: &hash,
            civility: None,
            given_name: "Tristan",
            family_name: "Blanc",
            locale: "fr",
            status: AccountStatus::Active,
        };
        accounts::create(&mut tx, &account, now).await?;
        let attachment = NewAttachment {
            id: &AttachmentId::random(&random),
            account: &id,
            uai: &uai,
            profile: &profile,
            administrator: false,
            legacy_account: None,
        };
        attachments::create(&mut tx, &attachment, now).await?;
    }
    Ok(tx.commit().await?)
}
