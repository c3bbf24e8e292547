//! Randomness as an argument.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Where random bytes come from: the operating system in the program, a seed in tests.
pub trait Random: Send + Sync {
    /// Fills `bytes` with unpredictable values.
    fn fill(&self, bytes: &mut [u8]);
}

/// `N` random bytes.
pub fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// 256 random bits as 43 base64url characters: the shape of every bearer value made here.
pub fn token(random: &dyn Random) -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>(random))
}

/// A random UUID, version 4 (RFC 9562 §5.4), in lower case.
pub fn uuid(random: &dyn Random) -> String {
    let mut b = bytes::<16>(random);
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    let mut text = String::with_capacity(36);
    for (place, byte) in b.into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.extend([digit(byte >> 4), digit(byte & 0x0f)]);
    }
    text
}
