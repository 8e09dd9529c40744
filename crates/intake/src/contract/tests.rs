#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use model::Number;
use policy::section::{ConsentPurpose, Contract, ContractField, DateFormat};
use policy::{Field, FieldOrigin, Fields, Span, Symbols};
use serde_json::json;

use super::*;

mod properties;
mod values;

/// A contract with a field of each type, as the policy compiler makes it.
struct Made {
    contract: Contract,
    fields: Fields,
    symbols: Symbols,
}

impl Made {
    fn new() -> Self {
        let mut made = Self {
            contract: Contract::default(),
            fields: Fields::default(),
            symbols: Symbols::default(),
        };
        made.field("email", FieldType::Email, &["domain", "class"]).required = true;
        made.field("phone", FieldType::Phone, &["country"]);
        made.field("country", FieldType::Country, &["groups"]);
        made.field("state", FieldType::Region, &[]);
        made.field("company", FieldType::Company, &["key"]).aliases =
            vec!["companyname".to_owned()];
        made.field("website", FieldType::Url, &["domain"]);
        made.field("title", FieldType::Title, &["seniority", "department"]);
        made.field("employees", FieldType::Employees, &["band"]);
        made.field("budget", FieldType::Money, &[]).min = Number::new(100.0);
        made.field("language", FieldType::Language, &[]);
        made.field("trial", FieldType::Bool, &[]);
        made.field("since", FieldType::Time, &[]).date_format = Some(DateFormat::DayFirst);
        made.field("interests", FieldType::List, &[]);
        made.field("message", FieldType::Text, &[]).length_max = 20;
        made.product(&["voice_ai", "Wireless", "unknown"]);
        let field = made.add("consent.contact", FieldType::Bool, FieldOrigin::Contract, &[]);
        let consent = ConsentPurpose { name: "contact".to_owned(), field, required: false };
        made.contract.consent.push(consent);
        made.contract.phone_country = made.fields.find("country");
        made
    }

    fn field(&mut self, name: &str, kind: FieldType, parts: &[&str]) -> &mut ContractField {
        let id = self.add(name, kind, FieldOrigin::Contract, &[]);
        for part in parts {
            let origin = FieldOrigin::Normalised(id);
            self.add(&format!("{name}.{part}"), FieldType::Text, origin, &[]);
        }
        self.contract.fields.push(ContractField {
            id,
            aliases: Vec::new(),
            required: false,
            personal: false,
            default: None,
            length_max: 1000,
            min: None,
            max: None,
            date_format: None,
            span: Span::default(),
        });
        self.contract.fields.last_mut().unwrap()
    }

    fn product(&mut self, values: &[&str]) {
        let at = self.contract.fields.len();
        self.field("product", FieldType::Text, &[]);
        let id = self.contract.fields.get(at).unwrap().id;
        // The catalogue cannot change a field, so it is made anew with its values.
        let mut fields = Fields::default();
        for (other, field) in self.fields.iter() {
            let mut field = field.clone();
            if other == id {
                field.kind = FieldType::Enum;
                field.values = values.iter().map(|it| self.symbols.intern(it)).collect();
            }
            fields.add(field).unwrap();
        }
        self.fields = fields;
    }

    fn add(
        &mut self,
        name: &str,
        kind: FieldType,
        origin: FieldOrigin,
        values: &[&str],
    ) -> FieldId {
        let values = values.iter().map(|it| self.symbols.intern(it)).collect();
        self.fields.add(Field { name: name.to_owned(), kind, origin, values }).unwrap()
    }

    fn edit(&mut self, name: &str) -> &mut ContractField {
        let id = self.fields.find(name).unwrap();
        self.contract.fields.iter_mut().find(|it| it.id == id).unwrap()
    }

    fn check_as(&self, body: &Json, optional_values: OptionalValues) -> Checked {
        let submission = Submission::from_json(body.clone()).unwrap();
        let rules = CheckRules { zone: TimeZone::UTC, optional_values };
        ContractCheck::new(&self.contract, &self.fields, &self.symbols).check(&submission, &rules)
    }

    fn accepted(&self, fields: Json) -> Accepted {
        match self.check_as(&json!({ "fields": fields }), OptionalValues::SetAside) {
            Checked::Accepted(accepted) => accepted,
            Checked::Quarantined(faults) => panic!("quarantined: {faults:?}"),
        }
    }

    fn faults(&self, body: &Json) -> Vec<(&'static str, String)> {
        match self.check_as(body, OptionalValues::Refuse) {
            Checked::Accepted(accepted) => panic!("accepted: {accepted:?}"),
            Checked::Quarantined(faults) => {
                faults.iter().map(|it| (it.code(), it.to_string())).collect()
            }
        }
    }

