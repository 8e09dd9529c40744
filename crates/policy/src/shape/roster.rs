//! The sections of a roster file and their keys.

use crate::shape::{Key, MapKey, Record, Shape, may, must};

/// The whole file.
pub(crate) const ROSTER: Record = Record {
    what: "a roster",
    keys: &[
        must("schema", Shape::Word(&["1"]), "the version of the roster format"),
        may("$schema", Shape::Text, "where editors find the JSON Schema; not read otherwise"),
        may("teams", Shape::Map(MapKey::Name, &TEAM), "teams by name"),
        must("reps", Shape::Map(MapKey::Name, &REP), "reps by name"),
    ],
    one_of: &[],
};

const TEAM: Shape = Shape::Record(&Record {
    what: "a team",
    keys: &[
        may("name", Shape::Text, "as shown to people; the id if absent"),
        may("manager", Shape::Name, "who gets escalations"),
        may("calendar", Shape::Name, "working hours, a calendar of the policy"),
    ],
    one_of: &[],
});

const COUNT_MAX: i64 = u32::MAX as i64;
const COUNT: Shape = Shape::Whole(0, COUNT_MAX);

/// Attributes of a rep with a type of their own; others follow `rep_fields` of the policy.
pub(crate) const LIST_ATTRIBUTES: &[&str] =
    &["skills", "languages", "territories", "segments", "industries", "products"];

const WORDS: Shape = Shape::List(&Shape::Text);

const REP_KEYS: &[Key] = &[
    may("name", Shape::Text, "as shown to people; the id if absent"),
    may("email", Shape::Text, "where mail goes"),
    may("slack", Shape::Text, "member id in Slack, e.g. `U012AB3CD`; found by mail if absent"),
    may("teams", Shape::Text, "sign-in name in Microsoft Teams, mentioned in its channel"),
    may("phone", Shape::Text, "number for text messages, e.g. `+4930123456`"),
    may("team", Shape::Name, "whose calendar and manager count"),
    may("manager", Shape::Name, "the team's if absent"),
    may("backup", Shape::Name, "who takes over on silence or absence"),
    may("calendar", Shape::Name, "own working hours; the team's if absent"),
    may("active", Shape::Bool, "`true` if absent"),
    may("capacity", Shape::Record(&CAPACITY), "the most open work"),
    may("caps", Shape::Record(&CAPS), "the most new leads per period"),
    may("skills", WORDS, "what the rep can do"),
    may("languages", WORDS, "languages spoken, ISO 639-1"),
    may("territories", WORDS, "territories covered"),
    may("segments", WORDS, "segments served"),
    may("industries", WORDS, "industries known"),
    may("products", WORDS, "products sold"),
    may("seniority", Shape::Text, "e.g. `senior`"),
    may(
        "attributes",
        Shape::Map(MapKey::Name, &Shape::Either(&[Shape::Text, WORDS])),
        "further attributes, declared in the policy's `rep_fields`",
    ),
    may("absences", Shape::List(&ABSENCE), "times away"),
    may("state", Shape::Record(&STATE), "the load at the start of a trial decision"),
];

const REP: Shape = Shape::Record(&Record { what: "a rep", keys: REP_KEYS, one_of: &[] });

const CAPACITY: Record = Record {
    what: "a capacity",
    keys: &[
        may("open", COUNT, "open handoffs"),
        may("value", Shape::Money, "value of the open pipeline"),
    ],
    one_of: &[],
};

const CAPS: Record = Record {
    what: "the caps",
    keys: &[
        may("day", COUNT, "per local day"),
        may("week", COUNT, "per local week"),
        may("month", COUNT, "per local month"),
    ],
    one_of: &[],
};

const ABSENCE: Shape = Shape::Record(&Record {
    what: "an absence",
    keys: &[
        must("from", Shape::Instant, "first instant away"),
        must("to", Shape::Instant, "first instant back"),
        may("backup", Shape::Name, "who stands in; the rep's backup if absent"),
    ],
    one_of: &[],
});

const STATE: Record = Record {
    what: "a state",
    keys: &[
        may("present", Shape::Bool, "taking leads or not; `true` if absent"),
        may("open", COUNT, "open handoffs"),
        may("open_value", Shape::Money, "value of the open pipeline"),
        may("assigned", Shape::Record(&CAPS), "leads assigned in the current periods"),
    ],
    one_of: &[],
};
