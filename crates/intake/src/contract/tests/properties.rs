//! Any submission at all: no panic, and values that were accepted are accepted again as they are.

use proptest::prelude::*;

use super::*;

const NAMES: &[&str] = &[
    "email",
    "phone",
    "country",
    "state",
    "company",
    "website",
    "title",
    "employees",
    "budget",
    "language",
    "trial",
    "since",
    "interests",
    "message",
    "product",
    "consent.contact",
    "E-Mail",
    "x",
];

/// Texts that the fields take, and texts that they do not.
const TEXTS: &[&str] = &[
    "ana@acme.com",
    "+14155552671",
    "(11) 96123-4567",
    "Brasil",
    "US",
    "CA",
    "US-CA",
    "Acme GmbH",
    "acme.com/x",
    "Head of Sales",
    "51-200",
    "1000+",
    "10k",
    "5.000 €",
    "German",
    "yes",
    "no",
    "05/02/2026",
    "2026-02-30",
    "a;b , c",
    "Select",
    "n/a",
    "voice ai",
    "unknown",
    "MÃ¼ller\u{200b}",
    " ",
    "-",
    "\0",
    "🙂",
];

fn raw() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        6 => proptest::sample::select(TEXTS).prop_map(|it| json!(it)),
        2 => any::<String>().prop_map(Json::String),
        1 => any::<f64>().prop_map(|it| json!(it)),
        1 => any::<i64>().prop_map(|it| json!(it)),
        1 => any::<bool>().prop_map(Json::Bool),
        1 => Just(Json::Null),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            inner.prop_map(|it| json!({ "a": it })),
        ]
    })
}

fn submission() -> impl Strategy<Value = Submission> {
    let field = (proptest::sample::select(NAMES).prop_map(str::to_owned), raw());
    proptest::collection::vec(field, 0..12)
        .prop_map(|fields| Submission { fields, ..Submission::default() })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn accepted_values_are_accepted_again_unchanged(submission in submission()) {
        let mut made = Made::new();
        made.edit("email").required = false;
        let check = ContractCheck::new(&made.contract, &made.fields, &made.symbols);
        let rules = CheckRules { zone: TimeZone::UTC, optional_values: OptionalValues::SetAside };
        let Checked::Accepted(first) = check.check(&submission, &rules) else {
            // Only two values for one field can be a fault when nothing is required.
            let Checked::Quarantined(faults) = check.check(&submission, &rules) else { return Ok(()) };
            prop_assert!(faults.iter().all(|it| it.code() == "I0311"), "{:?}", faults);
            return Ok(());
        };
        let is_sent = |id| made.contract.fields.iter().any(|it| it.id == id);
        let fields = first.values.iter().filter(|(id, _)| is_sent(*id));
        let again = Submission {
            fields: fields
                .map(|(id, it)| (made.fields.name(id).to_owned(), serde_json::to_value(it).unwrap()))
                .collect(),
            ..Submission::default()
        };
        let Checked::Accepted(second) = check.check(&again, &rules) else {
            return Err(TestCaseError::fail("accepted values were refused"));
        };
        prop_assert!(second.set_aside.is_empty(), "{:?}", second.set_aside);
        let kept = |it: &Accepted| -> Vec<(FieldId, Value)> {
            // A range leaves one number, whose band may be another.
            let parts = it.values.iter().filter(|(id, _)| is_sent(*id));
            parts.map(|(id, value)| (id, value.clone())).collect()
        };
        prop_assert_eq!(kept(&second), kept(&first));
        prop_assert_eq!(second.keys, first.keys);
    }
}
