//! Which scripts may read answers (J08): those of declared origins, never with credentials. What is public is for anyone's
//! ([`super::documents`]).

use axum::http::{
    Method,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::app::SharedApp;

/// Tokens and UserInfo: the origins that clients declared, compared byte for byte.
pub fn declared_origins(app: &SharedApp) -> CorsLayer {
    let app = app.clone();
    let declared = AllowOrigin::predicate(move |origin, _| {
        let catalogue = app.catalogue.load();
        let mut origins = catalogue.clients.values().flat_map(|client| &client.allowed_origins);
        origins.any(|allowed| allowed.as_bytes() == origin.as_bytes())
    });
    CorsLayer::new()
        .allow_origin(declared)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
}
