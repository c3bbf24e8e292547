//! Forms of ours are sent by pages of ours only (J01): `Sec-Fetch-Site` and `Origin` on every one. Sign-in and consent
//! carry a sealed flow besides, bound to the browser.

use tower_http::csrf::CsrfLayer;

use crate::app::SharedApp;

/// Answers 403 to a form from elsewhere; [`crate::http::response::finish`] makes a page of it.
pub fn layer(app: &SharedApp) -> CsrfLayer {
    // The issuer parsed as an http(s) origin when the settings were read; without it the Host header decides.
    CsrfLayer::new().add_trusted_origin(app.issuer.origin()).unwrap_or_default()
}
