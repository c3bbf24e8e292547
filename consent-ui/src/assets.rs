//! The files that pages refer to, carried in the program.

/// Where the server is to serve [`ASSETS`]: an asset's address is this plus its path.
pub const PREFIX: &str = "/static/";

/// A file to serve as it is.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Path under [`PREFIX`], as `fonts/LICENSE-OFL.txt`.
    pub path: &'static str,
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// The content.
    pub bytes: &'static [u8],
}

macro_rules! asset {
    ($path:literal, $content_type:literal) => {
        Asset {
            path: $path,
            content_type: $content_type,
            bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/static/", $path)),
        }
    };
}

/// Every static file. Pages ask for them with `?v=` and [`version`], fonts by a name that says their version: all may
/// be cached for as long as the server likes.
pub const ASSETS: &[Asset] = &[
    asset!("look.css", "text/css; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
    asset!("password.js", "text/javascript; charset=utf-8"),
    asset!("password-rules.js", "text/javascript; charset=utf-8"),
    asset!("fonts/atkinson-hyperlegible-next-5.3.0-latin.woff2", "font/woff2"),
    asset!("fonts/atkinson-hyperlegible-next-5.3.0-latin-ext.woff2", "font/woff2"),
    asset!("fonts/LICENSE-OFL.txt", "text/plain; charset=utf-8"),
];

/// The asset at a path under [`PREFIX`].
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

/// A short text (16 hexadecimal digits) that changes when any of the files changes; also fit for an `ETag`.
pub fn version() -> String {
    // FNV-1a: the value only tells builds apart, nobody gains from forging it.
    let bytes = ASSETS.iter().flat_map(|asset| asset.path.bytes().chain(asset.bytes.iter().copied()));
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_in_the_stylesheet_is_an_asset() {
        let css = std::str::from_utf8(find("look.css").unwrap().bytes).unwrap();
        let addresses: Vec<_> = css.split("url(\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect();
        assert_eq!(addresses.len(), 2);
        assert!(addresses.iter().all(|address| find(address).is_some()));
    }

    #[test]
    fn the_version_is_sixteen_digits_and_steady() {
        assert_eq!(version().len(), 16);
        assert_eq!(version(), version());
    }
}
