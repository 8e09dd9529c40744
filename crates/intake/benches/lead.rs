//! CPU time to normalise one typical lead of fifteen fields, and its parts.
//!
//! `cargo bench -p intake`; prints nanoseconds of CPU per lead, the best of five runs.
#![allow(
    clippy::disallowed_methods,
    reason = "a bench reads its own CPU time; the crate it measures does not"
)]

use std::hint::black_box;

use intake::normalise::instant::{DayMonthOrder, InstantRules};
use intake::normalise::number::DecimalSign;
use intake::normalise::text::{TextRules, clean};
use intake::normalise::{
    bands, boolean, company, country, email, industry, instant, language, number, phone,
    subdivision, title, url,
};
use intake::{MatchKey, fold};

const LEADS: u32 = 20_000;
const RUNS: usize = 5;

fn main() {
    measure("clean fifteen tidy fields", || {
        for text in TIDY {
            let _ = black_box(clean(black_box(text), TextRules::LINE));
        }
    });
    measure("clean one untidy field", || {
        let _ = black_box(clean(
            black_box(" Jos\u{c3}\u{a9}  Mu\u{308}ller\u{200b} "),
            TextRules::LINE,
        ));
    });
    measure("e-mail", || drop(black_box(email::normalise(black_box("Ana.Silva@Acme.com.br")))));
    measure("phone", || drop(black_box(phone::normalise(black_box("(11) 96123-4567"), brazil()))));
    measure("country", || drop(black_box(country::normalise(black_box("Brasil")))));
    measure("title", || {
        black_box(title::classify(black_box("Senior Vice President of Sales, Latin America")));
    });
    measure("company", || drop(black_box(company::normalise(black_box("Acme do Brasil Ltda.")))));
    measure("whole lead", whole_lead);
}

const TIDY: [&str; 15] = [
    "Ana",
    "Silva",
    "ana.silva@acme.com.br",
    "(11) 96123-4567",
    "Acme do Brasil Ltda.",
    "acme.com.br",
    "Brasil",
    "São Paulo",
    "Head of Sales",
    "51-200",
    "R$ 2.500.000,00",
    "Computer Software",
    "Portuguese",
    "yes",
    "2026-11-20 15:00:00",
];

fn brazil() -> Option<country::Country> {
    country::Country::from_code("BR")
}

fn whole_lead() {
    let fields =
        TIDY.map(|raw| clean(black_box(raw), TextRules::LINE).ok().and_then(|it| it.value));
    let [
        first,
        last,
        mail,
        tel,
        firm,
        site,
        land,
        state,
        job,
        size,
        money,
        sector,
        tongue,
        consent,
        at,
    ] = fields.each_ref().map(|it| it.as_deref().unwrap_or(""));
    let rules = InstantRules { order: DayMonthOrder::Undeclared, zone: jiff::tz::TimeZone::UTC };
    let country = country::normalise(land).ok().map(|it| it.value);
    let mail = email::normalise(mail);
    let tel = phone::normalise(tel, country);
    let keys = (
        mail.as_ref().ok().map(|it| MatchKey::email(&it.value).hash()),
        tel.as_ref().ok().map(|it| MatchKey::phone(&it.value).hash()),
    );
    let employees = number::normalise(size, DecimalSign::Undeclared);
    let band = employees.as_ref().ok().map(|it| bands::employees(it.value.amount));
    let _ = black_box((keys, band, employees, mail, tel, country));
    let _ = black_box((
        fold::words(first),
        fold::words(last),
        company::normalise(firm),
        url::normalise(site),
    ));
    let _ = black_box((country.map(|it| subdivision::normalise(state, it)), title::classify(job)));
    let _ = black_box((number::normalise(money, DecimalSign::Comma), industry::normalise(sector)));
    let _ = black_box((
        language::normalise(tongue),
        boolean::normalise(consent),
        instant::normalise(at, &rules),
    ));
}

fn measure(name: &str, mut work: impl FnMut()) {
    work();
    let best = (0..RUNS)
        .map(|_| {
            let before = cpu_ns();
            (0..LEADS).for_each(|_| work());
            cpu_ns().saturating_sub(before) / u64::from(LEADS)
        })
        .min()
        .unwrap_or_default();
    println!("{name:<28}{best:>8} ns");
}

/// CPU time of this thread so far, from Linux' scheduler statistics.
fn cpu_ns() -> u64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .unwrap_or_default()
}
