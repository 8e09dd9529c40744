//! What the store tells the facts: one handoff, one outcome, as plain values.

use model::Timestamp;

use crate::facts::Row;

/// The verdict on a handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disposition {
    /// Accepted and submitted.
    Submitted,
    /// Rejected with a reason.
    Rejected,
    /// Not this person, but the account is worth pursuing.
    PursueAccount,
    /// The use case is none of ours.
    BadUseCase,
    /// Sent back to nurture.
    Recycled,
}

/// One clock of a handoff: by when something was owed, and when it was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Duty {
    /// The deadline; `None` when no such clock ran.
    pub due: Option<Timestamp>,
    /// When it was done; `None` while it was not.
    pub met_at: Option<Timestamp>,
}

/// One handoff as reports see it. Text is any given value; blank text counts as not given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandoffFact<'a> {
    /// When the handoff was made.
    pub created_at: Timestamp,
    /// When the submission behind this handoff was captured: speed-to-lead counts from here.
    pub captured_at: Timestamp,
    /// When the lead was captured for the first time ever: lead age counts from here.
    pub lead_since: Timestamp,
    /// When the handoff was closed; `None` while it is open.
    pub closed_at: Option<Timestamp>,
    /// Handoff reason.
    pub reason: Option<&'a str>,
    /// Qualification tier.
    pub tier: Option<&'a str>,
    /// Name of the SLA.
    pub sla: Option<&'a str>,
    /// The rep who holds or held it.
    pub rep: Option<&'a str>,
    /// The team of that rep at the time.
    pub team: Option<&'a str>,
    /// The queue it waits or waited in.
    pub queue: Option<&'a str>,
    /// Source of the lead.
    pub source: Option<&'a str>,
    /// Campaign of the lead.
    pub campaign: Option<&'a str>,
    /// The verdict; `None` is silence.
    pub disposition: Option<Disposition>,
    /// Why it was rejected.
    pub reject_reason: Option<&'a str>,
    /// The acknowledge clock.
    pub acknowledge: Duty,
    /// The first-touch clock; `met_at` is the first VALID touch.
    pub touch: Duty,
    /// The disposition clock.
    pub dispose: Duty,
    /// The first outreach of any kind, valid or not.
    pub first_attempt_at: Option<Timestamp>,
}

/// How far a lead came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutcomeKind {
    /// A meeting took place.
    Meeting,
    /// An opportunity was created.
    Opportunity,
    /// A deal was won.
    Won,
    /// A deal was lost.
    Lost,
}

/// One outcome as reports see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutcomeFact<'a> {
    /// The handoff it came from; `None` when nobody knows.
    pub handoff: Option<Row>,
    /// What happened.
    pub kind: OutcomeKind,
    /// When.
    pub at: Timestamp,
    /// Its value in hundredths of the workspace's currency.
    pub value: Option<i64>,
    /// The lead source the CRM has on the opportunity; `None` is the attribution gap.
    pub lead_source: Option<&'a str>,
}
