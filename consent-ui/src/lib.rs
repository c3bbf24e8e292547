//! The pages of Sicorra Connect.
//!
//! One typed struct per page, in [`views`]: the server fills it with facts and calls `render()`; one per mail, in
//! [`mails`]. The pages know no HTTP and no SQL, and they decide nothing. Texts are in `texts/*.ftl`, pages in
//! `templates/`, the look in `static/look.css`.
//!
//! ```
//! use consent_ui::{Chrome, Lang, Ui, views::LoggedOut};
//!
//! let ui = Ui::new();
//! let page = LoggedOut { chrome: Chrome::new(&ui, Lang::Fr), back: None };
//! assert!(page.render().unwrap().contains("id=\"logged-out\""));
//! ```
//!
//! The pages hold to `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';
//! connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'`: no inline style or
//! script, and they work without script. A logo from another host also needs that host in `img-src`.

mod application;
pub mod assets;
mod chrome;
mod lang;
pub mod mails;
pub mod samples;
mod texts;
pub mod views;

pub use application::{Application, monogram};
pub use askama::Error as RenderError;
pub use chrome::{Chrome, ChromeAccount, NavItem, Ui};
pub use lang::Lang;
pub use texts::{Text, Texts};
