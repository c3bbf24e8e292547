//! argon2 (RFC 9106): its cost, its memory, its text form.

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use subtle::ConstantTimeEq;
use thiserror::Error;

use super::legacy_hash::HashError;

/// Bytes of random salt in every hash made here (RFC 9106 §3.1 recommends 16).
pub const SALT_BYTES: usize = 16;

const OUTPUT_BYTES: usize = 32;

// Beyond these, one imported row could hold a thread for seconds.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 16;

// OWASP's five equal settings run from 7 MiB × 5 to 46 MiB × 1.
const MIN_MEMORY_KIB: u32 = 7 * 1024;
const MIN_WORK_KIB: u32 = 35 * 1024;

/// What one argon2id hash costs. 19 MiB, two passes, one lane unless the configuration says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// Why a cost was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CostError {
    /// Cheaper to guess than OWASP's weakest setting.
    #[error("at least {MIN_MEMORY_KIB} KiB, and at least {MIN_WORK_KIB} KiB when multiplied by the passes")]
    TooWeak,
    /// Dearer than one sign-in may be.
    #[error("at most {MAX_MEMORY_KIB} KiB, {MAX_PASSES} passes and {MAX_LANES} lanes")]
    TooCostly,
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

impl PasswordCost {
    /// A cost of `memory_kib` KiB, filled `passes` times by `lanes` lanes.
    ///
    /// # Errors
    /// Below OWASP's weakest setting (Password Storage Cheat Sheet), or above what one sign-in may cost.
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, CostError> {
        if memory_kib > MAX_MEMORY_KIB || passes > MAX_PASSES || lanes > MAX_LANES {
            return Err(CostError::TooCostly);
        }
        if memory_kib < MIN_MEMORY_KIB || lanes == 0 || memory_kib.saturating_mul(passes) < MIN_WORK_KIB {
            return Err(CostError::TooWeak);
        }
        Ok(Self { memory_kib, passes, lanes })
    }

    /// A hash that no input gives, made without hashing: what to compare with where there is no account.
    ///
    /// # Errors
    /// As [`PasswordCost::hash`].
    pub fn unmatched(self, salt: [u8; SALT_BYTES]) -> Result<Argon2Hash, HashError> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(OUTPUT_BYTES))
            .map_err(|_| HashError::Computation)?;
        Ok(Argon2Hash {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            params,
            salt: salt.to_vec(),
            output: vec![0; OUTPUT_BYTES],
        })
    }

    /// Hashes `input` under this cost.
    ///
    /// # Errors
    /// Never for a cost that [`PasswordCost::new`] accepted; the library's own checks could fail.
    pub fn hash(self, input: &[u8], salt: [u8; SALT_BYTES], memory: &mut Memory) -> Result<Argon2Hash, HashError> {
        let mut hash = self.unmatched(salt)?;
        hash.output = hash.compute(input, memory).ok_or(HashError::Computation)?;
        Ok(hash)
    }
}

/// argon2's working memory, kept from one hash to the next: faulting in 19 MiB costs a tenth of the hash.
#[derive(Default)]
pub struct Memory {
    blocks: Vec<Block>,
}

impl Memory {
    // glibc returns allocations over 32 MiB at once, smaller ones perhaps never; what is not touched costs nothing.
    const CAPACITY: usize = 33 * 1024;

    /// Gives the memory back to the system; the next hash allocates again.
    pub fn release(&mut self) {
        self.blocks = Vec::new();
    }

    /// `true` when nothing is held.
    #[must_use]
    pub fn is_released(&self) -> bool {
        self.blocks.capacity() == 0
    }

    fn at_least(&mut self, blocks: usize) -> &mut [Block] {
        if self.blocks.len() < blocks {
            // Not grown in place: that would copy what the next hash overwrites.
            self.blocks = Vec::new();
            self.blocks.reserve_exact(blocks.max(Self::CAPACITY));
            self.blocks.resize(blocks, Block::new());
        }
        &mut self.blocks
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} KiB)", self.blocks.len())
    }
}

