//! A real browser: Chromium through one chromedriver per run.

use std::{
    fs,
    ops::Deref,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::{Value, json};
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};
use tokio::{sync::OnceCell, task};

use super::{
    absent,
    service::{Absent, Plan, Service, find, folder},
};

static DRIVER: OnceCell<Result<(Service, u16), Absent>> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(1);

const AXE: &str = include_str!("../../browser/axe.min.js");
/// The rules of WCAG 2.2 level AA and axe's own advice.
const AXE_RUN: &str =
    "axe.run(document, { resultTypes: ['violations'], preload: false }).then(found => found.violations.map(violation =>
    `${violation.id} (${violation.impact}): ${violation.help}\\n` +
    violation.nodes.map(node => `    ${node.target.join(' ')}: ${node.html}`).join('\\n')))";
const ARGUMENTS: [&str; 8] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser window; derefs to [`WebDriver`]. The harness closes it.
#[derive(Clone)]
pub struct Browser(WebDriver);

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.0
    }
}

impl Browser {
    /// Opens a window with a profile in `folder`.
    pub(super) async fn open(folder: &Path) -> Self {
        let port = driver().await;
        let profile = folder.join(format!("browser-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
        let mut wanted = DesiredCapabilities::chrome();
        let arguments = ARGUMENTS.into_iter().map(str::to_owned);
        for argument in arguments.chain([format!("--user-data-dir={}", profile.display())]) {
            wanted.add_arg(&argument).expect("a browser argument");
        }
        wanted.set_browser_log_level(LoggingPrefsLogLevel::Warning).expect("a browser log");
        Self(WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await.expect("a browser session"))
    }

    pub(super) async fn close(self) {
        if let Err(error) = self.0.quit().await {
            eprintln!("closing a browser: {error}");
        }
    }

    /// Gives the page this many CSS pixels, as a telephone (360 × 740) or a desk has (1280 × 900).
    pub async fn set_viewport(&self, width: u32, height: u32) {
        let emulation = self.0.cdp();
        emulation.emulation().set_device_metrics_override(width, height, 1.0, width < 600).await.expect("a viewport");
    }

    /// Saves what the window shows as tests/artifacts/NAME.png.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let file = artifacts().join(format!("{name}.png"));
        fs::write(&file, self.0.screenshot_as_png().await.expect("a screenshot")).expect("tests/artifacts");
        file
    }

    /// What axe-core finds wrong with the page, one text per rule; nothing is what a page should have.
    ///
    /// Goes through the debugger, so that the page's Content-Security-Policy stays as strict as in life.
    pub async fn axe(&self) -> Vec<String> {
        // Large: a page that was judged before, in another mode, has it.
        if self.evaluate("typeof axe").await == "undefined" {
            self.evaluate(&format!("{AXE};0")).await;
        }
        let found = self.evaluate(AXE_RUN).await;
        serde_json::from_value(found).expect("axe's findings")
    }

    /// The value of a JavaScript expression, awaited; the page's policy does not apply to it.
    pub async fn evaluate(&self, expression: &str) -> Value {
        let order = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.0.cdp().send_raw("Runtime.evaluate", order).await.expect("an evaluation");
        assert!(answer.get("exceptionDetails").is_none(), "{answer:#}");
        answer["result"]["value"].take()
    }
}

/// Where screenshots go; not kept in the repository.
pub fn artifacts() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts");
    fs::create_dir_all(&folder).expect("tests/artifacts");
    folder
}

/// Stops chromedriver, if this run started it.
pub fn stop() {
    if let Some(Ok((service, _))) = DRIVER.get() {
        service.stop();
    }
}

async fn driver() -> u16 {
    match DRIVER.get_or_init(|| async { task::spawn_blocking(start).await.expect("no panic") }).await {
        Ok((_, port)) => *port,
        Err(why) => absent(why),
    }
}

fn start() -> Result<(Service, u16), Absent> {
    let program = find("chromedriver", &[])?;
    find("chromium", &[]).or_else(|_| find("google-chrome", &[]))?;
    // The port that it picks may be taken by another program before it has both of its addresses.
    (0..5).find_map(|_| start_driver(&program).ok()).map_or_else(|| start_driver(&program).map_err(Absent::from), Ok)
}

fn start_driver(program: &Path) -> Result<(Service, u16), String> {
    let folder = folder("browser")?;
    // It picks a free port and says which: "ChromeDriver was started successfully on port 40123."
    let program = program.to_owned();
    let plan = Plan { program, arguments: vec!["--port=0".into()], folder: &folder, stop_signal: "TERM", user: None };
    Service::start(plan, |line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    })
}
