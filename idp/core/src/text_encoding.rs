//! Which characters a file's bytes stand for, when nobody says.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// The text of a file.
#[derive(Debug)]
pub struct Decoded<'a> {
    /// Without a byte order mark.
    pub text: Cow<'a, str>,
    /// Some bytes were not UTF-8 and stand as U+FFFD.
    pub lossy: bool,
}

/// What a file is when it is no text; `None` for a text.
#[must_use]
pub fn binary(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 5] = [
        (b"PK\x03\x04", "it is an archive or a spreadsheet; export it as CSV"),
        (b"\xd0\xcf\x11\xe0", "it is a spreadsheet; export it as CSV"),
        (b"\x1f\x8b", "it is compressed; expand it first"),
        (b"\xff\xfe", "it is UTF-16; save it as UTF-8"),
        (b"\xfe\xff", "it is UTF-16; save it as UTF-8"),
    ];
    let known = KINDS.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, what)| *what);
    // PostgreSQL stores no NUL, and no exported table holds one.
    known.or_else(|| bytes.contains(&0).then_some("it holds a NUL byte"))
}

/// Reads UTF-8 with or without a byte order mark, else windows-1252 (what spreadsheets write in France).
///
/// A file that is UTF-8 but for a few bytes stays UTF-8: taking it for windows-1252 would spoil every accent.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), lossy: false };
    }
    let (mut accents, mut faults) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        accents += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        faults += usize::from(!chunk.invalid().is_empty());
    }
    if accents > faults {
        return Decoded { text: String::from_utf8_lossy(bytes), lossy: true };
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Decoded { text, lossy: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_text_is_read_in_either_encoding() {
        assert_eq!(decode(b"\xef\xbb\xbfLyc\xc3\xa9e").text, "Lycée");
        assert_eq!(decode(b"Lyc\xe9e \x8cuvre").text, "Lycée Œuvre");
    }

    #[test]
    fn a_few_bad_bytes_do_not_turn_a_utf8_file_into_another() {
        let mut bytes = "é à ô ".as_bytes().to_vec();
        bytes.push(0xe9);
        let decoded = decode(&bytes);
        assert_eq!((decoded.text.as_ref(), decoded.lossy), ("é à ô \u{fffd}", true));
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert!(binary(b"a;b\n\x00").is_some());
        assert!(binary(b"PK\x03\x04...").is_some());
        assert_eq!(binary("a;é".as_bytes()), None);
    }
}
