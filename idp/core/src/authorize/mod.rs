//! The authorization endpoint, as a road of pure steps:
//!
//! | step | takes | gives |
//! | --- | --- | --- |
//! | [`request::identify`] | parameters, catalogue | the client and its redirect URI, or a page |
//! | [`request::validate`] | those | an [`request::AuthorizationRequest`], or an error for the client |
//! | [`step::next`] | the request, who is signed in, what they hold and agreed to | what to do next |
//! | [`respond`] | a grant or an error | the URI to send the browser to |

pub mod code;
pub mod request;
pub mod respond;
pub mod step;
