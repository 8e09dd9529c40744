//! Keys of exclusions, fast track, sources, gateway, scoring and qualification.

use crate::shape::{MapKey, Record, Shape, may, must};

/// One exclusion.
pub(super) const EXCLUSION: Shape = Shape::Record(&Record {
    what: "an exclusion",
    keys: &[
        must("id", Shape::Name, "unique in its section"),
        must("when", Shape::Condition, "when it holds"),
        may("reason", Shape::Name, "the documented reason; the id if absent"),
        may(
            "if_unknown",
            Shape::Word(&["hold", "pass"]),
            "what happens where a value is missing: `hold` (if absent) sends the lead to the \
             fallback queue, `pass` lets it go on",
        ),
        may(
            "then",
            Shape::Word(&["disqualify", "attach", "nurture"]),
            "what becomes of the lead; `disqualify` or `attach` by section if absent",
        ),
    ],
    one_of: &[],
});

/// The express lane.
pub(super) const FAST_TRACK: Record = Record {
    what: "the fast track",
    keys: &[
        must("signals", Shape::Map(MapKey::Name, &Shape::Condition), "any one is enough"),
        may(
            "minimums",
            Shape::List(&Shape::Pair(&Shape::Money, &Shape::Condition)),
            "the least monthly potential with its condition; the first that holds",
        ),
        may("sponsor_from", Shape::Money, "the potential from which a sponsor is named"),
        may("questions", Shape::List(&Shape::Text), "questions for the first call"),
        may("identification_target", Shape::Percent, "the share of such leads to be found"),
    ],
    one_of: &[],
};

const MODES: &[&str] = &["auto_submit", "gateway", "model", "standard"];

/// Source intelligence.
pub(super) const SOURCES: Record = Record {
    what: "the sources",
    keys: &[
        may("default", Shape::Word(MODES), "for reasons not named; `standard` if absent"),
        may("auto_submit_from", Shape::Percent, "acceptance from which leads go straight on"),
        may("floor", Shape::Percent, "acceptance under which leads are checked first"),
        may("sources", Shape::Map(MapKey::Text, &SOURCE), "by handoff reason"),
    ],
    one_of: &[],
};

const SOURCE: Shape = Shape::Record(&Record {
    what: "a source",
    keys: &[
        must("mode", Shape::Word(MODES), "how its leads are treated"),
        may("accepted", Shape::Whole(0, COUNT_MAX), "accepted handoffs the mode rests on"),
        may("decided", Shape::Whole(1, COUNT_MAX), "accepted and rejected handoffs"),
    ],
    one_of: &[],
});

const COUNT_MAX: i64 = u32::MAX as i64;
const GATE_RESULTS: &[&str] = &["direct", "standard", "nurture", "self_service"];

/// The pre-qualification gateway.
pub(super) const GATEWAY: Record = Record {
    what: "the gateway",
    keys: &[
        must("asks", Shape::List(&Shape::Name), "the fields asked for"),
        must("rules", Shape::List(&GATEWAY_RULE), "the first that holds decides"),
        may("otherwise", Shape::Word(GATE_RESULTS), "where no rule holds; `standard` if absent"),
        may("unanswered", Shape::Word(GATE_RESULTS), "without answers; `standard` if absent"),
    ],
    one_of: &[],
};

const GATEWAY_RULE: Shape = Shape::Record(&Record {
    what: "a gateway rule",
    keys: &[
        must("id", Shape::Name, "unique in the gateway"),
        must("when", Shape::Condition, "when it holds"),
        must("then", Shape::Word(GATE_RESULTS), "what it decides"),
    ],
    one_of: &[],
});

/// Points.
pub(super) const SCORING: Record = Record {
    what: "the scoring",
    keys: &[
        may("groups", Shape::Map(MapKey::Name, &GROUP), "groups of rules; `score.<group>`"),
        may("matrix", Shape::Record(&MATRIX), "budget, need, timeline and fit"),
    ],
    one_of: &[],
};

const MATRIX: Record = Record {
    what: "the matrix",
    keys: &[
        must("budget", GROUP, "budget and authority"),
        must("need", GROUP, "content consumed, answers"),
        must("timeline", GROUP, "urgency, competitive evaluation"),
        must("fit", GROUP, "industry, technology, growth"),
    ],
    one_of: &[],
};

const POINTS_MAX: i64 = 1000;

const GROUP: Shape = Shape::Record(&Record {
    what: "a score group",
    keys: &[
        may("cap", Shape::Whole(-POINTS_MAX, POINTS_MAX), "the most points; 100 if absent"),
        may("floor", Shape::Whole(-POINTS_MAX, POINTS_MAX), "the least points; 0 if absent"),
        must("rules", Shape::List(&SCORE_RULE), "what earns points"),
    ],
    one_of: &[],
});

const SCORE_RULE: Shape = Shape::Record(&Record {
    what: "a score rule",
    keys: &[
        must("id", Shape::Name, "unique in its group"),
        may("when", Shape::Condition, "a condition that earns the points"),
        may("activity", Shape::Name, "a kind of activity; each one earns the points"),
        may("share_of", Shape::Name, "a number field; each `per` of it earns the points"),
        must("points", Shape::Whole(-POINTS_MAX, POINTS_MAX), "points earned"),
        may("max", Shape::Whole(-POINTS_MAX, POINTS_MAX), "the most an activity rule gives"),
        may("within", Shape::Duration, "only activities younger than this"),
        may("half_life", Shape::Duration, "the age at which points have halved"),
        may("per", Shape::Number, "what earns `points` once; 1 if absent"),
    ],
    one_of: &["when", "activity", "share_of"],
});

/// MQL, SQL, tiers.
pub(super) const QUALIFICATION: Record = Record {
    what: "the qualification",
    keys: &[
        may("mql", Shape::Condition, "engagement and fit: marketing qualified"),
        may("sql", Shape::Condition, "explicit intent: sales qualified"),
        must("tiers", Shape::List(&TIER), "the first that holds; 1 is the most urgent"),
        may(
            "below",
            Shape::Word(&["nurture", "self_service"]),
            "what becomes of a lead without a tier; `nurture` if absent",
        ),
    ],
    one_of: &[],
};

const TIER: Shape = Shape::Record(&Record {
    what: "a tier",
    keys: &[
        must("tier", Shape::Whole(1, 9), "1 is the most urgent"),
        must("when", Shape::Condition, "when it holds"),
    ],
    one_of: &[],
});
