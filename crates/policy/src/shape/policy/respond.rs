//! Keys of SLAs, escalations, notifications, dispositions and measures.

use crate::shape::{MapKey, Record, Shape, may, must};

/// Times allowed.
pub(super) const SLAS: Record = Record {
    what: "the SLAs",
    keys: &[
        must("tiers", Shape::Map(MapKey::Name, &SLA), "by name"),
        may("rules", Shape::List(&SLA_RULE), "the first that holds chooses"),
        must("default", Shape::Name, "where no rule holds"),
    ],
    one_of: &[],
};

const SLA_RULE: Shape = Shape::Record(&Record {
    what: "a choice of an SLA",
    keys: &[
        must("sla", Shape::Name, "the tier chosen"),
        must("when", Shape::Condition, "when it holds"),
    ],
    one_of: &[],
});

const CLOCKS: Shape = Shape::List(&Shape::Record(&Record {
    what: "a clock",
    keys: &[
        must("hours", Shape::Name, "`always`, `team` or a calendar"),
        must("within", Shape::Duration, "the time allowed in those hours"),
    ],
    one_of: &[],
}));

const SLA: Shape = Shape::Record(&Record {
    what: "an SLA tier",
    keys: &[
        must("touch", CLOCKS, "until the first valid touch; the earliest clock counts"),
        may("acknowledge", CLOCKS, "until the rep accepts or rejects"),
        may("disposition", CLOCKS, "until the verdict"),
        may("remind_before", Shape::List(&Shape::Duration), "reminders before the touch is due"),
        may("escalation", Shape::Name, "what happens on silence"),
        may("healthy", Shape::Band, "the healthy band of compliance"),
    ],
    one_of: &[],
});

/// One escalation chain.
pub(super) const CHAIN: Shape = Shape::Record(&Record {
    what: "an escalation",
    keys: &[
        may("repeat", Shape::Whole(0, 5), "how often it starts again; 0 if absent"),
        must("steps", Shape::List(&STEP), "in order; the last gives the lead to a queue"),
    ],
    one_of: &[],
});

const STEP: Shape = Shape::Record(&Record {
    what: "an escalation step",
    keys: &[
        must("after", Shape::Duration, "time after the step before, or after the deadline"),
        may("hours", Shape::Name, "`always`, `team` (if absent) or a calendar"),
        must(
            "to",
            Shape::Either(&[
                Shape::Word(&["owner", "backup", "manager"]),
                Shape::Record(&Record {
                    what: "a step's target",
                    keys: &[
                        may("rep", Shape::Name, "one rep"),
                        may("pool", Shape::Name, "whoever is next in a pool"),
                        may("queue", Shape::Name, "a queue"),
                    ],
                    one_of: &["rep", "pool", "queue"],
                }),
            ]),
            "who",
        ),
        may("do", Shape::Word(&["notify", "reassign"]), "what; `reassign` if absent"),
        may("ignore_hours", Shape::Bool, "take a target outside working hours all the same"),
    ],
    one_of: &[],
});

/// Events somebody may be told of, in the order of `NotifyOn`.
pub(crate) const EVENTS: &[&str] = &[
    "assigned",
    "queued",
    "reminder",
    "unacknowledged",
    "breached",
    "rejected",
    "disqualified",
    "converted",
    "won",
    "lost",
];

/// Channels, in the order of `Channel`.
pub(crate) const CHANNELS: &[&str] =
    &["in_app", "email", "slack", "teams", "web_push", "sms", "webhook", "crm_task"];

/// One notification.
pub(super) const NOTIFICATION: Shape = Shape::Record(&Record {
    what: "a notification",
    keys: &[
        must("on", Shape::Word(EVENTS), "what happened"),
        must(
            "to",
            Shape::Either(&[
                Shape::Word(&["owner", "manager", "keeper", "prospect", "marketing"]),
                Shape::Record(&Record {
                    what: "a recipient",
                    keys: &[must("rep", Shape::Name, "one rep")],
                    one_of: &[],
                }),
            ]),
            "who is told",
        ),
        must("channels", Shape::List(&Shape::Word(CHANNELS)), "on all of these at once"),
        may(
            "fallback",
            Shape::List(&Shape::Word(CHANNELS)),
            "the next of these where one fails for good or goes unseen",
        ),
        may("unseen_after", Shape::Duration, "when a message that was sent counts as unseen"),
        may("urgent", Shape::Bool, "sent in the reader's quiet hours too"),
        may("template", Shape::Name, "the template's name; the event's if absent"),
        may("when", Shape::Condition, "only then"),
    ],
    one_of: &[],
});

/// The rep's verdict.
pub(super) const DISPOSITIONS: Record = Record {
    what: "the dispositions",
    keys: &[
        may("rejects_max", Shape::Whole(1, 100), "rejects until the fallback queue; 3 if absent"),
        may(
            "silent_max",
            Shape::Whole(1, 100),
            "offers in a row that a rep may leave unanswered before being switched off; any if absent",
        ),
        may("pause_max", Shape::Duration, "the longest pause; 90 days if absent"),
        must("reject_reasons", Shape::Map(MapKey::Name, &REASON), "allowed reasons"),
    ],
    one_of: &[],
};

const REASON: Shape = Shape::Record(&Record {
    what: "a reject reason",
    keys: &[
        must("label", Shape::Text, "as shown to people"),
        may(
            "then",
            Shape::Word(&["nurture", "reroute", "disqualify"]),
            "what becomes of the lead; `nurture` if absent",
        ),
        may("credit", Shape::Bool, "whether the rep gets a replacement lead"),
        may("note_required", Shape::Bool, "whether a note must be given"),
    ],
    one_of: &[],
});

/// Hours of quiet.
pub(super) const QUIET: Record = Record {
    what: "the quiet hours",
    keys: &[
        must("from", Shape::Text, "when they begin on the reader's clock, e.g. `19:00`"),
        must("to", Shape::Text, "when they end, e.g. `07:30`; they may pass midnight"),
    ],
    one_of: &[],
};

/// Healthy bands and goals.
pub(super) const MEASURES: Record = Record {
    what: "the measures",
    keys: &[
        may("threshold_health", Shape::Record(&HEALTH), "when criteria are too loose or strict"),
        may("targets", Shape::Map(MapKey::Name, &GOAL), "goals by metric"),
        may("violations", Shape::Record(&VIOLATIONS), "when violations are reviewed"),
    ],
    one_of: &[],
};

const HEALTH: Record = Record {
    what: "threshold health",
    keys: &[
        must("score_from", Shape::Number, "from this score on"),
        must("loose_below", Shape::Percent, "conversion under which criteria are too loose"),
        must("strict_above", Shape::Percent, "conversion above which they are too strict"),
    ],
    one_of: &[],
};

const GOAL: Shape = Shape::Record(&Record {
    what: "a goal",
    keys: &[
        may("baseline", Shape::NumberOrPercent, "where it stood"),
        must("target", Shape::NumberOrPercent, "where it should be"),
    ],
    one_of: &[],
});

const VIOLATIONS: Record = Record {
    what: "violations",
    keys: &[
        may("repeated", Shape::Whole(1, 1000), "in 7 days: weekly review; 3 if absent"),
        may("persistent_weeks", Shape::Whole(1, 52), "weeks running: redesign; 3 if absent"),
    ],
    one_of: &[],
};
