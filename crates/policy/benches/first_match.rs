//! Decisions per second and core over a table of 50 rules and 10,000 synthetic leads: by the index,
//! rule by rule, and from JSON text. The workload is that of the engines Baton is compared with:
//! each rule tests a country in a set, a range of employees and a least score, six in ten a product
//! and six in ten an industry in a set; the last rule catches all.
//!
//! `cargo bench -p policy --bench first_match`
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench on its own data")]
#![allow(clippy::disallowed_methods, reason = "reads its own processor time")]

use std::collections::BTreeMap;
use std::fmt;
use std::hint::black_box;
use std::sync::Arc;

use model::{Number, Timestamp};
use policy::expr::{RepFields, Scope, View, compile_condition, eval};
use policy::index::RuleIndex;
use policy::tree::Scalar;
use policy::{
    Diagnostics, Expr, Fact, Facts, Field, FieldId, FieldOrigin, FieldType, Fields, Span, Symbols,
    Truth, Word,
};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

const COUNTRIES: [&str; 20] = [
    "US", "GB", "DE", "FR", "NL", "ES", "IT", "SE", "PL", "CH", "AT", "BE", "DK", "NO", "FI", "IE",
    "PT", "CA", "AU", "JP",
];
const PRODUCTS: [&str; 4] = ["voice_ai", "voice", "messaging", "wireless"];
const INDUSTRIES: [&str; 10] =
    ["tech", "retail", "health", "finance", "energy", "media", "travel", "public", "legal", "food"];
const RULES: usize = 50;
const LEADS: usize = 10_000;
const COUNTRY: FieldId = FieldId(0);
const EMPLOYEES: FieldId = FieldId(1);
const SCORE: FieldId = FieldId(2);
const PRODUCT: FieldId = FieldId(3);
const INDUSTRY: FieldId = FieldId(4);

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        it ^ (it >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// About log-normal: the sum of twelve uniform numbers is about normal.
    fn employees(&mut self) -> u32 {
        let normal: f64 = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        (4.0 + 1.8 * normal).exp().clamp(1.0, 500_000.0) as u32
    }

    /// The first countries are the most frequent.
    fn country(&mut self) -> &'static str {
        COUNTRIES[(self.unit() * self.unit() * COUNTRIES.len() as f64) as usize]
    }

    fn set(&mut self, of: &[&str], size: usize) -> String {
        let texts: Vec<String> =
            (0..size).map(|_| format!("{:?}", of[self.below(of.len())])).collect();
        format!("[{}]", texts.join(", "))
    }
}

fn rule(random: &mut Random, last: bool) -> String {
    if last {
        return "true".to_owned();
    }
    let size = 2 + random.below(6);
    let mut text = format!("country in {}", random.set(&COUNTRIES, size));
    let low = random.employees() / 4;
    text += &format!(" and employees between {low} and {}", u64::from(low) * 40 + 500);
    text += &format!(" and score >= {}", random.below(75));
    if random.below(10) < 6 {
        text += &format!(" and product in {}", random.set(&PRODUCTS, 2));
    }
    if random.below(10) < 6 {
        text += &format!(" and industry in {}", random.set(&INDUSTRIES, 4));
    }
    text
}

struct Table {
    fields: Fields,
    symbols: Symbols,
    rules: Vec<Expr>,
}

fn table(random: &mut Random) -> Table {
    let mut fields = Fields::default();
    for (name, kind) in [
        ("country", FieldType::Country),
        ("employees", FieldType::Employees),
        ("score", FieldType::Number),
        ("product", FieldType::Text),
        ("industry", FieldType::Text),
        ("id", FieldType::Text),
        ("company", FieldType::Text),
    ] {
        let origin = FieldOrigin::Contract;
        fields.add(Field { name: name.to_owned(), kind, origin, values: Vec::new() }).unwrap();
    }
    let mut symbols = Symbols::default();
    let lists = BTreeMap::new();
    let scope = Scope {
        fields: &fields,
        lists: &lists,
        known_later: &|_| None,
        rep_fields: RepFields::Refused,
    };
    let rules = (1..=RULES)
        .map(|it| {
            let text = Scalar::alone(&rule(random, it == RULES));
            let mut found = Diagnostics::default();
            compile_condition(&text, Span::default(), &scope, &mut symbols, &mut found).unwrap()
        })
        .collect();
    Table { fields, symbols, rules }
}

