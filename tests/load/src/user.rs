//! A person at a browser and the application behind it: sign-in, consent, code, tokens, UserInfo. Every answer is
//! checked.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use idp::demo::PASSWORD;
use serde::Deserialize;
use url::Url;

use crate::{
    http::{Answer, Connection, get, post},
    node::Node,
    prepare::email,
};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const STATE: &str = "af0ifjsldkj-af0ifjsldkj-af0ifjsldkj";
const NONCE: &str = "n-0S6_WzA2Mj-n-0S6_WzA2Mj-n-0S6_WzA2Mj";

/// One of the demo clients, by the algorithm that signs its tokens.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    pub id: &'static str,
    pub algorithm: &'static str,
    secret: &'static str,
    redirect_uri: &'static str,
    basic: bool,
}

/// HTTP Basic, RS256.
pub const SEMAFOR: Client = Client {
    id: "semafor",
    algorithm: "RS256",
    secret: "demo-semafor-for-this-machine-only",
    redirect_uri: "http://127.0.0.1:8081/retour",
    basic: true,
};
/// Secret in the form, ES256.
pub const APERA: Client = Client {
    id: "apera-net",
    algorithm: "ES256",
    secret: "demo-apera-net-for-this-machine-only",
    redirect_uri: "http://127.0.0.1:8082/retour",
    basic: false,
};

/// A person, signed in, who has agreed once.
pub struct User {
    connection: Connection,
    host: String,
    issuer: String,
    client: Client,
    authorize: Vec<u8>,
    sub: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    id_token: String,
    token_type: String,
}

#[derive(Deserialize)]
struct IdToken {
    iss: String,
    sub: String,
    aud: String,
    nonce: String,
}

#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    roles: Vec<String>,
}

impl User {
    /// Signs a person in, agrees to the client, and walks the flow once.
    pub async fn sign_in(node: &Node, number: usize, client: Client) -> anyhow::Result<Self> {
        let mut connection = Connection::open(node.address).await?;
        let mut cookies = Cookies::default();
        let path = format!("/oauth2/authorize?{}", query(client));
        let answer = connection.send(&get(&node.host, &path, &[])).await?;
        cookies.keep(&answer);
        let page = connection.send(&get(&node.host, location(&answer)?, &[("cookie", &cookies.line())])).await?;
        let form = [("flow", field(&page)?), ("email", &email(number)), ("password", PASSWORD)];
        let mut answer = send_form(&mut connection, node, &mut cookies, "/connexion", &form).await?;
        // To the request again, to the consent page, and on.
        for _ in 0..6 {
            let to = location(&answer)?.to_owned();
            if !to.starts_with('/') {
                break;
            }
            answer = connection.send(&get(&node.host, &to, &[("cookie", &cookies.line())])).await?;
            if answer.status == 200 {
                let form = [("flow", field(&answer)?), ("decision", "accept")];
                answer = send_form(&mut connection, node, &mut cookies, "/consentement", &form).await?;
            }
        }
        let authorize = get(&node.host, &path, &[("cookie", &cookies.line())]);
        let issuer = format!("http://{}", node.host);
        let mut user = Self { connection, host: node.host.clone(), issuer, client, authorize, sub: None };
        user.flow().await?;
        Ok(user)
    }

    /// authorize → code → tokens → UserInfo.
    pub async fn flow(&mut self) -> anyhow::Result<()> {
        let code = self.code().await?;
        let access_token = self.redeem(&code).await?;
        self.userinfo(&access_token).await
    }

    /// With session and consent, a code at once.
    pub async fn code(&mut self) -> anyhow::Result<String> {
        let answer = self.connection.send(&self.authorize).await?.expect(303)?;
        let to = Url::parse(location(&answer)?)?;
        let given = |name: &str| to.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        ensure!(given("state").as_deref() == Some(STATE) && given("iss").as_ref() == Some(&self.issuer), "{to}");
        given("code").with_context(|| format!("no code in {to}"))
    }

