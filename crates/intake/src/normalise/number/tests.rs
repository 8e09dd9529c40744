use super::*;

fn read(text: &str) -> Result<(Amount, Option<&'static str>, bool), Refusal> {
    normalise(text, DecimalSign::Undeclared).map(|done| {
        (done.value.amount, done.value.currency, done.notes.contains(&Note::SeparatorAmbiguous))
    })
}

#[test]
fn plain_digits_are_read_as_with_what_they_count() {
    for text in ["0", "7", "007", "1200", "999999999999999", "1000000000000000"] {
        assert_eq!(read(text), read(&format!("{text} employees")), "{text}");
    }
}

#[test]
fn human_numbers_are_read() {
    use Amount::{AtLeast, AtMost, Between, Exactly};
    for (text, amount, currency, is_ambiguous) in [
        ("1200", Exactly(1200.0), None, false),
        ("1,200", Exactly(1200.0), None, true),
        ("1.200", Exactly(1200.0), None, true),
        ("1.200,50", Exactly(1200.5), None, false),
        ("1,200.50", Exactly(1200.5), None, false),
        ("1,200,000", Exactly(1_200_000.0), None, false),
        ("12,50", Exactly(12.5), None, false),
        ("0.125", Exactly(0.125), None, false),
        ("1 200 000", Exactly(1_200_000.0), None, false),
        ("1'200", Exactly(1200.0), None, false),
        ("12,34,567", Exactly(1_234_567.0), None, false),
        ("10k", Exactly(10_000.0), None, false),
        ("1.5 M", Exactly(1_500_000.0), None, false),
        ("$2M", Exactly(2_000_000.0), Some("USD"), false),
        ("5.000 €", Exactly(5000.0), Some("EUR"), true),
        ("R$ 1.500,00", Exactly(1500.0), Some("BRL"), false),
        ("2,5 Mio. €", Exactly(2_500_000.0), Some("EUR"), false),
        ("3 crore", Exactly(30_000_000.0), None, false),
        ("-5", Exactly(-5.0), None, false),
        ("51-200", Between(51.0, 200.0), None, false),
        ("51-200 employees", Between(51.0, 200.0), None, false),
        ("51 – 200", Between(51.0, 200.0), None, false),
        ("1 to 10", Between(1.0, 10.0), None, false),
        ("1-5k", Between(1000.0, 5000.0), None, false),
        ("$1M - 10M", Between(1e6, 1e7), Some("USD"), false),
        ("1000+", AtLeast(1000.0), None, false),
        ("more than 500", AtLeast(500.0), None, false),
        ("<10", AtMost(10.0), None, false),
    ] {
        assert_eq!(read(text), Ok((amount, currency, is_ambiguous)), "{text}");
    }
}

#[test]
fn the_declared_sign_settles_the_question() {
    for (text, sign, expected) in [
        ("1.200", DecimalSign::Point, 1.2),
        ("1.200", DecimalSign::Comma, 1200.0),
        ("1,200", DecimalSign::Point, 1200.0),
        ("1,200", DecimalSign::Comma, 1.2),
    ] {
        let done = normalise(text, sign).unwrap();
        assert_eq!(done.value.amount, Amount::Exactly(expected), "{text}");
        assert!(done.notes.is_empty());
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "",
        "many",
        "12a",
        "1.2.3",
        "1,2,3",
        "1..2,,",
        "10 apples",
        "employees",
        "5-",
        "k",
        "$",
        "12,3456,7",
        "1e9",
        "NaN",
        "inf",
    ] {
        assert_eq!(read(text), Err(Refusal::NotANumber { shown: text.to_owned() }), "{text}");
    }
    assert_eq!(read("200-51"), Err(Refusal::RangeReversed));
    assert_eq!(read("9999999999999999"), Err(Refusal::NumberOutOfRange));
}
