//! Which scripts may read answers (J08): anyone's for what is public, those of declared origins for tokens. Never
//! with credentials.

use axum::http::{
    Method,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use crate::app::SharedApp;

/// Metadata and keys are for everybody.
pub fn anyone() -> CorsLayer {
    CorsLayer::new().allow_origin(Any).allow_methods([Method::GET])
}

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
