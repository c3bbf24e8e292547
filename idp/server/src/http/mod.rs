//! What all handlers share: cookies, forms, answers, limits.

pub mod assets;
pub mod browser;
pub mod cookies;
pub mod csrf;
pub mod dates;
pub mod forms;
pub mod limits;
pub mod response;
