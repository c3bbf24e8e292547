//! The way to an account: form, mail sent, confirmation.

use super::{Sample, newcomer, sample, visitor};
use crate::{Chrome, Lang, NavItem, Ui, views::*};

const EMAIL: &str = "edouard.blanc@maformation.example";

pub(super) fn pages(ui: &Ui, lang: Lang) -> Vec<Sample> {
    [forms(ui, lang), sent(ui, lang), confirmation(ui, lang)].into_iter().flatten().collect()
}

fn forms(ui: &Ui, lang: Lang) -> Vec<Sample> {
    use SignUpError::*;
    let page = |errors: &[SignUpError]| SignUp {
        chrome: Chrome { current: Some(NavItem::SignUp), ..newcomer(ui, lang) },
        flow: "flow".into(),
        email: EMAIL.into(),
        civility: Some(Civility::Monsieur),
        given_name: "Édouard".into(),
        family_name: "Blanc".into(),
        errors: errors.to_vec(),
    };
    let empty = |errors: &[SignUpError]| SignUp {
        email: String::new(),
        civility: None,
        given_name: String::new(),
        family_name: String::new(),
        ..page(errors)
    };
    let wrong = |error: SignUpError| page(&[error]).render();
    let needs = |upper| PasswordNeeds { lower: false, upper, digit: true, special: true };
    vec![
        sample("sign-up", empty(&[]).render()),
        sample(
            "sign-up-missing",
            empty(&[EmailMissing, PasswordMissing, GivenNameMissing, FamilyNameMissing]).render(),
        ),
        sample(
            "sign-up-shape",
            page(&[EmailShape, NameShape(NameField::Given), NameShape(NameField::Family)]).render(),
        ),
        sample("sign-up-short", wrong(PasswordTooShort)),
        sample("sign-up-needs", wrong(needs(true))),
        sample("sign-up-needs-two", wrong(needs(false))),
        sample("sign-up-short-and-needs", page(&[PasswordTooShort, needs(true)]).render()),
        sample("sign-up-long", wrong(PasswordTooLong)),
        sample("sign-up-control", wrong(PasswordControl)),
        sample("sign-up-common", wrong(PasswordCommon)),
        sample("sign-up-personal", wrong(PasswordPersonal)),
        sample("sign-up-differs", wrong(ConfirmationDiffers)),
        sample("sign-up-busy", wrong(Busy)),
        sample("sign-up-too-many", wrong(TooMany { minutes: 15 })),
    ]
}

fn sent(ui: &Ui, lang: Lang) -> Vec<Sample> {
    let page = |demo, resend| SignUpSent {
        chrome: Chrome { demo, ..visitor(ui, lang) },
        flow: "flow".into(),
        email: EMAIL.into(),
        resend,
    };
    vec![
        sample("sign-up-sent", page(false, None).render()),
        sample("sign-up-sent-demo", page(true, Some(Resend::Sent)).render()),
        sample("sign-up-sent-too-many", page(false, Some(Resend::TooMany { minutes: 1 })).render()),
    ]
}

fn confirmation(ui: &Ui, lang: Lang) -> Vec<Sample> {
    use ConfirmError::*;
    let page = |ask_password, errors: &[ConfirmError]| ConfirmAccount {
        chrome: visitor(ui, lang),
        token: "token".into(),
        email: EMAIL.into(),
        ask_password,
        errors: errors.to_vec(),
    };
    let confirmed = Confirmed { chrome: visitor(ui, lang), email: EMAIL.into(), sign_in_url: "/connexion".into() };
    vec![
        sample("confirm", page(false, &[]).render()),
        sample("confirm-password", page(true, &[]).render()),
        sample("confirm-password-missing", page(true, &[PasswordMissing]).render()),
        sample("confirm-password-wrong", page(true, &[PasswordWrong]).render()),
        sample("confirm-tries", page(true, &[TooManyTries { minutes: 5 }]).render()),
        sample("confirm-busy", page(false, &[Busy]).render()),
        sample("confirm-expired", ConfirmExpired { chrome: visitor(ui, lang) }.render()),
        sample("confirmed", confirmed.render()),
        sample("not-me-done", NotMeDone { chrome: visitor(ui, lang) }.render()),
    ]
}