    /// A code for tokens; gives the access token.
    pub async fn redeem(&mut self, code: &str) -> anyhow::Result<String> {
        let request = self.token_request(code);
        let answer = self.connection.send(&request).await?.expect(200)?;
        let tokens: Tokens = serde_json::from_str(&answer.body)?;
        let id: IdToken = payload(&tokens.id_token)?;
        let right = tokens.token_type == "Bearer"
            && tokens.access_token.matches('.').count() == 2
            && id.iss == self.issuer
            && id.aud == self.client.id
            && id.nonce == NONCE
            && *self.sub.get_or_insert_with(|| id.sub.clone()) == id.sub;
        ensure!(right, "other tokens than asked for: {}", answer.body);
        Ok(tokens.access_token)
    }

    async fn userinfo(&mut self, access_token: &str) -> anyhow::Result<()> {
        let bearer = format!("Bearer {access_token}");
        let request = get(&self.host, "/oauth2/userinfo", &[("authorization", &bearer)]);
        let answer = self.connection.send(&request).await?.expect(200)?;
        let claims: UserInfo = serde_json::from_str(&answer.body)?;
        ensure!(self.sub.as_deref() == Some(&claims.sub) && !claims.roles.is_empty(), "{}", answer.body);
        Ok(())
    }

    fn token_request(&self, code: &str) -> Vec<u8> {
        let client = self.client;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", client.redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        if client.basic {
            let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", client.id, client.secret)));
            return post(&self.host, "/oauth2/token", &[("authorization", &basic)], &form);
        }
        form.extend([("client_id", client.id), ("client_secret", client.secret)]);
        post(&self.host, "/oauth2/token", &[], &form)
    }
}

/// Somebody who only signs in, with a password, each time anew.
pub struct Visitor {
    connection: Connection,
    host: String,
    cookies: Cookies,
    flow: String,
}

impl Visitor {
    /// Opens the sign-in page.
    pub async fn open(node: &Node) -> anyhow::Result<Self> {
        let mut connection = Connection::open(node.address).await?;
        let mut cookies = Cookies::default();
        let page = connection.send(&get(&node.host, "/connexion", &[])).await?;
        cookies.keep(&page);
        let flow = field(&page)?.to_owned();
        Ok(Self { connection, host: node.host.clone(), cookies, flow })
    }

    /// Signs a person in; the session is left behind.
    pub async fn sign_in(&mut self, number: usize) -> anyhow::Result<()> {
        let origin = format!("http://{}", self.host);
        let cookie = self.cookies.line();
        let headers = [("origin", origin.as_str()), ("sec-fetch-site", "same-origin"), ("cookie", &cookie)];
        let form = [("flow", self.flow.as_str()), ("email", &email(number)), ("password", PASSWORD)];
        let answer = self.connection.send(&post(&self.host, "/connexion", &headers, &form)).await?.expect(303)?;
        let session = answer.headers("set-cookie").any(|line| line.starts_with("sid="));
        ensure!(session, "no session was opened");
        Ok(())
    }
}

#[derive(Default)]
struct Cookies(BTreeMap<String, String>);

impl Cookies {
    fn keep(&mut self, answer: &Answer) {
        for line in answer.headers("set-cookie") {
            let pair = line.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn line(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

async fn send_form(
    connection: &mut Connection,
    node: &Node,
    cookies: &mut Cookies,
    path: &str,
    form: &[(&str, &str)],
) -> anyhow::Result<Answer> {
    let (origin, cookie) = (format!("http://{}", node.host), cookies.line());
    let headers = [("origin", origin.as_str()), ("sec-fetch-site", "same-origin"), ("cookie", &cookie)];
    let answer = connection.send(&post(&node.host, path, &headers, form)).await?.expect(303)?;
    cookies.keep(&answer);
    Ok(answer)
}

fn query(client: Client) -> String {
    let pairs = [
        ("client_id", client.id),
        ("redirect_uri", client.redirect_uri),
        ("response_type", "code"),
        ("scope", "openid profile email attachments"),
        ("state", STATE),
        ("nonce", NONCE),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn location(answer: &Answer) -> anyhow::Result<&str> {
    answer.header("location").with_context(|| format!("no redirect: {} {}", answer.status, answer.body))
}

/// The sealed request in a form.
fn field(page: &Answer) -> anyhow::Result<&str> {
    let value = page.body.split("name=\"flow\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.with_context(|| format!("no form: {} {}", page.status, page.body))
}

fn payload<T: for<'de> Deserialize<'de>>(token: &str) -> anyhow::Result<T> {
    let part = token.split('.').nth(1).context("a token of three parts")?;
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part)?)?)
}
