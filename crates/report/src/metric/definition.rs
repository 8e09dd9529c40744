//! The metrics in words. People read these texts on every report and dashboard.

use super::{Definition, Metric, Unit};

impl Metric {
    /// The metric in words.
    pub const fn definition(self) -> Definition {
        match self {
            Self::Handoffs => HANDOFFS,
            Self::OpenHandoffs => OPEN_HANDOFFS,
            Self::Acceptance => ACCEPTANCE,
            Self::Rejection => REJECTION,
            Self::Silence => SILENCE,
            Self::PursueAccount => PURSUE_ACCOUNT,
            Self::BadUseCase => BAD_USE_CASE,
            Self::Attempted => ATTEMPTED,
            Self::Contact => CONTACT,
            Self::SpeedToLead => SPEED_TO_LEAD,
            Self::SpeedToAttempt => SPEED_TO_ATTEMPT,
            Self::LeadAge => LEAD_AGE,
            Self::AcknowledgeCompliance => ACKNOWLEDGE_COMPLIANCE,
            Self::TouchCompliance => TOUCH_COMPLIANCE,
            Self::TouchKeptLate => TOUCH_KEPT_LATE,
            Self::FeedbackCompletion => FEEDBACK_COMPLETION,
            Self::Meeting => MEETING,
            Self::SameWindowConversion => SAME_WINDOW_CONVERSION,
            Self::CohortConversion => COHORT_CONVERSION,
            Self::MatureConversion => MATURE_CONVERSION,
            Self::AcceptedConversion => ACCEPTED_CONVERSION,
            Self::WinRate => WIN_RATE,
            Self::Pipeline => PIPELINE,
            Self::Revenue => REVENUE,
            Self::TimeToClose => TIME_TO_CLOSE,
            Self::AttributionCoverage => ATTRIBUTION_COVERAGE,
            Self::AttributionRepaired => ATTRIBUTION_REPAIRED,
        }
    }
}

const HANDOFFS: Definition = Definition {
    id: "handoffs",
    name: "Handoffs",
    unit: Unit::Count,
    text: "Handoffs made in the period, each counted once.",
    numerator: "handoffs made in the period",
    denominator: "",
    excluded: "",
};

const OPEN_HANDOFFS: Definition = Definition {
    id: "open_handoffs",
    name: "Open handoffs",
    unit: Unit::Count,
    text: "Handoffs of the period that are still open: the load that is left.",
    numerator: "handoffs not closed",
    denominator: "",
    excluded: "",
};

const ACCEPTANCE: Definition = Definition {
    id: "acceptance",
    name: "Acceptance",
    unit: Unit::Share,
    text: "How often sales submits a lead when it says yes or no. Silence and the other verdicts are in neither number and are shown beside them.",
    numerator: "submitted",
    denominator: "submitted + rejected",
    excluded: "no verdict, pursue account, bad use case, recycled",
};

const REJECTION: Definition = Definition {
    id: "rejection",
    name: "Rejection",
    unit: Unit::Share,
    text: "How often sales rejects a lead when it says yes or no: the rest of acceptance.",
    numerator: "rejected",
    denominator: "submitted + rejected",
    excluded: "no verdict, pursue account, bad use case, recycled",
};

const SILENCE: Definition = Definition {
    id: "silence",
    name: "No verdict",
    unit: Unit::Share,
    text: "Handoffs on which sales has said nothing. Silence is an outcome of its own, not an acceptance.",
    numerator: "handoffs without a verdict",
    denominator: "all handoffs",
    excluded: "",
};

const PURSUE_ACCOUNT: Definition = Definition {
    id: "pursue_account",
    name: "Pursue account",
    unit: Unit::Share,
    text: "Verdicts that want the account but not this person.",
    numerator: "verdict pursue account",
    denominator: "all verdicts",
    excluded: "no verdict",
};

const BAD_USE_CASE: Definition = Definition {
    id: "bad_use_case",
    name: "Bad use case",
    unit: Unit::Share,
    text: "Verdicts that the use case is none of ours.",
    numerator: "verdict bad use case",
    denominator: "all verdicts",
    excluded: "no verdict",
};

const ATTEMPTED: Definition = Definition {
    id: "attempted",
    name: "Attempted",
    unit: Unit::Share,
    text: "Handoffs with an outreach of any kind, generic auto-responses included.",
    numerator: "handoffs with any outreach",
    denominator: "all handoffs",
    excluded: "",
};

const CONTACT: Definition = Definition {
    id: "contact",
    name: "Valid touch",
    unit: Unit::Share,
    text: "Handoffs with at least one touch that counts: a personal e-mail that names the trigger, a call with voicemail, a personal LinkedIn request.",
    numerator: "handoffs with a valid touch",
    denominator: "all handoffs",
    excluded: "",
};

const SPEED_TO_LEAD: Definition = Definition {
    id: "speed_to_lead",
    name: "Speed to lead",
    unit: Unit::Duration,
    text: "Time from the capture of the submission to the first valid touch. Only handoffs that were touched have one: read it beside the share of valid touches.",
    numerator: "time from capture to first valid touch",
    denominator: "",
    excluded: "untouched, touch dated before capture",
};

const SPEED_TO_ATTEMPT: Definition = Definition {
    id: "speed_to_attempt",
    name: "Speed to first attempt",
    unit: Unit::Duration,
    text: "Time from the capture of the submission to the first outreach of any kind, valid or not.",
    numerator: "time from capture to first outreach",
    denominator: "",
    excluded: "not attempted, attempt dated before capture",
};

