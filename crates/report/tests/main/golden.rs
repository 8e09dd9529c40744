//! The reference month: its numbers from the product page, and its renderings against committed files.
//!
//! `UPDATE_EXPECT=1 cargo test -p report` rewrites the files; read the diff.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use expect_test::expect_file;
use report::text::Style;
use report::{Dimension, Facts, Metric, Rate, Report, Tally, json, report, text};

use crate::month;

fn month_report() -> Report {
    report(&month::facts(), month::settings())
}

fn reason<'a>(report: &'a Report, name: &str) -> &'a Tally {
    let group = report.tables[0].groups.iter().find(|it| it.label.text() == name);
    &group.unwrap().tally
}

#[test]
fn the_reference_month_has_the_rates_of_its_counts() {
    let report = month_report();
    let acceptance = |name| Metric::Acceptance.rate(reason(&report, name)).percent(20);
    assert_eq!(acceptance("Product - Portal Sign Up"), "81.6 %");
    assert_eq!(acceptance("Product - Voice"), "87.9 %");
    assert_eq!(acceptance("Marketing - Events"), "95.1 %");
    assert_eq!(acceptance("Quinn - Reply Received"), "38.7 %");
    assert_eq!(acceptance("Marketing - Contact Sales"), "46.2 %");
    let quinn = reason(&report, "Quinn - Reply Received");
    assert_eq!(Metric::Rejection.rate(quinn).percent(20), "61.3 %");
}

#[test]
fn silence_and_the_other_verdicts_are_shown_beside_the_acceptance() {
    let report = month_report();
    let contact = reason(&report, "Marketing - Contact Sales");
    assert_eq!(Metric::Acceptance.rate(contact), Rate::new(536, 1160, 546));
    assert_eq!(Metric::Silence.rate(contact).percent(20), "32.0 %");
    let visits = reason(&report, "Tracked Webpage Visit");
    assert_eq!(Metric::PursueAccount.rate(visits), Rate::new(343, 742, 0));
    assert_eq!(Metric::BadUseCase.rate(visits), Rate::new(121, 742, 0));
    assert_eq!(reason(&report, "(unknown)").verdicts.silent, 1906);
}

#[test]
fn the_funnel_and_the_attribution_gap_are_those_of_the_product_page() {
    let report = month_report();
    assert_eq!(report.total.handoffs, 8488);
    assert_eq!(Metric::SameWindowConversion.rate(&report.total), Rate::new(320, 8488, 0));
    assert_eq!(Metric::SameWindowConversion.rate(&report.total).percent(20), "3.8 %");
    assert_eq!(Metric::AttributionCoverage.rate(&report.total), Rate::new(5, 320, 0));
    assert_eq!(Metric::AttributionCoverage.rate(&report.total).percent(20), "1.6 %");
    // 14 + 3 + 2 opportunities come from reasons that the mapping does not name.
    assert_eq!(Metric::AttributionRepaired.rate(&report.total), Rate::new(301, 320, 0));
    assert!(report.checks.iter().all(|it| it.holds()), "{:?}", report.checks);
}

#[test]
fn the_month_renders_at_80_columns() {
    expect_file!["golden/month_80.txt"].assert_eq(&text::render(&month_report(), 80, Style::Plain));
}

#[test]
fn the_month_renders_at_140_columns() {
    expect_file!["golden/month_140.txt"].assert_eq(&text::render(
        &month_report(),
        140,
        Style::Plain,
    ));
}

#[test]
fn the_month_has_its_machine_form() {
    let mut settings = month::settings();
    settings.dimensions = vec![Dimension::Reason];
    let report = report(&month::facts(), settings);
    expect_file!["golden/month.report-1.json"].assert_eq(&json::render(&report).unwrap());
}

#[test]
fn the_definitions_read_as_they_are_shown() {
    expect_file!["golden/definitions.txt"].assert_eq(&text::definitions(100, Style::Plain));
}

#[test]
fn no_handoffs_make_an_empty_report_without_numbers() {
    let empty = report(&Facts::default(), month::settings());
    expect_file!["golden/empty_80.txt"].assert_eq(&text::render(&empty, 80, Style::Plain));
    assert!(empty.checks.iter().all(|it| it.holds()));
}

#[test]
fn every_line_keeps_to_the_width_and_carries_codes_only_when_asked() {
    use unicode_width::UnicodeWidthStr;
    let report = month_report();
    for width in [80, 100, 123, 140] {
        let shown = text::render(&report, width, Style::Plain);
        assert!(shown.lines().all(|it| it.width() <= width), "{width}");
        assert!(!shown.contains('\u{1b}'));
    }
    assert!(text::render(&report, 80, Style::Ansi).contains("\u{1b}[1mFunnel"));
}
