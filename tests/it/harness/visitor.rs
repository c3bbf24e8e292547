//! Somebody at a real browser: opens, reads, types, clicks, and looks at the page in every mode.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use thirtyfour::{By, WebElement, prelude::ElementQueryable};

use super::{Browser, Env, browser::artifacts};

const PATIENCE: Duration = Duration::from_secs(20);
const GLANCE: Duration = Duration::from_millis(25);

/// Whether the focused element shows its ring, and where the focus is.
const FOCUS: &str = "(() => {
    const at = document.activeElement, after = getComputedStyle(at, '::after'), own = getComputedStyle(at);
    const ring = style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return { id: at.id, html: at.outerHTML.slice(0, 120), visible: ring(own) || ring(after) };
})()";
/// How far the page reaches beyond the window, CSS pixels, and what does.
const OVERFLOW: &str = "(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return '';
    return [...document.querySelectorAll('body *')].filter(it => it.getBoundingClientRect().right > width + .5)
        .map(it => it.outerHTML.slice(0, 90)).join('\\n');
})()";

/// Ways to show a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// 1280 × 900.
    Desk,
    /// 320 px, the width of WCAG 1.4.10.
    Narrow,
    /// Dark colours.
    Dark,
    /// A desk at 200 %: 640 px, two device pixels each.
    Zoomed,
    /// The person's own few colours.
    Forced,
}

impl Mode {
    /// All of them; the desk last, where the visitor goes on.
    const ALL: [Self; 5] = [Self::Narrow, Self::Dark, Self::Zoomed, Self::Forced, Self::Desk];
    /// Enough where only the words are new.
    const WORDS: [Self; 2] = [Self::Narrow, Self::Desk];

    fn name(self) -> &'static str {
        match self {
            Self::Desk => "1280",
            Self::Narrow => "320",
            Self::Dark => "1280-dark",
            Self::Zoomed => "200-percent",
            Self::Forced => "forced-colors",
        }
    }
}

/// A browser and who sits at it.
pub struct Visitor {
    pub browser: Browser,
    name: &'static str,
}

