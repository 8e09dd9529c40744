//! The person behind a lead: what they are called and how they are reached.

use model::Value;
use policy::{Facts, FieldType, Policy};

/// A person; what is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// First name.
    pub first_name: String,
    /// First and last name, where known.
    pub name: String,
    /// The job title.
    pub title: String,
    /// The company.
    pub company: String,
    /// The e-mail address.
    pub email: String,
    /// The phone number, E.164.
    pub phone: String,
}

impl Person {
    /// The person of these facts.
    pub(crate) fn of(policy: &Policy, facts: &Facts) -> Self {
        let named = |name: &str| {
            let known = policy.fields.find(name).and_then(|it| facts.get(it).value());
            known.map(|it| text(&it)).unwrap_or_default()
        };
        // The first field of a type that is known.
        let typed = |kind: FieldType| {
            let declared = policy.contract.fields.iter().map(|it| it.id);
            let mut of_kind =
                declared.filter(|id| policy.fields.get(*id).is_some_and(|it| it.kind == kind));
            let value = of_kind.find_map(|it| facts.get(it).value());
            value.map(|it| text(&it)).unwrap_or_default()
        };
        let first_name = named("first_name");
        let both = format!("{first_name} {}", named("last_name"));
        let name = Some(both.trim().to_owned()).filter(|it| !it.is_empty());
        Self {
            name: name.unwrap_or_else(|| named("name")),
            first_name,
            title: typed(FieldType::Title),
            company: typed(FieldType::Company),
            email: typed(FieldType::Email),
            phone: typed(FieldType::Phone),
        }
    }

    /// Whatever names them best: name, company, address, number.
    pub fn who(&self) -> Option<&str> {
        let all = [&self.name, &self.company, &self.email, &self.phone];
        all.into_iter().find(|it| !it.is_empty()).map(String::as_str)
    }
}

/// Fields that name somebody hold text.
fn text(value: &Value) -> String {
    match value {
        Value::Text(it) => it.to_string(),
        Value::Bool(_) | Value::Number(_) | Value::Time(_) | Value::List(_) => String::new(),
    }
}
