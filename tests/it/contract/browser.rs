//! The harness' browser, on a page as strict as ours.

use axum::{Router, http::header, response::Html, routing::get};
use tokio::net::TcpListener;

use crate::harness::{Env, suite};

suite! {
    once: axe_judges_a_page_with_a_strict_policy, the_viewport_is_in_css_pixels, what_the_policy_blocks_is_in_the_browsers_log;
}

/// One mistake: an image without a text.
const PAGE: &str = "<!doctype html><html lang=fr><meta charset=utf-8><meta name=viewport content=width=device-width><title>Essai</title>\
    <main><h1>Essai</h1><img src=/logo></main></html>";
const POLICY: &str = "default-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let page = || async { ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(PAGE)) };
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", get(page))).await });
    format!("http://{address}/")
}

async fn axe_judges_a_page_with_a_strict_policy(env: Env) {
    let browser = env.browser().await;
    browser.goto(serve().await).await.unwrap();
    let found = browser.axe().await;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("image-alt (critical)"), "{found:#?}");
}

async fn the_viewport_is_in_css_pixels(env: Env) {
    let browser = env.browser().await;
    browser.set_viewport(360, 740).await;
    browser.goto(serve().await).await.unwrap();
    assert_eq!(browser.evaluate("[innerWidth, innerHeight].join()").await, "360,740");
    let png = std::fs::read(browser.screenshot("harness").await).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
}

/// What the page tests rely on when they find the log empty.
async fn what_the_policy_blocks_is_in_the_browsers_log(env: Env) {
    let browser = env.browser().await;
    browser.goto(serve().await).await.unwrap();
    let log = browser.browser_log().await.unwrap();
    assert!(log.iter().any(|entry| entry.message.contains("Content Security Policy")), "{log:?}");
}
