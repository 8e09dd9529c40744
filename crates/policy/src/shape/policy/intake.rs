//! Keys of calendars, contract, tables and derived fields.

use crate::shape::{MapKey, Record, Shape, may, must};

/// One calendar.
pub(super) const CALENDAR: Shape = Shape::Record(&Record {
    what: "a calendar",
    keys: &[
        must("zone", Shape::Text, "an IANA time zone such as `America/New_York`"),
        must(
            "weekly",
            Shape::Map(MapKey::Text, &Shape::List(&Shape::Hours)),
            "open hours by day (`mon`) or range of days (`mon-fri`)",
        ),
        may("holidays", Shape::List(&Shape::Date), "closed dates"),
        may(
            "overrides",
            Shape::Map(MapKey::Text, &Shape::List(&Shape::Hours)),
            "dates with hours of their own",
        ),
    ],
    one_of: &[],
});

/// The data contract.
pub(super) const CONTRACT: Record = Record {
    what: "the contract",
    keys: &[
        may(
            "unknown_fields",
            Shape::Word(&["keep", "reject"]),
            "what happens to fields the contract does not name; `keep` if absent",
        ),
        may(
            "one_of",
            Shape::List(&Shape::List(&Shape::Name)),
            "groups of fields of which at least one must be there",
        ),
        may("reason_field", Shape::Name, "the field with the handoff reason"),
        may("phone_country", Shape::Name, "the field with the country of phone numbers"),
        may("default_country", Shape::Text, "the country of phone numbers of leads without one"),
        may("potential_field", Shape::Name, "the field with the monthly potential"),
        may("consent", Shape::Map(MapKey::Name, &CONSENT), "purposes of consent"),
        must("fields", Shape::Map(MapKey::Name, &CONTRACT_FIELD), "the fields of a submission"),
    ],
    one_of: &[],
};

const CONSENT: Shape = Shape::Record(&Record {
    what: "a purpose of consent",
    keys: &[may("required", Shape::Bool, "whether a submission must answer it; `false` if absent")],
    one_of: &[],
});

/// Names of field types in the file, each also listed in `lower::contract`.
pub(crate) const FIELD_TYPES: &[&str] = &[
    "text",
    "enum",
    "number",
    "money",
    "bool",
    "time",
    "list",
    "email",
    "phone",
    "country",
    "region",
    "company",
    "url",
    "title",
    "employees",
    "revenue",
    "language",
];

const CONTRACT_FIELD: Shape = Shape::Record(&Record {
    what: "a contract field",
    keys: &[
        must("type", Shape::Word(FIELD_TYPES), "what it holds; decides how it is normalised"),
        may("required", Shape::Bool, "whether a submission without it is quarantined"),
        may("personal", Shape::Bool, "whether it is personal data"),
        may("aliases", Shape::List(&Shape::Text), "other names it may arrive under"),
        may("values", Shape::List(&Shape::Text), "the values of an enum"),
        may("default", Shape::Text, "taken where a submission has none"),
        may("length_max", Shape::Whole(1, 100_000), "the most characters; 1000 if absent"),
        may("min", Shape::Money, "the least number allowed"),
        may("max", Shape::Money, "the largest number allowed"),
        may(
            "date_format",
            Shape::Word(&["day_first", "month_first"]),
            "how dates are written where they are not RFC 3339",
        ),
    ],
    one_of: &[],
});

/// One table.
pub(super) const TABLE: Shape = Shape::Record(&Record {
    what: "a table",
    keys: &[
        must("keys", Shape::List(&Shape::Name), "the key columns"),
        must("columns", Shape::List(&Shape::Name), "the value columns"),
        may("rows", Shape::List(&Shape::List(&Shape::Text)), "keys, then values; `*` fits any key"),
        may("file", Shape::Text, "a CSV file with the columns as header"),
    ],
    one_of: &["rows", "file"],
});

/// One derived field.
pub(super) const DERIVED: Shape = Shape::Record(&Record {
    what: "a derived field",
    keys: &[
        may("when", Shape::Condition, "yes or no"),
        may("band", Shape::Name, "the number field to sort into bands"),
        may(
            "steps",
            Shape::List(&Shape::Pair(&Shape::Text, &Shape::Money)),
            "bands with their upper bounds, exclusive, ascending",
        ),
        may("rest", Shape::Text, "the band from the last bound on"),
        may("lookup", Shape::Name, "the table to look up"),
        may("by", Shape::List(&Shape::Name), "the fields that make the key"),
        may("column", Shape::Name, "the column to read"),
        may(
            "cases",
            Shape::List(&Shape::Pair(&Shape::Text, &Shape::Condition)),
            "values with their conditions; the first that holds",
        ),
        may("default", Shape::Text, "taken where no row or case fits"),
        may(
            "sum",
            Shape::List(&Shape::Pair(&Shape::Number, &Shape::Condition)),
            "numbers with their conditions; those that hold are added",
        ),
    ],
    one_of: &["when", "band", "lookup", "cases", "sum"],
});
