//! One struct per page. Each has `render`, which returns the whole HTML document.

mod choose_attachment;
mod confirm_account;
mod consent;
mod error_page;
mod home;
mod logout;
mod mailbox;
mod my_space;
mod no_access;
mod sign_in;
mod sign_up;
mod sign_up_sent;

pub use choose_attachment::{AttachmentChoice, ChooseAttachment};
pub use confirm_account::{ConfirmAccount, ConfirmError, ConfirmExpired, Confirmed, NotMeDone};
pub use consent::{Consent, ConsentAttachment, Fact};
pub use error_page::{ErrorKind, ErrorPage, Technical};
pub use home::{DemoAccount, DemoApplication, DemoGuide, Home};
pub use logout::{BackLink, LoggedOut, Logout};
pub use mailbox::{MailHeader, MailLine, MailSegment, Mailbox, MailboxMessage};
pub use my_space::{FirstSteps, MySpace, SpaceApplication, SpaceAttachment};
pub use no_access::NoAccess;
pub use sign_in::{Asked, SignIn, SignInError};
pub use sign_up::{Civility, NameField, SignUp, SignUpError};
pub use sign_up_sent::{Resend, SignUpSent};

/// Gives each view its `render`, so that callers need not import askama's trait.
macro_rules! pages {
    ($($view:ident),* $(,)?) => { $(
        impl $view<'_> {
            /// The whole HTML document.
            ///
            /// # Errors
            /// When a value cannot be written, which does not happen with the types used here.
            pub fn render(&self) -> Result<String, askama::Error> {
                askama::Template::render(self)
            }
        }
    )* };
}

pages!(
    ChooseAttachment,
    ConfirmAccount,
    ConfirmExpired,
    Confirmed,
    Consent,
    ErrorPage,
    Home,
    LoggedOut,
    Logout,
    Mailbox,
    MailboxMessage,
    MySpace,
    NoAccess,
    NotMeDone,
    SignIn,
    SignUp,
    SignUpSent,
);
