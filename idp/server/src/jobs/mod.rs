//! What runs beside the requests.

pub mod outbox;
pub mod reload;
pub mod tidy;