const LEAD_AGE: Definition = Definition {
    id: "lead_age",
    name: "Lead age at first touch",
    unit: Unit::Duration,
    text: "Time from the first capture of the lead ever to the first valid touch. A lead that was nurtured for months before its handoff is old however fast the touch was.",
    numerator: "time from first capture of the lead to first valid touch",
    denominator: "",
    excluded: "untouched, touch dated before capture",
};

const ACKNOWLEDGE_COMPLIANCE: Definition = Definition {
    id: "acknowledge_compliance",
    name: "Acknowledged in time",
    unit: Unit::Share,
    text: "Acknowledge clocks kept. Missed means done after the deadline, or not done and overdue.",
    numerator: "acknowledged by the deadline",
    denominator: "kept + missed",
    excluded: "still running, closed before the deadline",
};

const TOUCH_COMPLIANCE: Definition = Definition {
    id: "touch_compliance",
    name: "SLA kept",
    unit: Unit::Share,
    text: "First-touch clocks kept by a valid touch. Missed means touched after the deadline, or untouched and overdue.",
    numerator: "first valid touch by the deadline",
    denominator: "kept + missed",
    excluded: "still running, closed before the deadline",
};

const TOUCH_KEPT_LATE: Definition = Definition {
    id: "touch_kept_late",
    name: "Kept in the last half",
    unit: Unit::Share,
    text: "Of the first-touch clocks kept, those that used more than half of the time allowed: late but compliant.",
    numerator: "kept after more than half of the time",
    denominator: "kept",
    excluded: "",
};

const FEEDBACK_COMPLETION: Definition = Definition {
    id: "feedback_completion",
    name: "Feedback completion",
    unit: Unit::Share,
    text: "Handoffs with a documented verdict within the time required for it.",
    numerator: "verdict by the deadline",
    denominator: "kept + missed",
    excluded: "still running, closed before the deadline",
};

const MEETING: Definition = Definition {
    id: "meeting",
    name: "Meeting",
    unit: Unit::Share,
    text: "Handoffs of the period with at least one meeting so far.",
    numerator: "handoffs with a meeting",
    denominator: "all handoffs",
    excluded: "",
};

const SAME_WINDOW_CONVERSION: Definition = Definition {
    id: "same_window_conversion",
    name: "Conversion, same window",
    unit: Unit::Share,
    text: "Opportunities dated in the period per handoff made in the period. Two different populations: some of these opportunities come from earlier handoffs, and late handoffs had no time to convert.",
    numerator: "opportunities dated in the period",
    denominator: "handoffs made in the period",
    excluded: "",
};

const COHORT_CONVERSION: Definition = Definition {
    id: "cohort_conversion",
    name: "Conversion, so far",
    unit: Unit::Share,
    text: "Handoffs of the period that became an opportunity up to now. It still grows while handoffs are young.",
    numerator: "handoffs with an opportunity",
    denominator: "all handoffs of the period",
    excluded: "",
};

const MATURE_CONVERSION: Definition = Definition {
    id: "mature_conversion",
    name: "Conversion, within the horizon",
    unit: Unit::Share,
    text: "Handoffs that became an opportunity within the horizon, of those made at least that long ago. The figure to compare periods by.",
    numerator: "handoffs with an opportunity within the horizon",
    denominator: "handoffs at least one horizon old",
    excluded: "younger handoffs",
};

const ACCEPTED_CONVERSION: Definition = Definition {
    id: "accepted_conversion",
    name: "Submitted to opportunity",
    unit: Unit::Share,
    text: "Submitted handoffs that became an opportunity so far: the leak after acceptance.",
    numerator: "submitted handoffs with an opportunity",
    denominator: "submitted handoffs",
    excluded: "opportunities from handoffs that were not submitted",
};

const WIN_RATE: Definition = Definition {
    id: "win_rate",
    name: "Win rate",
    unit: Unit::Share,
    text: "Handoffs with a deal won, of those whose deals have ended. One won deal outweighs lost ones.",
    numerator: "handoffs with a deal won",
    denominator: "handoffs with a deal won or lost",
    excluded: "opportunities still open",
};

const PIPELINE: Definition = Definition {
    id: "pipeline",
    name: "Pipeline",
    unit: Unit::Money,
    text: "Value of the opportunities that came from the period's handoffs, as stated when they were created.",
    numerator: "value of opportunities",
    denominator: "",
    excluded: "",
};

const REVENUE: Definition = Definition {
    id: "revenue",
    name: "Revenue",
    unit: Unit::Money,
    text: "Value of the deals won from the period's handoffs.",
    numerator: "value of deals won",
    denominator: "",
    excluded: "deals without a value",
};

const TIME_TO_CLOSE: Definition = Definition {
    id: "time_to_close",
    name: "Time to close",
    unit: Unit::Duration,
    text: "Time from handoff to the first deal won.",
    numerator: "time from handoff to first deal won",
    denominator: "",
    excluded: "not won, won before the handoff",
};

const ATTRIBUTION_COVERAGE: Definition = Definition {
    id: "attribution_coverage",
    name: "Attribution coverage",
    unit: Unit::Share,
    text: "Opportunities dated in the period whose CRM record names a lead source.",
    numerator: "opportunities with a lead source",
    denominator: "all opportunities dated in the period",
    excluded: "",
};

const ATTRIBUTION_REPAIRED: Definition = Definition {
    id: "attribution_repaired",
    name: "Attribution after repair",
    unit: Unit::Share,
    text: "The same, with missing lead sources filled in from the handoff reason by the mapping of the policy.",
    numerator: "opportunities with a lead source of their own or from their handoff",
    denominator: "all opportunities dated in the period",
    excluded: "",
};
