//! The keys at work: opened with the master key when the program starts, made on the first start only.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{Context, bail};
use axum::body::Bytes;
use idp_core::{
    catalogue::SigningAlgorithm,
    jose::{
        keys::{self, KeyPair},
        sign::SigningKey,
        verify::Verifier,
    },
    random::{self, Random},
    seal::{Purpose, Sealer},
    secret::TokenHash,
    time::Timestamp,
};
use idp_store::{
    Db,
    sql::keys::{self as store, StoredSigningKey},
};

/// The 32 bytes that protect every other key.
pub type MasterKey = [u8; 32];

/// What signs, what verifies, what is published.
#[derive(Debug)]
pub struct KeyRing {
    signers: BTreeMap<SigningAlgorithm, Arc<SigningKey>>,
    /// For tokens of ours that come back.
    pub verifier: Verifier,
    /// The JWK Set document.
    pub jwks: Bytes,
    /// Seals flows and codes.
    pub sealer: Sealer,
}

impl KeyRing {
    /// The key that signs with this algorithm now.
    ///
    /// # Errors
    /// When there is none, which the start rules out.
    pub fn signer(&self, algorithm: SigningAlgorithm) -> anyhow::Result<&Arc<SigningKey>> {
        self.signers.get(&algorithm).with_context(|| format!("no {} key", algorithm.as_str()))
    }

    /// Opens the keys of a database; on the very first start makes them.
    ///
    /// # Errors
    /// With a wrong master key: never a new key silently (R39).
    pub async fn load(db: &Db, master: &MasterKey, random: &dyn Random, now: Timestamp) -> anyhow::Result<Self> {
        let at_rest = Sealer::new(master, &[])?;
        let mut signing = store::signing_keys(db, now).await?;
        let mut sealing = store::sealing_keys(db).await?;
        if signing.is_empty() && sealing.is_empty() {
            create(db, &at_rest, random, now).await.context("making the first keys")?;
            signing = store::signing_keys(db, now).await?;
            sealing = store::sealing_keys(db).await?;
        }
        Self::open(&at_rest, &signing, &sealing, now)
    }

    fn open(
        at_rest: &Sealer,
        signing: &[StoredSigningKey],
        sealing: &[Vec<u8>],
        now: Timestamp,
    ) -> anyhow::Result<Self> {
        let mut signers = BTreeMap::new();
        let mut verifier = Verifier::default();
        for key in signing {
            let private = at_rest.open_bytes(Purpose::KeyAtRest, &key.sealed_jwk).with_context(|| {
                format!("the master key does not open signing key {}: is it the right one?", key.kid)
            })?;
            verifier.add(key.algorithm, &key.kid, &key.public_jwk)?;
            // Oldest first: the newest that may already sign stays.
            if key.active_from <= now {
                signers.insert(key.algorithm, Arc::new(SigningKey::from_jwk(key.algorithm, &key.kid, &private)?));
            }
        }
        for algorithm in SigningAlgorithm::ALL {
            if !signers.contains_key(&algorithm) {
                bail!("the database holds no {} key", algorithm.as_str());
            }
        }
        let opened = sealing
            .iter()
            .map(|sealed| {
                let plain =
                    at_rest.open_bytes(Purpose::KeyAtRest, sealed).context("the master key opens no envelope key")?;
                plain.try_into().map_err(|_| anyhow::anyhow!("an envelope key is not 32 bytes long"))
            })
            .collect::<anyhow::Result<Vec<[u8; 32]>>>()?;
        let Some((newest, older)) = opened.split_first() else { bail!("the database holds no envelope key") };
        let jwks = keys::jwks(signing.iter().map(|key| key.public_jwk.as_str()))?;
        Ok(Self { signers, verifier, jwks: Bytes::from(jwks), sealer: Sealer::new(newest, older)? })
    }
}

async fn create(db: &Db, at_rest: &Sealer, random: &dyn Random, now: Timestamp) -> anyhow::Result<()> {
    // Key generation takes a while: before the transaction, not inside it.
    let pairs = SigningAlgorithm::ALL
        .into_iter()
        .map(|algorithm| Ok((algorithm, keys::generate(algorithm)?)))
        .collect::<anyhow::Result<Vec<(SigningAlgorithm, KeyPair)>>>()?;
    let mut tx = db.begin().await?;
    for (algorithm, pair) in pairs {
        let key = StoredSigningKey {
            kid: pair.kid,
            algorithm,
            public_jwk: pair.public_jwk,
            sealed_jwk: at_rest.seal_bytes(Purpose::KeyAtRest, &pair.private_jwk, random)?,
            active_from: now,
        };
        store::add_signing_key(&mut tx, &key, now).await?;
    }
    let secret = random::bytes::<32>(random);
    let id = TokenHash::of(&random::token(random)).encode();
    store::add_sealing_key(&mut tx, &id, &at_rest.seal_bytes(Purpose::KeyAtRest, &secret, random)?, now).await?;
    tx.commit().await?;
    Ok(())
}
