//! Every page in both languages holds to the rules that all pages share.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use std::collections::BTreeSet;

use consent_ui::{Lang, Ui, assets, samples::samples};

/// Every page as (name and language, HTML).
fn pages() -> Vec<(String, String)> {
    let ui = Ui::new();
    let render = |lang: Lang| {
        let pages = samples(&ui, lang).into_iter();
        pages.map(move |sample| (format!("{} {}", sample.name, lang.tag()), sample.html.unwrap())).collect::<Vec<_>>()
    };
    Lang::ALL.into_iter().flat_map(render).collect()
}

/// The values of an attribute, wherever it stands.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let opening = format!(" {attribute}=\"");
    html.split(&opening).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect()
}

/// The tags of an element, as written.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let opening = format!("<{name} ");
    html.split(&opening).skip(1).filter_map(|rest| Some(rest.split_once('>')?.0)).collect()
}

#[test]
fn every_page_has_one_heading_a_language_and_a_title() {
    for (name, html) in pages() {
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert_eq!(html.matches("<main").count(), 1, "{name}");
        let lang = name.rsplit_once(' ').unwrap().1;
        assert!(html.starts_with(&format!("<!doctype html>\n<html lang=\"{lang}\">")), "{name}");
        assert!(html.contains("<a class=\"skip\" href=\"#contenu\">") && html.contains("id=\"contenu\""), "{name}");
        let title = html.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
        assert!(
            title.ends_with(" – Sicorra Connect") && !title.starts_with(' ') && !title.contains('\n'),
            "{name}: {title}"
        );
    }
}

#[test]
fn no_page_has_inline_style_or_script() {
    for (name, html) in pages() {
        assert!(values(&html, "style").is_empty() && !html.contains("<style"), "{name}");
        let handlers = ["onclick", "onload", "onsubmit", "onerror", "onchange", "onfocus"];
        assert!(handlers.iter().all(|handler| values(&html, handler).is_empty()), "{name}");
        for script in tags(&html, "script") {
            assert!(script.contains("type=\"module\" src=\"/static/"), "{name}: {script}");
        }
        assert!(!html.contains("javascript:") && !html.contains("data:"), "{name}");
    }
}

#[test]
fn every_control_has_a_label_and_every_reference_a_target() {
    for (name, html) in pages() {
        let ids = values(&html, "id");
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "an id is there twice: {name}");
        let labelled = values(&html, "for");
        for input in tags(&html, "input").into_iter().filter(|input| !input.contains("type=\"hidden\"")) {
            let id = input.split_once("id=\"").unwrap().1.split_once('"').unwrap().0;
            assert!(labelled.contains(&id), "{name}: {id} has no label");
        }
        let described = values(&html, "aria-describedby").into_iter().flat_map(str::split_whitespace);
        let linked = values(&html, "href").into_iter().filter_map(|href| href.strip_prefix('#'));
        for id in described.chain(values(&html, "aria-labelledby")).chain(labelled).chain(linked) {
            assert!(ids.contains(&id), "{name}: nothing has the id {id}");
        }
    }
}

#[test]
fn errors_come_first_and_say_so_in_the_title() {
    for (name, html) in pages() {
        let Some((_, after)) = html.split_once("role=\"alert\"") else { continue };
        assert!(after.starts_with(" tabindex=\"-1\" autofocus>") && after.contains("<h1"), "{name}");
        assert!(html.contains("<title>Erreur\u{202f}: ") || html.contains("<title>Error: "), "{name}");
    }
}

#[test]
fn a_typed_email_is_kept_and_escaped_and_a_password_never_is() {
    let html = page("sign-in-wrong fr");
    assert!(html.contains("value=\"tristan.blanc@maformation.example\""));
    assert!(tags(&html, "input").iter().any(|tag| tag.contains("id=\"password\"") && !tag.contains(" value=")));

    let ui = Ui::new();
    let chrome = consent_ui::Chrome::new(&ui, Lang::Fr);
    let email = "\"><script>alert(1)</script>".to_owned();
    let view = consent_ui::views::SignIn {
        chrome,
        asked: None,
        flow: String::new(),
        email,
        reauth: None,
        errors: Vec::new(),
        forgotten_url: None,
        legacy_help_url: None,
    };
    assert!(!view.render().unwrap().contains("<script>"));
}

#[test]
fn pages_that_are_not_there_are_not_linked() {
    let html = page("sign-in fr");
    assert!(!html.contains("/self-service/") && !html.contains("/rattachement/"));
}

