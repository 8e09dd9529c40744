//! Keys of routing, pools and queues.

use crate::shape::{Record, Shape, may, must};

/// The routing table.
pub(super) const ROUTING: Record = Record {
    what: "the routing",
    keys: &[
        must("rules", Shape::List(&RULE), "the first whose condition holds decides"),
        must("fallback", Shape::List(&TARGET), "tried last for every lead; ends in a queue"),
    ],
    one_of: &[],
};

const RULE: Shape = Shape::Record(&Record {
    what: "a routing rule",
    keys: &[
        must("id", Shape::Name, "unique in the table"),
        must("when", Shape::Condition, "when it holds"),
        must("to", Shape::List(&TARGET), "tried in order"),
        may("note", Shape::Text, "for the next admin"),
    ],
    one_of: &[],
});

const PLACES: &[&str] = &["account_owner", "nurture", "self_service"];

const TARGET: Shape = Shape::Either(&[
    Shape::Word(PLACES),
    Shape::Record(&Record {
        what: "a target",
        keys: &[
            may("rep", Shape::Name, "one rep"),
            may("pool", Shape::Name, "a pool"),
            may("queue", Shape::Name, "a queue"),
            may("to", Shape::Word(PLACES), "the owner of the account, or a way out"),
            may("only", Shape::Condition, "only then; may name `rep.…`"),
        ],
        one_of: &["rep", "pool", "queue", "to"],
    }),
]);

/// One pool.
pub(super) const POOL: Shape = Shape::Record(&Record {
    what: "a pool",
    keys: &[
        may(
            "strategy",
            Shape::Word(&["round_robin", "weighted", "least_open", "least_value"]),
            "who is next; `round_robin` if absent",
        ),
        must("members", Shape::List(&MEMBER), "who is in it"),
        may("filter", Shape::Condition, "which members suit a lead"),
        may("skills", Shape::List(&SKILL), "wanted skills, given up by waiting"),
        may("sticky", Shape::Record(&STICKY), "the same rep for leads that belong together"),
        may(
            "hours",
            Shape::Word(&["required", "ignored", "preferred"]),
            "whether working hours count; `required` if absent",
        ),
        may("load_max", Shape::Percent, "the share of open capacity up to which leads come"),
        may("value_max", Shape::Percent, "the share of value capacity up to which leads come"),
    ],
    one_of: &[],
});

const MEMBER: Shape = Shape::Either(&[
    Shape::Name,
    Shape::Record(&Record {
        what: "a member",
        keys: &[
            may("rep", Shape::Name, "one rep"),
            may("team", Shape::Name, "all reps of a team"),
            may("where", Shape::Condition, "all reps for whom it holds"),
            may("weight", Shape::Whole(0, 1_000_000), "share of leads; 1 if absent"),
        ],
        one_of: &["rep", "team", "where"],
    }),
]);

const SKILL: Shape = Shape::Either(&[
    Shape::Condition,
    Shape::Record(&Record {
        what: "a skill",
        keys: &[
            must("want", Shape::Condition, "a condition on lead and rep"),
            may("relax_after", Shape::Duration, "given up after so long; never if absent"),
        ],
        one_of: &[],
    }),
]);

const STICKY: Record = Record {
    what: "stickiness",
    keys: &[
        must("by", Shape::Name, "the field whose equal values belong together"),
        may("within", Shape::Duration, "for so long after the last lead; for ever if absent"),
    ],
    one_of: &[],
};

/// One queue.
pub(super) const QUEUE: Shape = Shape::Record(&Record {
    what: "a queue",
    keys: &[
        must("keeper", Shape::Name, "the rep who answers for what lies in it"),
        may("teams", Shape::List(&Shape::Name), "teams whose reps may take from it"),
        may("pools", Shape::List(&Shape::Name), "pools whose members may take from it"),
        may("calendar", Shape::Name, "working hours of its clock; always open if absent"),
    ],
    one_of: &[],
});
