//! Groups of countries that sales territories are cut by: EMEA, DACH, Nordics and so on.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::country::Country;
use crate::lines::SortedLines;

/// Group, to the alpha-2 codes of its countries.
static MEMBERS: SortedLines = SortedLines::new(include_str!("../../data/region_groups.txt"));

/// The groups of each country, because every lead with a country asks.
static GROUPS: LazyLock<BTreeMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (group, members) in MEMBERS.entries() {
        for code in members.split(' ') {
            groups.entry(code).or_default().push(group);
        }
    }
    groups
});

/// The groups that `country` belongs to, by name; a country may be in many.
pub fn groups(country: Country) -> impl Iterator<Item = &'static str> {
    GROUPS.get(country.as_str()).into_iter().flatten().copied()
}

/// True when `country` belongs to `group`, which is compared without regard to case.
pub fn is_in(country: Country, group: &str) -> bool {
    MEMBERS.get(&group.to_ascii_uppercase()).is_some_and(|members| lists(members, country))
}

/// The names of all groups.
pub fn all() -> impl Iterator<Item = &'static str> {
    MEMBERS.entries().map(|(group, _)| group)
}

fn lists(members: &str, country: Country) -> bool {
    members.as_bytes().chunks(3).any(|it| it.starts_with(country.as_str().as_bytes()))
}

#[cfg(test)]
pub(crate) fn table() -> &'static SortedLines {
    &MEMBERS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> Vec<&'static str> {
        groups(Country::from_code(code).unwrap()).collect()
    }

    #[test]
    fn countries_are_in_their_groups() {
        assert_eq!(of("DE"), ["DACH", "EEA", "EMEA", "EU", "EUROPE"]);
        assert_eq!(of("US"), ["NA"]);
        assert_eq!(of("BR"), ["LATAM"]);
        assert_eq!(of("AU"), ["ANZ", "APAC"]);
        assert!(of("SE").contains(&"NORDICS"));
        assert!(is_in(Country::from_code("AE").unwrap(), "gcc"));
        assert!(!is_in(Country::from_code("GB").unwrap(), "EU"));
        assert!(!is_in(Country::from_code("GB").unwrap(), "no such group"));
    }

    #[test]
    fn every_country_is_in_exactly_one_of_the_four_sales_regions() {
        // Uninhabited or without commerce.
        let none = ["AQ", "BV", "GS", "HM", "TF", "UM"];
        for country in Country::all() {
            let regions =
                groups(country).filter(|it| ["APAC", "EMEA", "LATAM", "NA"].contains(it)).count();
            let expected = usize::from(!none.contains(&country.as_str()));
            assert_eq!(regions, expected, "{country}");
        }
    }

    #[test]
    fn every_member_is_a_country() {
        for (group, members) in MEMBERS.entries() {
            for code in members.split(' ') {
                assert!(Country::from_code(code).is_some(), "{group}: {code}");
            }
        }
    }
}
