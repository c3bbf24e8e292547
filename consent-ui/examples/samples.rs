//! Writes every sample page and the static files into a folder, to look at them:
//!
//! ```sh
//! cargo run -p consent-ui --example samples -- FOLDER
//! python3 -m http.server --bind 127.0.0.1 --directory FOLDER
//! ```
//!
//! Pages are `FOLDER/fr/NAME.html` and `FOLDER/en/NAME.html`, mails `FOLDER/fr/mail-NAME.html`; `FOLDER/index.html`
//! links to them.

use std::{error::Error, fmt::Write, fs, path::PathBuf};

use consent_ui::{Lang, Ui, assets, samples};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name the folder to write into")?);
    let ui = Ui::new();
    let mut index = String::from("<!doctype html><html lang=\"en\"><title>Samples</title><h1>Samples</h1><ul>");
    for lang in Lang::ALL {
        fs::create_dir_all(folder.join(lang.tag()))?;
        for sample in samples::samples(&ui, lang) {
            let path = format!("{}/{}.html", lang.tag(), sample.name);
            fs::write(folder.join(&path), sample.html?)?;
            write!(index, "<li><a href=\"{path}\">{path}</a>")?;
        }
        for sample in samples::mails(&ui, lang) {
            let path = format!("{}/mail-{}.html", lang.tag(), sample.name);
            fs::write(folder.join(&path), sample.mail?.html)?;
            write!(index, "<li><a href=\"{path}\">{path}</a>")?;
        }
    }
    fs::write(folder.join("index.html"), index)?;
    for asset in assets::ASSETS {
        let path = folder.join(assets::PREFIX.trim_start_matches('/')).join(asset.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, asset.bytes)?;
    }
    Ok(())
}
