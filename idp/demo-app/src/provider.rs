//! The protocol: everything that this application says to the provider, with the `openidconnect` crate.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AsyncHttpClient, AuthorizationCode, ClaimsVerificationError, ClientId, CsrfToken,
    EndSessionUrl, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpClientError, HttpRequest, HttpResponse,
    IssuerUrl, LoginHint, LogoutRequest, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope, SignatureVerificationError,
    TokenResponse as _, UserInfoClaims, http,
};
use tokio::sync::Mutex;
use url::Url;

use crate::DemoApp;
use crate::claims::RegionClaims;

/// Standard claims and the Region's.
pub(crate) type Claims = UserInfoClaims<RegionClaims, CoreGenderClaim>;

/// A client that knows the authorization endpoint, and perhaps the token and UserInfo endpoints: discovery tells.
type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What discovery found.
struct Discovered {
    client: Client,
    end_session: Option<EndSessionUrl>,
}

/// The provider as this application sees it.
pub(crate) struct Provider {
    app: DemoApp,
    base_url: Url,
    http: Http,
    discovered: Mutex<Option<Arc<Discovered>>>,
}

/// What must be remembered between the departure to the provider and the return.
#[derive(Clone)]
pub(crate) struct Pending {
    nonce: Nonce,
    /// In text because the crate's type, rightly, cannot be cloned.
    pkce_verifier: String,
}

/// A verified sign-in.
pub(crate) struct SignedIn {
    /// From UserInfo: what is true now.
    pub(crate) claims: Claims,
    /// Kept for sign-out, where it tells the provider whose session to end.
    pub(crate) id_token: CoreIdToken,
    /// The payload of the ID token, to be displayed.
    pub(crate) id_token_claims: serde_json::Value,
}

impl Provider {
    /// Talks to nobody yet: the provider may start after the application.
    pub(crate) fn new(app: DemoApp, base_url: Url) -> anyhow::Result<Self> {
        let http = Http::new(&app.issuer)?;
        Ok(Self { app, base_url, http, discovered: Mutex::new(None) })
    }

    /// The address to which the browser goes to sign in, its `state`, and what to remember until the return.
    pub(crate) async fn authorization_url(
        &self,
        login_hint: Option<String>,
    ) -> anyhow::Result<(Url, CsrfToken, Pending)> {
        let discovered = self.discovered().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = discovered
            .client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            // The crate adds `openid`.
            .add_scopes(["profile", "email", "attachments"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge);
        if let Some(hint) = login_hint {
            request = request.set_login_hint(LoginHint::new(hint));
        }
        let (url, state, nonce) = request.url();
        Ok((url, state, Pending { nonce, pkce_verifier: verifier.into_secret() }))
    }

    /// Exchanges the code, verifies the ID token, asks UserInfo.
    pub(crate) async fn redeem(&self, code: String, pending: Pending) -> anyhow::Result<SignedIn> {
        let mut discovered = self.discovered().await?;
        let tokens = discovered
            .client
            .exchange_code(AuthorizationCode::new(code))?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.pkce_verifier))
            .request_async(&self.http)
            .await
            .context("the token endpoint")?;
        let id_token = tokens.id_token().context("no ID token")?;

        // The provider rotates its keys: a key that we do not know may be newer than our copy. Look once more.
        if self.verify(&discovered, id_token, &pending.nonce).err() == Some(unknown_key()) {
            discovered = self.discover().await?;
        }
        let claims = self.verify(&discovered, id_token, &pending.nonce).context("the ID token")?;
        check_at_hash(&self.verifier(&discovered), id_token, claims, tokens.access_token())?;

