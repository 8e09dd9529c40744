//! The keys of the blocks of a literate test.

use crate::shape::{MapKey, Record, Shape, may, must};

/// A lead block: a submission, and what only a running system would know.
pub(crate) const LEAD: Record = Record {
    what: "a lead",
    keys: &[
        must("at", Shape::Instant, "the time of the decision"),
        may("channel", Shape::Name, "the way in, e.g. `form`"),
        may("captured_at", Shape::Instant, "when the lead showed interest; `at` if absent"),
        may("waiting_since", Shape::Instant, "since when it waits for a rep; `at` if absent"),
        may("fields", Shape::Map(MapKey::Text, &VALUE), "what was sent"),
        may("consent", Shape::Map(MapKey::Name, &Shape::Bool), "answers by purpose"),
        may("activities", Shape::List(&ACTIVITY), "what the lead did"),
        may("quiz_score", Shape::Number, "score of a quiz, 0 to 100"),
        may("history", Shape::Record(&HISTORY), "what is known of lead and account"),
        may("rejected_by", Shape::List(&Shape::Name), "reps who rejected this lead"),
    ],
    one_of: &[],
};

const VALUE: Shape = Shape::Either(&[Shape::Text, Shape::List(&Shape::Text)]);

const ACTIVITY: Shape = Shape::Record(&Record {
    what: "an activity",
    keys: &[
        must("kind", Shape::Name, "what, e.g. `demo_request`"),
        may("at", Shape::Instant, "when; the capture if absent"),
        may("subject", Shape::Text, "on what"),
    ],
    one_of: &[],
});

const HISTORY: Record = Record {
    what: "a history",
    keys: &[
        may("open_handoff", Shape::Bool, "whether a handoff of the lead is under way"),
        may("closed_handoffs", Shape::Whole(0, 1_000_000), "how many are closed"),
        may("active_deal", Shape::Bool, "whether its account has an open deal"),
        may("active_sequence", Shape::Bool, "whether it is in an outreach sequence"),
        may("last_contact_at", Shape::Instant, "when sales last spoke or wrote to it"),
        may("customer", Shape::Bool, "whether its account is a customer"),
        may("account_owner", Shape::Name, "who owns its account"),
    ],
    one_of: &[],
};

/// An expect block; every key is optional, `none` says that there is none.
pub(crate) const EXPECT: Record = Record {
    what: "an expectation",
    keys: &[
        may("outcome", Shape::Word(OUTCOMES), "what becomes of the lead"),
        may("owner", Shape::Name, "the rep who gets it"),
        may("queue", Shape::Name, "the queue that holds it"),
        may("pool", Shape::Name, "the pool it was picked from"),
        may("how", Shape::Text, "why this rep: the code of the reason"),
        may("rule", Shape::Name, "the routing rule"),
        may("reason", Shape::Name, "why it was excluded"),
        may("held_by", Shape::Name, "the exclusion that could not be evaluated"),
        may("tier", Shape::Text, "the qualification tier"),
        may("sla", Shape::Name, "the SLA tier"),
        may("score", Shape::Text, "0 to 100"),
        may("mql", Shape::Word(ANSWERS), "marketing qualified"),
        may("sql", Shape::Word(ANSWERS), "sales qualified"),
        may("fast_track", Shape::Word(&["true", "false"]), "on the express lane"),
        may("sponsor", Shape::Word(&["true", "false"]), "whether a sponsor is named"),
        may("due", Shape::Record(&DUE), "when what is due"),
        may("passed_over", Shape::Map(MapKey::Name, &Shape::Text), "reason codes by rep"),
        may("faults", Shape::List(&Shape::Text), "codes of what the contract refuses"),
    ],
    one_of: &[],
};

const OUTCOMES: &[&str] = &[
    "assigned",
    "queued",
    "waiting",
    "nurture",
    "self_service",
    "disqualified",
    "attached",
    "quarantined",
];

const ANSWERS: &[&str] = &["true", "false", "unknown"];

const DUE: Record = Record {
    what: "the deadlines",
    keys: &[
        may("touch", Shape::Text, "the first valid touch"),
        may("acknowledge", Shape::Text, "accept or reject"),
        may("disposition", Shape::Text, "the verdict"),
    ],
    one_of: &[],
};
