//! The sections of a policy file and their keys.

mod intake;
mod qualify;
mod respond;
mod route;

use crate::shape::{Key, MapKey, Record, Shape, may, must};

/// The language version this compiler reads.
pub(crate) const SCHEMA_VERSION: &str = "1";

/// The whole file.
pub(crate) const POLICY: Record = Record { what: "a policy", keys: SECTIONS, one_of: &[] };

const SECTIONS: &[Key] = &[
    must("schema", Shape::Word(&[SCHEMA_VERSION]), "the version of the policy language"),
    may("$schema", Shape::Text, "where editors find the JSON Schema; not read otherwise"),
    must("name", Shape::Text, "what people call this policy"),
    may("calendars", Shape::Map(MapKey::Name, &intake::CALENDAR), "working hours by name"),
    must("contract", Shape::Record(&intake::CONTRACT), "what a submission must bring"),
    may(
        "rep_fields",
        Shape::Map(MapKey::Name, &Shape::Word(REP_FIELD_TYPES)),
        "further attributes of reps, usable as `rep.<name>`",
    ),
    may(
        "lists",
        Shape::Map(MapKey::Name, &Shape::List(&Shape::Text)),
        "lists of words and phrases that conditions name",
    ),
    may("tables", Shape::Map(MapKey::Name, &intake::TABLE), "lookup tables by name"),
    may(
        "derived",
        Shape::Map(MapKey::Name, &intake::DERIVED),
        "computed fields; each may use those before it",
    ),
    may("disqualify", Shape::List(&qualify::EXCLUSION), "leads that are not for sales"),
    may("suppress", Shape::List(&qualify::EXCLUSION), "leads already being followed up"),
    may("fast_track", Shape::Record(&qualify::FAST_TRACK), "the express lane"),
    may("sources", Shape::Record(&qualify::SOURCES), "how leads are treated by handoff reason"),
    may("gateway", Shape::Record(&qualify::GATEWAY), "questions before a handoff"),
    may("scoring", Shape::Record(&qualify::SCORING), "points and how they add up"),
    may("qualification", Shape::Record(&qualify::QUALIFICATION), "MQL, SQL and tiers"),
    must("routing", Shape::Record(&route::ROUTING), "who gets a lead"),
    may("pools", Shape::Map(MapKey::Name, &route::POOL), "reps who share a stream of leads"),
    must("queues", Shape::Map(MapKey::Name, &route::QUEUE), "unassigned work with a keeper"),
    must("slas", Shape::Record(&respond::SLAS), "times allowed"),
    may("escalations", Shape::Map(MapKey::Name, &respond::CHAIN), "what happens on silence"),
    may("notifications", Shape::List(&respond::NOTIFICATION), "who is told what, where"),
    may("quiet", Shape::Record(&respond::QUIET), "when only urgent messages come"),
    may(
        "attribution",
        Shape::Map(MapKey::Text, &Shape::Text),
        "the opportunity's lead source for each handoff reason",
    ),
    may("dispositions", Shape::Record(&respond::DISPOSITIONS), "the rep's verdict"),
    may("measures", Shape::Record(&respond::MEASURES), "healthy bands and goals"),
];

const REP_FIELD_TYPES: &[&str] = &["text", "list", "number", "bool"];