#[test]
fn forms_carry_the_ids_and_fields_that_other_programs_rely_on() {
    let expected: [(&str, &[&str]); 8] = [
        (
            "sign-in fr",
            &[
                "id=\"login-form\" method=\"post\" action=\"/connexion\"",
                "id=\"login-submit\"",
                "name=\"email\"",
                "name=\"password\"",
            ],
        ),
        (
            "consent fr",
            &[
                "id=\"consent-form\" method=\"post\" action=\"/consentement\"",
                "id=\"consent-allow\" name=\"decision\" value=\"accept\"",
                "id=\"consent-deny\" name=\"decision\" value=\"refuse\"",
            ],
        ),
        ("logout fr", &["id=\"logout-form\" method=\"post\" action=\"/deconnexion\"", "id=\"logout-submit\""]),
        (
            "sign-up fr",
            &[
                "id=\"sign-up-form\" method=\"post\" action=\"/self-service/creation-compte\"",
                "id=\"email\" name=\"email\"",
                "id=\"password\" name=\"password\"",
                "id=\"password_confirmation\" name=\"password_confirmation\"",
                "id=\"civility-madame\" name=\"civility\" value=\"madame\"",
                "id=\"civility-monsieur\" name=\"civility\" value=\"monsieur\"",
                "id=\"given_name\" name=\"given_name\"",
                "id=\"family_name\" name=\"family_name\"",
            ],
        ),
        ("sign-up-sent fr", &["method=\"post\" action=\"/self-service/creation-compte/renvoi\""]),
        (
            "confirm-password fr",
            &[
                "id=\"confirm-form\" method=\"post\" action=\"/self-service/validation-compte\"",
                "<input type=\"hidden\" name=\"token\" value=\"token\">",
                "id=\"password\" name=\"password\"",
                "id=\"confirm-submit\" name=\"decision\" value=\"accept\"",
                "id=\"confirm-refuse\" name=\"decision\" value=\"refuse\"",
            ],
        ),
        ("logged-out fr", &["<main id=\"logged-out\">"]),
        ("error-not-found fr", &["<main id=\"error-page\">"]),
    ];
    for (name, parts) in expected {
        let html = page(name);
        for part in parts {
            assert!(html.contains(part), "{name}: {part}");
        }
    }
    for name in [
        "sign-in fr",
        "consent fr",
        "logout fr",
        "choose-attachment fr",
        "no-access fr",
        "sign-up fr",
        "sign-up-sent fr",
    ] {
        assert!(page(name).contains("<input type=\"hidden\" name=\"flow\""), "{name}");
    }
}

#[test]
fn p01_the_sign_up_form_has_the_labels_of_the_notice() {
    let html = page("sign-up fr");
    let star = "<span class=\"mandatory\" aria-hidden=\"true\"> *</span>";
    let mandatory = ["Email de connexion", "Mot de passe", "Confirmer le mot de passe", "Prénom", "Nom"];
    let words = ["Madame", "Monsieur", "Vos informations de connexion", "Vos informations personnelles"];
    let buttons = ["Créer mon compte", "Revenir à l’accueil"];
    for label in mandatory {
        assert!(html.contains(&format!(">{label}{star}")), "{label}");
    }
    for words in words.into_iter().chain(buttons) {
        assert!(html.contains(&format!(">{words}<")), "{words}");
    }
    assert!(page("home fr").contains("href=\"/self-service/creation-compte\">Créer un compte</a>"));
}

#[test]
fn p02_the_password_rule_is_said_before_it_is_typed() {
    let html = page("sign-up fr");
    let (before, _) = html.split_once("type=\"password\"").unwrap();
    assert!(before.contains("Il doit contenir au moins 8 caractères avec au moins un caractère minuscule, un caractère majuscule, un chiffre et un caractère spécial."));
    assert!(page("sign-up-needs-two fr").contains("au moins un chiffre et un caractère spécial."));
}

#[test]
fn p01_what_was_typed_is_kept_but_the_passwords() {
    let html = page("sign-up-differs fr");
    for kept in ["value=\"edouard.blanc@maformation.example\"", "value=\"Édouard\"", "value=\"monsieur\" checked"] {
        assert!(html.contains(kept), "{kept}");
    }
    let secrets = tags(&html, "input").into_iter().filter(|tag| tag.contains("type=\"password\""));
    assert_eq!(secrets.inspect(|tag| assert!(!tag.contains(" value="), "{tag}")).count(), 2);
}

#[test]
fn p05_a_first_sign_in_shows_the_two_doors() {
    let html = page("my-space-first-steps fr");
    assert!(html.contains("href=\"/rattachement/etablissement\">Accéder à une nouvelle application</a>"));
    assert!(html.contains("href=\"/rattachement/ancien-compte\">Se lier à un ancien compte Sicorra</a>"));
    assert!(!page("my-space-unattached fr").contains("/rattachement/"));
}

#[test]
fn every_static_address_is_an_asset() {
    for (name, html) in pages() {
        for address in values(&html, "href").into_iter().chain(values(&html, "src")) {
            let Some(path) = address.strip_prefix(assets::PREFIX) else { continue };
            assert!(assets::find(path.split('?').next().unwrap()).is_some(), "{name}: {address}");
        }
    }
}

fn page(name: &str) -> String {
    pages().into_iter().find(|(page, _)| page == name).unwrap().1
}
