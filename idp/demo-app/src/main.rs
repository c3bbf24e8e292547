//! Runs the application alone, registered at a provider: see the README for the variables.

use std::env;

use anyhow::Context as _;
use idp_demo_app::{Accent, AuthType, ClientSecret, DemoApp, IdTokenAlg, serve};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().init();
    let base_url = variable("BASE_URL", "http://127.0.0.1:8081");
    let app = DemoApp {
        issuer: variable("ISSUER", "http://localhost:8080"),
        client_id: env::var("CLIENT_ID").context("CLIENT_ID: as registered at the provider")?,
        client_secret: env::var("CLIENT_SECRET").ok().map(ClientSecret::new),
        client_auth: match variable("CLIENT_AUTH", "client_secret_basic").as_str() {
            "client_secret_basic" => AuthType::BasicAuth,
            "client_secret_post" => AuthType::RequestBody,
            other => anyhow::bail!("CLIENT_AUTH is client_secret_basic or client_secret_post, not {other}"),
        },
        id_token_alg: match variable("ID_TOKEN_ALG", "RS256").as_str() {
            "RS256" => IdTokenAlg::Rs256,
            "ES256" => IdTokenAlg::Es256,
            other => anyhow::bail!("ID_TOKEN_ALG is RS256 or ES256, not {other}"),
        },
        name: variable("NAME", "Application de démonstration"),
        description: "Une application qui se connecte avec le compte Région.".to_owned(),
        accent: Accent::default(),
        base_url: base_url.clone(),
    };
    let listener = tokio::net::TcpListener::bind(variable("LISTEN", "127.0.0.1:8081")).await?;
    tracing::info!("open {base_url}");
    serve(listener, app, async {
        // Without a handler for Ctrl-C the process stops anyway.
        let _ = tokio::signal::ctrl_c().await;
    })
    .await
}

fn variable(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}
