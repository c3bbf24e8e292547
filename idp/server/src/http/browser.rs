//! Who is at the other end of a page request: language, cookies, address, session.

use std::{convert::Infallible, net::SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{
        HeaderMap, Uri,
        header::{ACCEPT_LANGUAGE, USER_AGENT},
        request::Parts,
    },
};
use axum_extra::extract::CookieJar;
use consent_ui::{Chrome, ChromeAccount, NavItem};
use idp_core::{
    catalogue::Catalogue, ids::ClientId, lang::Lang, oauth::params::Params, schools::attachment::Attachment,
    secret::TokenHash, time::Timestamp,
};
use idp_store::sql::sessions::{self, LiveSession, Standing};

use crate::{
    account::sign_up,
    app::{App, SharedApp},
    http::{cookies, response::Failure},
};

/// The longest user agent that is kept, characters.
const MAX_USER_AGENT: usize = 300;

/// A browser, before anybody is known to sit at it.
pub struct Browser {
    /// The language of the page.
    pub lang: Lang,
    /// As sent.
    pub jar: CookieJar,
    /// The address of the page.
    pub uri: Uri,
    /// Parameters of the address; none when they cannot be read.
    pub query: Params,
    /// The peer's address.
    pub address: Option<String>,
    /// As sent, shortened.
    pub user_agent: Option<String>,
}

/// `?lang=` in the address, else the cookie, else what the browser prefers, else French.
#[must_use]
pub fn language(query: &Params, jar: &CookieJar, headers: &HeaderMap) -> Lang {
    let accepted = || headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).and_then(Lang::preferred);
    query.get("lang").and_then(Lang::from_tag).or_else(|| cookies::read_lang(jar)).or_else(accepted).unwrap_or_default()
}

impl FromRequestParts<SharedApp> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &SharedApp) -> Result<Self, Infallible> {
        let query = Params::parse(parts.uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
        let jar = CookieJar::from_headers(&parts.headers);
        let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self {
            lang: language(&query, &jar, &parts.headers),
            uri: parts.uri.clone(),
            query,
            jar,
            address: peer(parts),
            user_agent: user_agent.map(|text| text.chars().take(MAX_USER_AGENT).collect()),
        })
    }
}

fn peer(parts: &Parts) -> Option<String> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_string())
}

/// The peer's address alone, for endpoints without pages.
pub struct Peer(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(peer(parts).unwrap_or_default()))
    }
}

impl Browser {
    /// The live session of this browser, if any; its use is noted now and then.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn session(&self, app: &App) -> Result<Option<LiveSession>, Failure> {
        let Some(value) = cookies::read_session(&self.jar, &app.issuer) else { return Ok(None) };
        app.live_session(TokenHash::of(&value)).await
    }

    /// The live session of this browser with all that an authorization request of a client is decided by.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn standing(&self, app: &App, client: &ClientId) -> Result<Option<Standing>, Failure> {
        let Some(value) = cookies::read_session(&self.jar, &app.issuer) else { return Ok(None) };
        let (id_hash, now) = (TokenHash::of(&value), app.now());
        let standing = sessions::standing(&app.db, id_hash, client, app.lifetimes.session_idle, now).await?;
        if let Some(standing) = &standing {
            app.note_use(id_hash, &standing.session, now).await?;
        }
        Ok(standing)
    }

    /// The session, or the way to the sign-in page.
    ///
    /// # Errors
    /// [`Failure::SignInFirst`] when nobody is signed in.
    pub async fn signed_in(&self, app: &App) -> Result<LiveSession, Failure> {
        self.session(app).await?.ok_or(Failure::SignInFirst)
    }

    /// The layout of a page.
    #[must_use]
    pub fn chrome<'a>(&self, app: &'a App, current: Option<NavItem>) -> Chrome<'a> {
        let lang = ui_lang(self.lang);
        let switch_url = Some(self.in_language(lang.other().tag()));
        Chrome { switch_url, current, ..Self::bare_chrome(app, self.lang) }
    }

    /// The layout of a page that says nothing of who looks at it.
    #[must_use]
    pub fn bare_chrome(app: &App, lang: Lang) -> Chrome<'_> {
        let sign_up_url = Some(sign_up::PATH.to_owned());
        Chrome { demo: app.demo.is_some(), sign_up_url, ..Chrome::new(&app.ui, ui_lang(lang)) }
    }

    /// The address of this page in another language.
    fn in_language(&self, tag: &str) -> String {
        let query = self.uri.query().unwrap_or_default();
        let mut serializer = url::form_urlencoded::Serializer::new(String::new());
        serializer.extend_pairs(url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "lang"));
        serializer.append_pair("lang", tag);
        format!("{}?{}", self.uri.path(), serializer.finish())
    }
}

impl App {
    /// The live session behind a cookie's hash.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn live_session(&self, id_hash: TokenHash) -> Result<Option<LiveSession>, Failure> {
        let now = self.now();
        let session = sessions::find(&self.db, id_hash, self.lifetimes.session_idle, now).await?;
        if let Some(session) = &session {
            self.note_use(id_hash, session, now).await?;
        }
        Ok(session)
    }

    async fn note_use(&self, id_hash: TokenHash, session: &LiveSession, now: Timestamp) -> Result<(), Failure> {
        if now.since(session.seen_at) >= sessions::TOUCH_EVERY {
            sessions::touch(&self.db, id_hash, now).await?;
        }
        Ok(())
    }
}

/// The pages' language type.
#[must_use]
pub fn ui_lang(lang: Lang) -> consent_ui::Lang {
    match lang {
        Lang::Fr => consent_ui::Lang::Fr,
        Lang::En => consent_ui::Lang::En,
    }
}

/// Who is signed in, for the header: the structure in use always in sight.
#[must_use]
pub fn chrome_account(
    session: &LiveSession,
    in_use: Option<&Attachment>,
    catalogue: &Catalogue,
    lang: Lang,
) -> ChromeAccount {
    let person = &session.person;
    let structure = in_use.map(|attachment| {
        let profile = catalogue.profiles.get(&attachment.profile).map_or("", |profile| profile.name.get(lang));
        let establishment = &attachment.establishment;
        format!("{} · {} · {profile}", establishment.name, establishment.short_code())
    });
    ChromeAccount { name: format!("{} {}", person.given_name, person.family_name), structure }
}