    /// The values by name, as JSON.
    fn named(&self, accepted: &Accepted) -> Json {
        let values = accepted.values.iter();
        values
            .map(|(id, value)| {
                (self.fields.name(id).to_owned(), serde_json::to_value(value).unwrap())
            })
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

#[test]
fn a_dirty_submission_becomes_typed_values_and_keys() {
    let made = Made::new();
    let accepted = made.accepted(json!({
        "E-Mail": " Ana.Silva@Mail.Acme.com.br ",
        "phone": "(11) 96123-4567",
        "country": "Brasil",
        "state": "SÃ£o Paulo",
        "Company Name": "Acme do Brasil Ltda.",
        "website": "www.acme.com.br",
        "title": "VP of Sales",
        "employees": "51-200",
        "budget": "R$ 10.000,00",
        "product": "Voice AI",
        "language": "Português",
        "trial": "sim",
        "since": "05/02/2026",
        "interests": "crm; telephony;crm",
        "message": "Please call",
        "utm_source": "ads",
    }));
    assert_eq!(
        made.named(&accepted),
        json!({
            "email": "ana.silva@mail.acme.com.br", "email.domain": "acme.com.br",
            "email.class": "business", "phone": "+5511961234567", "phone.country": "BR",
            "country": "BR", "country.groups": ["LATAM"], "state": "BR-SP",
            "company": "Acme do Brasil Ltda.", "company.key": "acme do brasil",
            "website": "https://www.acme.com.br", "website.domain": "acme.com.br",
            "title": "VP of Sales", "title.seniority": "vp", "title.department": "sales",
            "employees": 51.0, "employees.band": "51-200", "budget": 10000.0, "language": "pt",
            "trial": true, "since": "2026-02-05T00:00:00Z", "interests": ["crm", "telephony"],
            "message": "Please call", "product": "voice_ai",
        })
    );
    let keys: Vec<_> = accepted.keys.iter().map(MatchKey::value).collect();
    assert_eq!(keys, ["ana.silva@mail.acme.com.br", "+5511961234567"]);
    assert_eq!(accepted.aside, [("utm_source".to_owned(), json!("ads"))]);
    // What did not change has no original; what did keeps it under the name it was sent with.
    let originals: Vec<_> = accepted.originals.iter().map(|it| it.name.as_str()).collect();
    assert!(originals.contains(&"E-Mail") && originals.contains(&"state"));
    assert!(!originals.contains(&"title") && !originals.contains(&"message"));
}

#[test]
fn every_reason_is_given_at_once() {
    let mut made = Made::new();
    made.contract.unknown_fields = UnknownFields::Reject;
    made.contract.consent.iter_mut().for_each(|it| it.required = true);
    let faults = made.faults(&json!({ "fields": {
        "phone": "12345", "country": "Germnay", "product": "voice_ia", "budget": 7,
        "message": "x".repeat(21), "trial": "maybe", "title": { "a": 1 }, "langage": "de",
    } }));
    let codes: Vec<_> = faults.iter().map(|it| it.0).collect();
    assert_eq!(
        codes,
        ["I0304", "I0106", "I0306", "I0309", "I0115", "I0308", "I0307", "I0105", "I0310", "I0302"]
    );
    let texts: Vec<_> = faults.iter().map(|it| it.1.as_str()).collect();
    assert!(texts.contains(&"the data contract has no field `langage`; `language` may be meant"));
    assert!(texts.contains(&"`country`: `Germnay` is not a country; `Germany` may be meant"));
    assert!(texts.contains(&"`voice_ia` is no value of `product`; `voice_ai` may be meant"));
    assert!(texts.contains(&"`budget` is 7, less than 100"));
    assert!(texts.contains(&"`email` is missing"));
    assert!(texts.contains(&"`consent.contact` is not answered"));
}

#[test]
fn an_unusable_optional_value_is_set_aside_with_its_original() {
    let made = Made::new();
    let accepted = made.accepted(json!({ "email": "ana@acme.com", "phone": "call me" }));
    assert_eq!(accepted.set_aside.iter().map(Fault::code).collect::<Vec<_>>(), ["I0103"]);
    assert_eq!(accepted.originals.last().map(|it| &it.raw), Some(&json!("call me")));
    assert_eq!(made.named(&accepted).get("phone"), None);
    // A required field is never set aside.
    let body = json!({ "fields": { "email": "ana@" } });
    let checked = made.check_as(&body, OptionalValues::SetAside);
    assert!(matches!(&checked, Checked::Quarantined(faults) if faults[0].code() == "I0102"));
}

#[test]
fn one_of_a_group_is_enough_and_none_names_what_was_set_aside() {
    let mut made = Made::new();
    made.edit("email").required = false;
    let ids = ["email", "phone"].map(|it| made.fields.find(it).unwrap());
    made.contract.one_of = vec![ids.to_vec()];
    made.accepted(json!({ "phone": "+14155552671" }));
    let body = json!({ "fields": { "phone": "call me" } });
    let Checked::Quarantined(faults) = made.check_as(&body, OptionalValues::SetAside) else {
        panic!("accepted without e-mail and phone");
    };
    assert_eq!(faults.iter().map(Fault::code).collect::<Vec<_>>(), ["I0303", "I0103"]);
    assert_eq!(faults[0].to_string(), "none of `email`, `phone` is there");
}

#[test]
fn placeholders_count_as_missing_unless_declared() {
    let mut made = Made::new();
    let accepted = made.accepted(json!({
        "email": "ana@acme.com", "title": "Select", "country": "NA", "product": "Unknown",
    }));
    let named = made.named(&accepted);
    assert_eq!(named.get("title"), None);
    assert_eq!(named["country"], "NA");
    assert_eq!(named["product"], "unknown");
    let title = made.fields.find("title").unwrap();
    assert_eq!(accepted.notes, [(title, Note::Placeholder)]);
    made.edit("title").required = true;
    let faults = made.faults(&json!({ "fields": { "email": "ana@acme.com", "title": "n/a" } }));
    assert_eq!(faults, [("I0302", "`title` is missing".to_owned())]);
}

#[test]
fn a_default_stands_in_for_what_is_missing_and_derives_like_a_value() {
    let mut made = Made::new();
    made.edit("country").default = Some(Value::text("US"));
    let accepted = made.accepted(json!({ "email": "ana@acme.com", "phone": "415 555 2671" }));
    let named = made.named(&accepted);
    assert_eq!((&named["country"], &named["country.groups"]), (&json!("US"), &json!(["NA"])));
    assert_eq!(named["phone"], "+14155552671");
    // It does not paper over a wrong value.
    let accepted = made.accepted(json!({ "email": "ana@acme.com", "country": "Atlantis" }));
    assert_eq!(made.named(&accepted).get("country"), None);
    assert_eq!(accepted.set_aside.len(), 1);
}

#[test]
fn a_state_may_name_its_country_itself() {
    let made = Made::new();
    for (country, state, expected) in [
        ("DE", "US-CA", "US-CA"),
        ("US", "FR-75", "FR-75"),
        ("FR", "Bretagne", "Bretagne"),
        ("DE", "Baden-Württemberg", "DE-BW"),
    ] {
        let accepted =
            made.accepted(json!({ "email": "a@acme.com", "country": country, "state": state }));
        assert_eq!(made.named(&accepted)["state"], expected);
    }
}

#[test]
fn a_field_given_twice_must_agree_with_itself() {
    let made = Made::new();
    made.accepted(json!({ "email": "a@acme.com", "company": "Acme", "companyName": "Acme" }));
    let body =
        json!({ "fields": { "email": "a@acme.com", "company": "Acme", "companyName": "Bolt" } });
    assert_eq!(made.faults(&body)[0].0, "I0311");
}

#[test]
fn consent_comes_beside_the_fields_or_as_a_field() {
    let mut made = Made::new();
    made.contract.consent.iter_mut().for_each(|it| it.required = true);
    let given = |body: &Json| match made.check_as(body, OptionalValues::Refuse) {
        Checked::Accepted(accepted) => made.named(&accepted)["consent.contact"].clone(),
        Checked::Quarantined(faults) => panic!("quarantined: {faults:?}"),
    };
    let fields = json!({ "email": "a@acme.com" });
    assert_eq!(given(&json!({ "fields": fields, "consent": { "contact": true } })), true);
    assert_eq!(given(&json!({ "fields": fields, "consent": { "contact": false } })), false);
    let flat = json!({ "email": "a@acme.com", "consent.contact": "I agree" });
    assert_eq!(given(&json!({ "fields": flat })), true);
    let unclear = json!({ "email": "a@acme.com", "consent.contact": "perhaps" });
    assert_eq!(made.faults(&json!({ "fields": unclear }))[0].0, "I0115");
}

#[test]
fn the_size_of_a_submission_is_bounded() {
    let made = Made::new();
    let many: serde_json::Map<_, _> = (0..501).map(|n| (format!("f{n}"), json!(1))).collect();
    assert_eq!(made.faults(&json!({ "fields": many }))[0].0, "I0312");
    let long = json!({ "email": "a@acme.com", "blob": "x".repeat(70_000) });
    assert_eq!(made.faults(&json!({ "fields": long }))[0].0, "I0305");
    let huge = json!({ "email": "x".repeat(10_000_000) });
    assert_eq!(made.faults(&json!({ "fields": huge }))[0].0, "I0101");
}

#[test]
fn the_external_id_is_a_key() {
    let made = Made::new();
    let body = json!({ "fields": { "email": "a@acme.com" }, "external_id": { "source": "crm", "id": "7" } });
    let Checked::Accepted(accepted) = made.check_as(&body, OptionalValues::Refuse) else {
        panic!("quarantined");
    };
    assert_eq!(accepted.keys.len(), 2);
}
