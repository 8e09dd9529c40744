//! No text makes a normaliser panic, and normalising its result changes nothing.

use intake::normalise::number::DecimalSign;
use intake::normalise::{
    bands, boolean, company, country, domain, email, industry, instant, language, number, phone,
    subdivision, text, title, url,
};
use intake::{MatchKey, fold};
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<String>(),
        2 => proptest::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat()),
        1 => "[ -~]{0,40}",
    ]
}

/// Pieces that make each normaliser go deep: garbled letters, marks, right-to-left, separators.
const PIECES: &[&str] = &[
    "Ã",
    "Â",
    "â",
    "€",
    "™",
    "©",
    "\u{303}",
    "\u{308}",
    "\u{200d}",
    "\u{202e}",
    "\u{feff}",
    "\0",
    "\u{fffd}",
    "√",
    "º",
    "‚",
    "Ä",
    "ô",
    "שלום",
    "مرحبا",
    "ﬁ",
    "İ",
    "ß",
    "東",
    "😀",
    "a",
    "B",
    "1",
    "200",
    "9",
    ".",
    ",",
    "-",
    "+",
    " ",
    "\u{a0}",
    "\r\n",
    "@",
    "/",
    ":",
    "T",
    "Z",
    "<",
    ">",
    "k",
    "$",
    "%",
    "GmbH",
    "S.A.",
    "Inc",
    "to",
    "of",
    "gmail.com",
    "acme.co.uk",
    "xn--",
    "2026-11-20",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

fn rules() -> instant::InstantRules {
    instant::InstantRules { order: instant::DayMonthOrder::DayFirst, zone: TimeZone::UTC }
}

fn home(code: &str) -> Option<country::Country> {
    country::Country::from_code(code)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cleaning_twice_is_cleaning_once(raw in any_text()) {
        for rules in [text::TextRules::LINE, text::TextRules::PARAGRAPHS, text::TextRules::CODE] {
            let Ok(once) = text::clean(&raw, rules) else { continue };
            let Some(first) = once.value else { continue };
            prop_assert!(!first.is_empty());
            let twice = text::clean(&first, rules).map(|it| it.value.map(|it| it.into_owned()));
            prop_assert_eq!(twice, Ok(Some(first.into_owned())));
        }
    }

    #[test]
    fn folding_twice_is_folding_once(raw in any_text()) {
        let words = fold::words(&raw);
        prop_assert!(words.bytes().all(|it| it == b' ' || it.is_ascii_lowercase() || it.is_ascii_digit()));
        prop_assert_eq!(fold::words(&words), words.clone());
        prop_assert_eq!(fold::compact(&words), fold::compact(&raw));
    }

    #[test]
    fn an_email_reads_back_as_itself(raw in any_text(), local in "[a-z0-9.+_-]{1,12}") {
        for text in [raw.clone(), format!("{local}@acme.co.uk"), format!("{local}@{raw}"), format!("{local}@Gmail.com")] {
            let Ok(once) = email::normalise(&text) else { continue };
            let twice = email::normalise(&once.value.address).map(|it| it.value);
            prop_assert_eq!(twice, Ok(once.value.clone()));
            // The match key is an address that matches itself.
            let key = email::normalise(&once.value.match_key).map(|it| it.value.match_key);
            prop_assert_eq!(key, Ok(once.value.match_key.clone()));
        }
    }

    #[test]
    fn a_phone_number_reads_back_as_itself(raw in any_text(), digits in "[+]?[0-9 ()/.-]{5,18}") {
        for text in [raw, digits] {
            for home in [None, home("US"), home("DE"), home("IN"), home("XK")] {
                let Ok(once) = phone::normalise(&text, home) else { continue };
                prop_assert!(once.value.e164.starts_with('+'));
                prop_assert!(once.value.e164.len() <= 16);
                for other in [None, home, self::home("BR")] {
                    let twice = phone::normalise(&once.value.e164, other).map(|it| it.value);
                    prop_assert_eq!(twice, Ok(once.value.clone()));
                }
            }
        }
    }

    #[test]
    fn places_and_languages_read_back_as_themselves(raw in any_text()) {
        if let Ok(once) = country::normalise(&raw) {
            prop_assert_eq!(country::normalise(once.value.as_str()), Ok(once));
        }
        for country in ["US", "MX", "FR"].into_iter().filter_map(home) {
            if let Ok(Some(once)) = subdivision::normalise(&raw, country) {
                prop_assert_eq!(subdivision::normalise(once.value.as_str(), country), Ok(Some(once)));
            }
        }
        if let Ok(once) = language::normalise(&raw) {
            prop_assert_eq!(language::normalise(once.value), Ok(once));
        }
    }

    #[test]
    fn companies_and_industries_read_back_as_themselves(raw in any_text()) {
        if let Ok(once) = company::normalise(&raw) {
            let twice = company::normalise(&once.value.name).map(|it| it.value);
            prop_assert_eq!(twice, Ok(once.value.clone()));
            let key = company::normalise(&once.value.key).map(|it| it.value.key);
            prop_assert_eq!(key, Ok(once.value.key));
        }
        if let Ok(once) = industry::normalise(&raw) {
            prop_assert_eq!(industry::normalise(&once.value), Ok(once));
        }
    }

    #[test]
    fn web_addresses_and_hosts_read_back_as_themselves(raw in any_text(), path in "[ -~]{0,20}") {
        for text in [raw.clone(), format!("Acme.com/{path}"), format!("{raw}.com"), format!("https://{raw}")] {
            if let Ok(once) = url::normalise(&text) {
                prop_assert_eq!(url::normalise(&once.value.text).map(|it| it.value), Ok(once.value));
            }
            if let Some(once) = domain::host(&text) {
                prop_assert_eq!(domain::host(&once), Some(once.clone()));
                if let Some(registrable) = domain::registrable(&once) {
                    prop_assert_eq!(domain::registrable(registrable), Some(registrable));
                }
            }
        }
    }

    #[test]
    fn a_quantity_reads_back_as_itself(raw in any_text(), number in "[$€]?[0-9]{1,4}([.,' ][0-9]{1,4}){0,3}[kM+]?(-[0-9]{1,5})?") {
        for text in [raw, number] {
            for sign in [DecimalSign::Undeclared, DecimalSign::Point] {
                let Ok(once) = number::normalise(&text, sign) else { continue };
                let twice = number::normalise(&once.value.to_string(), sign).map(|it| it.value);
                prop_assert_eq!(twice, Ok(once.value));
                let _ = bands::employees(once.value.amount);
                let _ = bands::revenue(once.value.amount);
            }
        }
    }

    #[test]
    fn an_instant_reads_back_as_itself(raw in any_text(), date in "[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}([T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?([Z]|[+-][0-9]{2}:?[0-9]{2})?)?") {
        for text in [raw, date] {
            let Ok(once) = instant::normalise(&text, &rules()) else { continue };
            let twice = instant::normalise(&once.value.at.to_string(), &rules()).map(|it| it.value.at);
            prop_assert_eq!(twice, Ok(once.value.at));
        }
    }

    #[test]
    fn titles_and_answers_never_panic(raw in any_text()) {
        let _ = title::classify(&raw);
        let _ = boolean::normalise(&raw);
        let _ = MatchKey::external_id(&raw, &raw).map(|key| key.hash());
    }
}