/// A parsed `$argon2id$…`, `$argon2i$…` or `$argon2d$…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Argon2Hash {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Argon2Hash {
    /// Reads a PHC string.
    ///
    /// # Errors
    /// When it is malformed, or costs more than 256 MiB, 16 passes or 16 lanes.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        let malformed = |what| HashError::Malformed { format: "argon2", what };
        let phc = PasswordHash::new(text).map_err(|_| malformed("not a PHC string"))?;
        let algorithm =
            Algorithm::new(phc.algorithm).map_err(|_| malformed("neither argon2id, argon2i nor argon2d"))?;
        // The reference code wrote no version before 1.3.
        let version = phc.version.map_or(Ok(Version::V0x10), Version::try_from);
        let params = Params::try_from(&phc).map_err(|_| malformed("parameters"))?;
        if params.m_cost() > MAX_MEMORY_KIB || params.t_cost() > MAX_PASSES || params.p_cost() > MAX_LANES {
            return Err(HashError::TooCostly { format: "argon2" });
        }
        if !params.data().is_empty() || !params.keyid().is_empty() {
            return Err(malformed("it needs a key that is not in the file"));
        }
        let (Some(salt), Some(output)) = (phc.salt, phc.hash) else { return Err(malformed("no salt or no hash")) };
        if output.len() < 16 {
            return Err(malformed("hash shorter than 16 bytes"));
        }
        Ok(Self {
            algorithm,
            version: version.map_err(|_| malformed("version"))?,
            params,
            salt: salt.to_vec(),
            output: output.as_bytes().to_vec(),
        })
    }

    /// Whether `input` gives this hash; compared in constant time.
    pub fn matches(&self, input: &[u8], memory: &mut Memory) -> bool {
        self.compute(input, memory).is_some_and(|output| output.ct_eq(&self.output).into())
    }

    /// argon2id, version 1.3, no cheaper than `cost`.
    #[must_use]
    pub fn is_at_least(&self, cost: PasswordCost) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.params.m_cost() >= cost.memory_kib
            && self.params.t_cost() >= cost.passes
    }

    fn compute(&self, input: &[u8], memory: &mut Memory) -> Option<Vec<u8>> {
        let mut output = vec![0; self.output.len()];
        let blocks = memory.at_least(self.params.block_count());
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        argon2.hash_password_into_with_memory(input, &self.salt, &mut output, blocks).ok()?;
        // A foreign hash may be ten times as large as ours: not to be kept.
        if memory.blocks.len() > Memory::CAPACITY {
            memory.release();
        }
        Some(output)
    }
}

impl fmt::Display for Argon2Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version: u32 = self.version.into();
        let (m, t, p) = (self.params.m_cost(), self.params.t_cost(), self.params.p_cost());
        let (salt, output) = (STANDARD_NO_PAD.encode(&self.salt), STANDARD_NO_PAD.encode(&self.output));
        write!(f, "${}$v={version}$m={m},t={t},p={p}${salt}${output}", self.algorithm)
    }
}

impl fmt::Debug for Argon2Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_cost_is_19_mib_two_passes_one_lane() {
        let hash = PasswordCost::default().hash(b"a", [7; SALT_BYTES], &mut Memory::default()).unwrap();
        assert!(hash.to_string().starts_with("$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$"));
        assert_eq!(Argon2Hash::parse(&hash.to_string()).unwrap(), hash);
    }

    #[test]
    fn a_cost_below_owasp_or_beyond_a_sign_in_is_refused() {
        for (memory, passes) in [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)] {
            assert!(PasswordCost::new(memory, passes, 1).is_ok(), "{memory} × {passes}");
        }
        assert_eq!(PasswordCost::new(19_456, 1, 1), Err(CostError::TooWeak));
        assert_eq!(PasswordCost::new(4_096, 16, 1), Err(CostError::TooWeak));
        assert_eq!(PasswordCost::new(19_456, 2, 0), Err(CostError::TooWeak));
        assert_eq!(PasswordCost::new(262_145, 2, 1), Err(CostError::TooCostly));
        assert_eq!(PasswordCost::new(19_456, 17, 1), Err(CostError::TooCostly));
    }

    #[test]
    fn memory_is_reused_and_given_back() {
        let mut memory = Memory::default();
        let cost = PasswordCost::default();
        let first = cost.hash(b"a", [1; SALT_BYTES], &mut memory).unwrap();
        assert!(!memory.is_released());
        assert_eq!(cost.hash(b"a", [1; SALT_BYTES], &mut memory).unwrap(), first, "old contents do not matter");
        memory.release();
        assert!(memory.is_released());
    }
}
