//! Holds for every embedded table: sorted, without repeats, and keyed the way it is looked up.

use crate::fold;
use crate::lines::SortedLines;
use crate::normalise::{
    boolean, company, country, email, industry, language, placeholder, region_group, subdivision,
    title,
};

fn all() -> Vec<&'static SortedLines> {
    let mut all = vec![
        boolean::table(),
        industry::table(),
        language::table(),
        placeholder::table(),
        region_group::table(),
        subdivision::table(),
        title::table(),
    ];
    all.extend(company::tables());
    all.extend(country::tables());
    all.extend(email::tables());
    all
}

#[test]
fn every_table_is_sorted_and_finds_its_entries() {
    for table in all() {
        let keys: Vec<_> = table.entries().map(|(key, _)| key).collect();
        assert!(!keys.is_empty());
        assert!(keys.is_sorted_by(|a, b| a < b), "near {:?}", keys.first());
        for (key, value) in table.entries() {
            assert_eq!(table.get(key), Some(value), "{key}");
        }
    }
}

#[test]
fn keys_are_folded_as_texts_are_before_the_look_up() {
    for table in [boolean::table(), placeholder::table(), title::table(), company::tables()[0]] {
        for (key, _) in table.entries() {
            assert_eq!(fold::words(key), key);
        }
    }
    for table in [language::table(), country::tables()[0]] {
        for (key, _) in table.entries() {
            assert_eq!(fold::compact(key), key);
        }
    }
    for (key, value) in industry::table().entries() {
        assert_eq!(fold::snake(key), key);
        assert_eq!(industry::table().get(value), Some(value), "{key}: a key stands for itself");
    }
    for (key, value) in subdivision::table().entries() {
        let (country, bare) = key.split_once(' ').unwrap();
        assert_eq!(fold::compact(bare), bare);
        assert!(value.starts_with(&country.to_ascii_uppercase()), "{key}");
    }
}

#[test]
fn every_country_is_found_by_each_of_its_codes_and_its_name() {
    for country in country::Country::all() {
        for text in [country.as_str(), country.alpha3(), country.english_name()] {
            assert_eq!(country::normalise(text).map(|done| done.value), Ok(country), "{text}");
        }
    }
}

#[test]
fn mistyped_domains_point_at_known_providers() {
    let [free_mail, _, mistyped, _] = email::tables();
    for (wrong, meant) in mistyped.entries() {
        assert!(free_mail.has(meant), "{wrong}: {meant}");
        assert!(!free_mail.has(wrong), "{wrong} is a provider itself");
    }
}
