//! Every mail in both languages holds to the rules that all mails share.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use consent_ui::{
    Lang, Ui,
    mails::{ConfirmAccountMail, Mail},
    samples::mails,
};

/// Every mail as (name and language, links, mail).
fn all() -> Vec<(String, Vec<String>, Mail)> {
    let ui = Ui::new();
    let render = |lang: Lang| {
        let mails = mails(&ui, lang).into_iter();
        mails
            .map(move |mail| (format!("{} {}", mail.name, lang.tag()), mail.links, mail.mail.unwrap()))
            .collect::<Vec<_>>()
    };
    Lang::ALL.into_iter().flat_map(render).collect()
}

#[test]
fn every_mail_has_a_subject_its_links_and_short_lines() {
    for (name, links, mail) in all() {
        assert!(!mail.subject.is_empty() && !mail.subject.contains(char::is_control), "{name}");
        for link in links {
            assert!(mail.text.lines().any(|line| line == link), "{name}: {link} is not in the text");
            assert!(mail.html.contains(&format!("href=\"{link}\"")), "{name}: {link} is not in the HTML");
            assert!(mail.html.contains(&format!(">{link}</a>")), "{name}: {link} cannot be copied from the HTML");
        }
        // RFC 5322 §2.1.1
        for line in mail.text.lines().chain(mail.html.lines()) {
            assert!(line.len() <= 998, "{name}: {line}");
        }
        let lang = name.rsplit_once(' ').unwrap().1;
        assert!(mail.html.starts_with(&format!("<!doctype html>\n<html lang=\"{lang}\">")), "{name}");
        assert!(mail.text.ends_with("Montrochet\n") && mail.text.contains("CS 20033 - 69269 Lyon Cedex 2"), "{name}");
    }
}

#[test]
fn no_mail_shows_a_key_or_needs_anything_from_elsewhere() {
    for (name, _, mail) in all() {
        assert!(!mail.text.contains("mail-") && !mail.subject.contains("mail-"), "{name}");
        for wrong in ["<img", "<script", "<style", "<link", "<table", "src=", "url("] {
            assert!(!mail.html.contains(wrong), "{name}: {wrong}");
        }
    }
}

#[test]
fn p03_the_confirmation_mail_has_the_wording_of_the_notice() {
    let link = "https://sicorra.example/self-service/validation-compte?token=t";
    let mail = ConfirmAccountMail { link: link.to_owned() }.render(&Ui::new(), Lang::Fr).unwrap();
    let parts = [
        "Bonjour,",
        "Pour valider votre compte, veuillez cliquer sur le bouton suivant:",
        "Valider mon compte",
        "Si le bouton ci-dessus ne fonctionne pas, cliquez ou copiez/collez le texte suivant dans un navigateur:",
        link,
        "Cordialement,",
        "L’équipe Sicorra",
        "Ceci est un e-mail automatique, merci de ne pas répondre.",
        "Conseil régional Auvergne-Rhône-Alpes",
        "1 esplanade François Mitterrand",
    ];
    for body in [&mail.text, &mail.html] {
        let mut rest = body.as_str();
        for part in parts {
            rest = rest.split_once(part).unwrap_or_else(|| panic!("{part} is missing, or not in its place: {body}")).1;
        }
    }
}

#[test]
fn h10_a_value_in_a_mail_stays_a_value() {
    let link = "https://sicorra.example/?token=\"><script>alert(1)</script>".to_owned();
    let mail = ConfirmAccountMail { link }.render(&Ui::new(), Lang::Fr).unwrap();
    assert!(!mail.html.contains("<script>") && !mail.html.contains("token=\""));
}
