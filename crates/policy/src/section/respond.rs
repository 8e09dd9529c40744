//! What happens after a lead is assigned: clocks, escalation, notification, verdicts, measures.

use calendar::TimeOfDay;
use model::{CalendarId, ChainId, Number, QueueId, RepId, Seconds, SlaId};

use crate::expr::Expr;
use crate::span::Span;

/// Which SLA holds for which lead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slas {
    /// The first that holds; by place in `tiers`.
    pub rules: Vec<SlaRule>,
    /// Where none holds, by place in `tiers`.
    pub default: Option<u16>,
    /// The SLA tiers; independent of qualification tiers.
    pub tiers: Vec<SlaTier>,
}

/// One choice of an SLA.
#[derive(Clone, Debug, PartialEq)]
pub struct SlaRule {
    /// When it holds.
    pub when: Expr,
    /// Place in [`Slas::tiers`].
    pub sla: u16,
    /// Where it is declared.
    pub span: Span,
}

/// Times allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct SlaTier {
    /// Unique in the policy.
    pub id: SlaId,
    /// Until the first valid touch: the earliest of these clocks.
    pub touch: Vec<Clock>,
    /// Until the rep acknowledges (accepts or rejects): the earliest of these clocks.
    pub acknowledge: Vec<Clock>,
    /// Until the verdict: the earliest of these clocks.
    pub disposition: Vec<Clock>,
    /// Reminders so long before the touch deadline.
    pub remind_before: Vec<Seconds>,
    /// What happens on silence, by place in `Policy::chains`.
    pub escalation: Option<u16>,
    /// The healthy band of compliance, percent.
    pub healthy: Option<(Number, Number)>,
    /// Where it is declared.
    pub span: Span,
}

/// Time allowed on one calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Which hours count.
    pub hours: ClockHours,
    /// How much of them.
    pub within: Seconds,
    /// Where it is declared.
    pub span: Span,
}

/// Which hours a clock counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockHours {
    /// Every second.
    Always,
    /// The working hours of the assignee: the rep's, else the team's, else always.
    Team,
    /// A named calendar.
    Named(CalendarId),
}

/// What happens on silence.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Unique in the policy.
    pub id: ChainId,
    /// In order; each counts from when the one before it fired.
    pub steps: Vec<Step>,
    /// How often the chain starts again, 0 to 5.
    pub repeat: u8,
    /// Where it is declared.
    pub span: Span,
}

/// One step of a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Time after the step before; after the acknowledge deadline for the first.
    pub after: Seconds,
    /// Which hours count.
    pub hours: ClockHours,
    /// Who.
    pub target: StepTarget,
    /// What.
    pub action: StepAction,
    /// Whether a target outside working hours is taken all the same.
    pub ignore_hours: bool,
    /// Where it is declared.
    pub span: Span,
}

/// Who a step turns to; resolved when it fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepTarget {
    /// Who has the lead.
    Owner,
    /// The owner's backup.
    Backup,
    /// The owner's manager.
    Manager,
    /// One rep.
    Rep(RepId),
    /// Who of a pool has the fewest open leads, by place in `Policy::pools`.
    Pool(u16),
    /// A queue.
    Queue(QueueId),
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepAction {
    /// Tells the target.
    Notify,
    /// Gives the target the lead.
    Reassign,
}

/// Who is told what, where.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// What happened.
    pub on: NotifyOn,
    /// Who is told.
    pub to: Recipient,
    /// On all of these at once.
    pub channels: Vec<Channel>,
    /// Where one of them fails for good or goes unseen: the next of these, in order.
    pub fallback: Vec<Channel>,
    /// How long after sending a message counts as unseen.
    pub unseen_after: Option<Seconds>,
    /// Whether it is sent in the reader's quiet hours too.
    pub urgent: bool,
    /// The template's name.
    pub template: String,
    /// Only then.
    pub when: Option<Expr>,
    /// Where it is declared.
    pub span: Span,
}

/// Hours of each day on the reader's clock; they may pass midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// When they begin.
    pub from: TimeOfDay,
    /// When they end.
    pub to: TimeOfDay,
}

/// What may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are PRODUCT.md's words for the events")]
pub enum NotifyOn {
    Assigned,
    Queued,
    Reminder,
    Unacknowledged,
    Breached,
    Rejected,
    Disqualified,
    Converted,
    Won,
    Lost,
}

/// Who may be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recipient {
    /// Who has the lead.
    Owner,
    /// The owner's manager.
    Manager,
    /// The keeper of the lead's queue.
    Keeper,
    /// The lead.
    Prospect,
    /// The marketing team's address.
    Marketing,
    /// One rep.
    Rep(RepId),
}

/// Where somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the channel of its name")]
pub enum Channel {
    InApp,
    Email,
    Slack,
    Teams,
    WebPush,
    Sms,
    Webhook,
    CrmTask,
}

/// A handoff reason and the lead source it gives its opportunity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// The handoff reason.
    pub reason: String,
    /// The opportunity's lead source.
    pub lead_source: String,
    /// Where it is declared.
    pub span: Span,
}

/// A reason to reject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectReason {
    /// Stable key, e.g. `wrong_persona`.
    pub key: String,
    /// As shown to people.
    pub label: String,
    /// What becomes of the lead.
    pub then: AfterReject,
    /// Whether the rep gets a replacement lead.
    pub credit: bool,
    /// Whether a note must be given.
    pub note_required: bool,
    /// Where it is declared.
    pub span: Span,
}

/// What becomes of a rejected lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AfterReject {
    /// Back to marketing.
    Nurture,
    /// To another rep at once.
    Reroute,
    /// Out.
    Disqualify,
}

/// Rules of the rep's verdict.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dispositions {
    /// Allowed reasons.
    pub reject_reasons: Vec<RejectReason>,
    /// After so many rejects the lead goes to the fallback queue and the manager is told.
    pub rejects_max: u32,
    /// After so many offers in a row without an answer a rep is switched off; 0 is never.
    pub silent_max: u32,
    /// The longest pause.
    pub pause_max: Seconds,
}

/// Measures with a healthy band, and goals.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    /// Conversion of leads scoring at least `score_from`: under `loose_below` percent says the
    /// criteria are too loose, above `strict_above` too strict.
    pub threshold_health: Option<ThresholdHealth>,
    /// Goals.
    pub targets: Vec<MeasureTarget>,
    /// Violations of one rep in 7 days that put it on the weekly review list.
    pub violations_repeated: u32,
    /// Weeks in a row on that list that open a process-redesign item.
    pub violations_persistent_weeks: u32,
}

/// When criteria are too loose or too strict.
#[derive(Clone, Debug, PartialEq)]
pub struct ThresholdHealth {
    /// From this score on.
    pub score_from: Number,
    /// Percent.
    pub loose_below: Number,
    /// Percent.
    pub strict_above: Number,
}

/// A goal for a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureTarget {
    /// The metric's name in `report`.
    pub metric: String,
    /// Where it stood.
    pub baseline: Option<Number>,
    /// Where it should be.
    pub target: Number,
    /// Where it is declared.
    pub span: Span,
}