        // Names and attachments come from UserInfo; the crate refuses an answer about somebody else than the ID token.
        let claims: Claims = discovered
            .client
            .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))?
            .request_async(&self.http)
            .await
            .context("UserInfo")?;
        Ok(SignedIn { claims, id_token: id_token.clone(), id_token_claims: payload(id_token)? })
    }

    /// Where the browser goes to end the provider's session too, if the provider has such an endpoint
    /// (OpenID Connect RP-Initiated Logout 1.0 §2).
    pub(crate) async fn logout_url(&self, id_token: &CoreIdToken, state: CsrfToken) -> anyhow::Result<Option<Url>> {
        let back = PostLogoutRedirectUrl::from_url(self.base_url.join("/deconnecte")?);
        Ok(self.discovered().await?.end_session.clone().map(|endpoint| {
            LogoutRequest::from(endpoint)
                .set_id_token_hint(id_token)
                .set_post_logout_redirect_uri(back)
                .set_state(state)
                .http_get_url()
        }))
    }

    /// Signature by a published key, `iss`, `aud`, `exp`, `nonce` (OpenID Connect Core §3.1.3.7).
    fn verify<'a>(
        &self,
        discovered: &Discovered,
        id_token: &'a CoreIdToken,
        nonce: &Nonce,
    ) -> Result<&'a CoreIdTokenClaims, ClaimsVerificationError> {
        id_token.claims(&self.verifier(discovered), nonce)
    }

    /// Accepts the one algorithm that was registered for this client: never the one that a token asks for.
    fn verifier<'a>(&self, discovered: &'a Discovered) -> CoreIdTokenVerifier<'a> {
        discovered.client.id_token_verifier().set_allowed_algs([self.app.id_token_alg.into()])
    }

    /// The provider's metadata and keys, fetched at the first need.
    async fn discovered(&self) -> anyhow::Result<Arc<Discovered>> {
        let known = self.discovered.lock().await.clone();
        match known {
            Some(discovered) => Ok(discovered),
            None => self.discover().await,
        }
    }

    /// Fetches the provider's metadata and keys (OpenID Connect Discovery §4).
    async fn discover(&self) -> anyhow::Result<Arc<Discovered>> {
        let metadata = ProviderMetadataWithLogout::discover_async(IssuerUrl::new(self.app.issuer.clone())?, &self.http)
            .await
            .context("discovery")?;
        let end_session = metadata.additional_metadata().end_session_endpoint.clone();
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.app.client_id.clone()),
            self.app.client_secret.clone(),
        )
        .set_auth_type(self.app.client_auth.clone())
        .set_redirect_uri(RedirectUrl::from_url(self.base_url.join("/retour")?));
        let discovered = Arc::new(Discovered { client, end_session });
        *self.discovered.lock().await = Some(Arc::clone(&discovered));
        Ok(discovered)
    }
}

/// The error that a rotation of keys may explain.
fn unknown_key() -> ClaimsVerificationError {
    ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)
}

/// The access token is the one that came with this ID token (OpenID Connect Core §3.1.3.8).
fn check_at_hash(
    verifier: &CoreIdTokenVerifier<'_>,
    id_token: &CoreIdToken,
    claims: &CoreIdTokenClaims,
    access_token: &AccessToken,
) -> anyhow::Result<()> {
    let expected = claims.access_token_hash().context("no at_hash")?;
    let actual = AccessTokenHash::from_token(access_token, id_token.signing_alg()?, id_token.signing_key(verifier)?)?;
    ensure!(*expected == actual, "at_hash does not match the access token");
    Ok(())
}

/// The claims of an ID token, as sent. Only for display, and only after `verify`.
fn payload(id_token: &CoreIdToken) -> anyhow::Result<serde_json::Value> {
    let compact = id_token.to_string();
    let encoded = compact.split('.').nth(1).context("an ID token has three parts")?;
    Ok(serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(encoded)?)?)
}

/// Our reqwest client under the trait that `openidconnect` calls.
#[derive(Clone)]
struct Http(reqwest::Client);

impl Http {
    fn new(issuer: &str) -> anyhow::Result<Self> {
        // Fails when the host program has installed a TLS provider already, which is as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            // A redirect could lead our credentials elsewhere: the provider's endpoints never answer with one.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(10));
        if issuer.starts_with("http://") {
            // A provider on this machine: no proxy on the way, and no need of the system's certificates.
            builder = builder.no_proxy().tls_certs_only([]);
        }
        Ok(Self(builder.build()?))
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpClientError<reqwest::Error>;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Self::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(Box::new)?;
            let answer = self.0.execute(request).await.map_err(Box::new)?;
            let mut response = http::Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                headers.clone_from(answer.headers());
            }
            let body = answer.bytes().await.map_err(Box::new)?;
            response.body(body.to_vec()).map_err(HttpClientError::Http)
        })
    }
}