impl Visitor {
    /// At a desk, preferring one language; `name` begins the names of the screenshots.
    pub async fn new(env: &Env, name: &'static str, lang: &str) -> Self {
        let visitor = Self { browser: env.browser().await, name };
        let headers = json!({ "headers": { "Accept-Language": lang } });
        visitor.order("Network.enable", json!({})).await;
        visitor.order("Network.setExtraHTTPHeaders", headers).await;
        visitor.order("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await;
        visitor.show(Mode::Desk).await;
        visitor
    }

    /// A command of the Chrome DevTools Protocol.
    pub async fn order(&self, method: &str, parameters: Value) -> Value {
        self.browser.cdp().send_raw(method, parameters).await.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// No page runs a script from now on.
    pub async fn without_scripts(&self) {
        self.order("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }

    pub async fn open(&self, address: &str) {
        self.browser.goto(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// Waits for an element.
    pub async fn see(&self, selector: &str) -> WebElement {
        let wanted = self.browser.query(By::Css(selector)).wait(PATIENCE, GLANCE).first().await;
        match wanted {
            Ok(element) => element,
            Err(_) => panic!("no {selector} in {}:\n{}", self.address().await, self.text("body").await),
        }
    }

    /// The text of an element, waited for.
    pub async fn text(&self, selector: &str) -> String {
        let found = self.browser.query(By::Css(selector)).wait(PATIENCE, GLANCE).first().await.expect(selector);
        found.text().await.expect("a text")
    }

    /// Checks what an element says, piece by piece.
    pub async fn reads(&self, selector: &str, pieces: &[&str]) {
        self.see(selector).await;
        let text = self.text(selector).await.replace(['\u{a0}', '\u{202f}'], " ");
        for piece in pieces {
            assert!(text.contains(piece), "{selector} does not say {piece:?}: {text}");
        }
    }

    pub async fn click(&self, selector: &str) {
        self.see(selector).await.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Types over what is in a field.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.see(selector).await;
        field.clear().await.expect("an empty field");
        field.send_keys(text).await.expect("a typed text");
    }

    /// Fills the sign-in form and sends it.
    pub async fn sign_in(&self, email: &str, password: &str) {
        self.fill("#email", email).await;
        self.fill("#password", password).await;
        self.click("#login-submit").await;
    }

    pub async fn address(&self) -> String {
        self.browser.current_url().await.expect("an address").to_string()
    }

    /// Presses keys where the focus is.
    pub async fn press(&self, keys: impl AsRef<str>) {
        self.browser.action_chain().send_keys(keys.as_ref()).perform().await.expect("keys");
    }

    /// Goes from control to control until the one with this id; each shows that it has the focus.
    pub async fn tab_to(&self, id: &str) {
        for _ in 0..20 {
            self.press(String::from('\u{e004}')).await;
            let focus = self.browser.evaluate(FOCUS).await;
            assert_eq!(focus["visible"], true, "no focus ring: {}", focus["html"]);
            if focus["id"] == id {
                return;
            }
        }
        panic!("the keyboard does not reach {id}");
    }

    /// The id of the element that has the focus.
    pub async fn focus(&self) -> Value {
        self.browser.evaluate(FOCUS).await
    }

    /// Shows pages this way from now on.
    pub async fn show(&self, mode: Mode) {
        let (width, height, scale) = match mode {
            Mode::Desk | Mode::Dark | Mode::Forced => (1280, 900, 1),
            Mode::Narrow => (320, 640, 1),
            Mode::Zoomed => (640, 450, 2),
        };
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": width == 320 });
        self.order("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if mode == Mode::Dark { "dark" } else { "light" };
        let forced = if mode == Mode::Forced { "active" } else { "none" };
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme }, { "name": "forced-colors", "value": forced },
            { "name": "prefers-reduced-motion", "value": "reduce" }
        ] });
        self.order("Emulation.setEmulatedMedia", features).await;
    }

    /// The page in every mode, checked and photographed.
    pub async fn look(&self, page: &str) {
        self.look_in(&Mode::ALL, page).await;
    }

    /// The page narrow and wide, checked and photographed: where another page has shown the same parts in every mode.
    pub async fn glance(&self, page: &str) {
        self.look_in(&Mode::WORDS, page).await;
    }

    async fn look_in(&self, modes: &[Mode], page: &str) {
        self.see("h1").await;
        for &mode in modes {
            self.show(mode).await;
            let place = format!("{}-{page}-{}", self.name, mode.name());
            self.photograph(&place).await;
            let beyond = self.browser.evaluate(OVERFLOW).await;
            assert_eq!(beyond, "", "{place} scrolls sideways");
            // For axe a zoomed page is a narrow page.
            if mode != Mode::Zoomed {
                let found = self.browser.axe().await;
                assert!(found.is_empty(), "{place}:\n{}", found.join("\n"));
            }
        }
    }

    /// The whole page as tests/artifacts/NAME.png, once its font is there.
    pub async fn photograph(&self, name: &str) {
        self.browser.evaluate("document.fonts.ready.then(() => 0)").await;
        let size = &self.order("Page.getLayoutMetrics", json!({})).await["cssContentSize"];
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let wanted = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let taken = self.order("Page.captureScreenshot", wanted).await;
        let png = STANDARD.decode(taken["data"].as_str().expect("a picture")).expect("base64");
        std::fs::write(artifacts().join(format!("{name}.png")), png).expect("tests/artifacts");
    }

    /// The browser has complained of nothing: no refused resource, no blocked script, no missing file.
    ///
    /// It also notes every answer of status 4xx; those of addresses in `expected` are meant.
    pub async fn assert_no_complaint(&self, expected: &[&str]) {
        let entries = self.browser.browser_log().await.expect("the browser's log");
        let meant = |message: &str| {
            message.contains("Failed to load resource") && expected.iter().any(|address| message.contains(address))
        };
        let complaints: Vec<_> =
            entries.iter().filter(|entry| !meant(&entry.message)).map(|entry| &entry.message).collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
