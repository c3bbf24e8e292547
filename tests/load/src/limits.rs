//! What the machine can do at best: bare signatures, bare handlers, bare commits, a bare password hash.

use std::{path::Path, process::Command, sync::Arc, time::Instant};

use anyhow::{Context, anyhow};
use axum::{
    Json, Router,
    extract::{Path as PathOf, State},
    routing::{get, post},
};
use idp::{
    demo::PASSWORD,
    system::{SystemClock, SystemRandom},
};
use idp_core::{
    catalogue::SigningAlgorithm,
    ids::GrantId,
    jose::{
        keys::generate,
        sign::{SigningKey, Typ, left_half_hash},
    },
    oidc::{access_token::AccessTokenClaims, id_token::IdTokenClaims},
    people::{
        argon2_hash::{Memory, PasswordCost},
        password::{Password, StoredHash, verify},
    },
    time::Clock,
};
use sqlx::{
    Connection as _, PgConnection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::net::TcpListener;

use crate::{
    table::Spread,
    windows::{Figures, Samples, Windows},
};

const ISSUER: &str = "http://localhost:8080";
const SUB: &str = "0b9b1f3e-7a57-4c5d-9f0e-2f7d8f6f3a11";

/// A signing key, and claims like those of a code flow.
pub struct Signer {
    key: SigningKey,
    random: SystemRandom,
}

impl Signer {
    /// A new key.
    pub fn new(algorithm: SigningAlgorithm) -> anyhow::Result<Self> {
        let pair = generate(algorithm)?;
        let key = SigningKey::from_jwk(algorithm, &pair.kid, &pair.private_jwk)?;
        Ok(Self { key, random: SystemRandom })
    }

    /// An access token.
    pub fn access_token(&self) -> anyhow::Result<String> {
        let now = SystemClock.now().as_seconds();
        let claims = AccessTokenClaims {
            iss: ISSUER.to_owned(),
            aud: ISSUER.to_owned(),
            sub: SUB.to_owned(),
            client_id: "semafor".to_owned(),
            scope: "openid profile email attachments".to_owned(),
            exp: now + 600,
            iat: now,
            jti: idp_core::random::token(&self.random),
            grant_id: GrantId::random(&self.random),
        };
        Ok(self.key.sign(Typ::AccessToken, &claims)?)
    }

    /// The ID token beside it.
    pub fn id_token(&self, access_token: &str) -> anyhow::Result<String> {
        let now = SystemClock.now().as_seconds();
        let claims = IdTokenClaims {
            iss: ISSUER,
            sub: SUB,
            aud: "semafor",
            exp: now + 600,
            iat: now,
            auth_time: now,
            nonce: Some("n-0S6_WzA2Mj-n-0S6_WzA2Mj"),
            acr: "eidas0",
            amr: &["pwd"],
            at_hash: left_half_hash(access_token),
            scoped: None,
        };
        Ok(self.key.sign(Typ::Jwt, &claims)?)
    }
}

/// Signatures per second of the system's `openssl speed`: RSA-2048, then P-256.
pub fn openssl_speed(seconds: u64) -> anyhow::Result<(f64, f64)> {
    let seconds = seconds.max(1).to_string();
    let output = Command::new("openssl")
        .args(["speed", "-mr", "-seconds", &seconds, "rsa2048", "ecdsap256"])
        .output()
        .context("openssl")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let sign = |mark: &str| -> anyhow::Result<f64> {
        let line = text.lines().find(|line| line.starts_with(mark)).context("openssl speed says nothing")?;
        Ok(line.split(':').nth(3).context("openssl speed: another format")?.parse()?)
    };
    Ok((sign("+F2:")?, sign("+F4:")?))
}

type Signers = Arc<[(&'static str, Signer)]>;

/// The smallest server that could do such work: nothing, or one or two signed tokens, and no store.
pub async fn serve(port: u16) -> anyhow::Result<()> {
    let signers: Signers =
        Arc::new([("RS256", Signer::new(SigningAlgorithm::RS256)?), ("ES256", Signer::new(SigningAlgorithm::ES256)?)]);
    let router = Router::new()
        .route("/empty", get(async || "ok"))
        .route("/sign/{algorithm}/{count}", post(sign))
        .with_state(signers);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}

async fn sign(
    State(signers): State<Signers>,
    PathOf((algorithm, count)): PathOf<(String, u8)>,
) -> Result<Json<serde_json::Value>, String> {
    let found = signers.iter().find(|(name, _)| *name == algorithm);
    let tokens = || -> anyhow::Result<(String, Option<String>)> {
        let (_, signer) = found.ok_or_else(|| anyhow!("no such algorithm"))?;
        let access_token = signer.access_token()?;
        let id_token = if count > 1 { Some(signer.id_token(&access_token)?) } else { None };
        Ok((access_token, id_token))
    };
    let (access_token, id_token) = tokens().map_err(|error| error.to_string())?;
    Ok(Json(serde_json::json!({ "access_token": access_token, "id_token": id_token })))
}

const TABLE: &str = "create table grants (id text primary key, client_id text not null, account_id text not null,
    sid text not null, scope text not null, created_at bigint not null)";
const INSERT: &str = "insert into grants (id, client_id, account_id, sid, scope, created_at)
    values ($1, 'semafor', $2, $2, 'openid profile email attachments', 1)";

/// Insert and commit, one after another, in a new file with full durability.
pub async fn sqlite_commits(windows: Windows, folder: &Path) -> anyhow::Result<Figures> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("limit.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query(TABLE).execute(&mut connection).await?;
    let (start, mut samples) = (Instant::now(), Samples::default());
    while Instant::now() < windows.end(start) {
        let began = Instant::now();
        let id = idp_core::random::token(&SystemRandom);
        sqlx::query(INSERT).bind(id).bind(SUB).execute(&mut connection).await?;
        samples.note(began);
    }
    Ok(windows.figures(start, &samples))
}

/// The same on PostgreSQL, over so many connections at once.
pub async fn postgres_commits(windows: Windows, url: &str, connections: usize) -> anyhow::Result<Figures> {
    let mut first = PgConnection::connect(url).await?;
    sqlx::query("drop table if exists limit_grants").execute(&mut first).await?;
    sqlx::query("create table limit_grants (id text primary key, account text not null)").execute(&mut first).await?;
    let start = Instant::now();
    let writers = (0..connections).map(|_| {
        let url = url.to_owned();
        tokio::spawn(async move {
            let mut connection = PgConnection::connect(&url).await?;
            let mut samples = Samples::default();
            while Instant::now() < windows.end(start) {
                let began = Instant::now();
                let id = idp_core::random::token(&SystemRandom);
                let insert = sqlx::query("insert into limit_grants (id, account) values ($1, $2)");
                insert.bind(id).bind(SUB).execute(&mut connection).await?;
                samples.note(began);
            }
            anyhow::Ok(samples)
        })
    });
    let mut all = Samples::default();
    for writer in writers.collect::<Vec<_>>() {
        all.merge(writer.await??);
    }
    Ok(windows.figures(start, &all))
}

/// Comparing one password with its hash, memory reused.
pub fn password_hashes(windows: Windows) -> anyhow::Result<Spread> {
    let (password, mut memory) = (Password::parse(PASSWORD)?, Memory::default());
    let stored = StoredHash::parse(&password.hash(PasswordCost::default(), &SystemRandom, &mut memory)?)?;
    windows.repeat(|| {
        std::hint::black_box(verify(&stored, &password, PasswordCost::default(), &mut memory));
        Ok(())
    })
}