fn lead(random: &mut Random, number: usize) -> String {
    format!(
        r#"{{"id":"lead_{number:08}","company":"Some Company Number {number:06} Limited","country":"{}","employees":{},"score":{},"product":"{}","industry":"{}"}}"#,
        random.country(),
        random.employees(),
        random.below(101),
        PRODUCTS[random.below(PRODUCTS.len())],
        INDUSTRIES[random.below(INDUSTRIES.len())],
    )
}

/// Reads a JSON object straight into facts.
struct Lead<'a>(&'a Table);
struct Slot<'a>(&'a Table);

impl<'de> DeserializeSeed<'de> for Lead<'_> {
    type Value = Facts;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Facts, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Lead<'_> {
    type Value = Facts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a lead")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Facts, A::Error> {
        let mut facts = Facts::with_len(self.0.fields.len());
        while let Some(name) = map.next_key::<&str>()? {
            let fact = map.next_value_seed(Slot(self.0))?;
            if let Some(field) = self.0.fields.find(name) {
                facts.set(field, fact);
            }
        }
        Ok(facts)
    }
}

impl<'de> DeserializeSeed<'de> for Slot<'_> {
    type Value = Fact;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fact, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Slot<'_> {
    type Value = Fact;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_u64<E>(self, value: u64) -> Result<Fact, E> {
        Ok(Number::new(value as f64).map_or(Fact::Missing, Fact::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Fact, E> {
        let symbols = &self.0.symbols;
        let symbol = symbols.find(text);
        let shared = symbol.and_then(|it| symbols.shared(it)).map(Arc::clone);
        Ok(Fact::Text(Word { symbol, text: shared.unwrap_or_else(|| Arc::from(text)) }))
    }
}

/// User time of this process so far, in seconds.
fn user_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after = text.rsplit(") ").next().unwrap();
    let ticks: f64 = after.split(' ').nth(11).unwrap().parse().unwrap();
    ticks / 100.0
}

/// Runs `pass` over all leads for at least two seconds and prints decisions per second.
fn measure(name: &str, mut pass: impl FnMut()) -> f64 {
    pass();
    let start = user_seconds();
    let mut passes = 0_u32;
    let used = loop {
        pass();
        passes += 1;
        let used = user_seconds() - start;
        if used >= 2.0 {
            break used;
        }
    };
    let rate = f64::from(passes) * LEADS as f64 / used;
    println!("{name:<44} {rate:>14.0} /s {:>9.1} ns  ({used:.2} s user)", 1e9 / rate);
    rate
}

fn main() {
    // Only asked to list or check itself, e.g. by `cargo test --benches`.
    if std::env::args().any(|it| it == "--test" || it == "--list") {
        return;
    }
    let mut random = Random(7);
    let table = table(&mut random);
    let rules: Vec<&Expr> = table.rules.iter().collect();
    let index = RuleIndex::build(&rules);
    let texts: Vec<String> = (0..LEADS).map(|it| lead(&mut random, it)).collect();
    let read = |text: &str| {
        Lead(&table).deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap()
    };
    let leads: Vec<Facts> = texts.iter().map(|it| read(it)).collect();
    let now = Timestamp::from_seconds(1_800_000_000);
    let naive = |lead: &Facts| {
        let view = View::new(lead, now);
        table.rules.iter().position(|it| eval(it, &view) == Truth::True)
    };
    let indexed = |lead: &Facts| index.first_match(&View::new(lead, now));

    let answers: Vec<usize> = leads.iter().map(|it| naive(it).unwrap()).collect();
    assert!(leads.iter().zip(&answers).all(|(lead, it)| indexed(lead) == Some(*it)));
    let depth = answers.iter().map(|it| it + 1).sum::<usize>() as f64 / LEADS as f64;
    let caught = answers.iter().filter(|it| **it == RULES - 1).count() * 100 / LEADS;
    let bytes = texts.iter().map(String::len).sum::<usize>() / LEADS;
    println!(
        "{RULES} rules, mean depth {depth:.1}, {caught} % to the last rule; {bytes} bytes of JSON"
    );
    for field in [COUNTRY, EMPLOYEES, SCORE, PRODUCT, INDUSTRY] {
        assert!(leads.iter().all(|it| *it.get(field) != Fact::Missing));
    }

    let by_index = measure("index, from facts", || {
        leads.iter().for_each(|it| {
            black_box(indexed(it));
        });
    });
    let by_rule = measure("rule by rule, from facts", || {
        leads.iter().for_each(|it| {
            black_box(naive(it));
        });
    });
    measure("index, from JSON", || {
        texts.iter().for_each(|it| {
            black_box(indexed(&read(it)));
        });
    });
    println!("the index is {:.1} times as fast as rule by rule", by_index / by_rule);
}
