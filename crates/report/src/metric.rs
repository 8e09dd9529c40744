//! Every metric, defined once: name, unit, the words shown to people, and the computation from a [`Tally`].
//!
//! Dashboards, reports, diagnosis, backtests and exports all take their numbers from here, so the same name is the same
//! number everywhere.

mod definition;

use crate::quantile::Spread;
use crate::rate::Rate;
use crate::tally::Tally;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Handoffs made.
    Handoffs,
    /// Handoffs still open.
    OpenHandoffs,
    /// Share submitted of submitted and rejected.
    Acceptance,
    /// Share rejected of submitted and rejected.
    Rejection,
    /// Share without a verdict.
    Silence,
    /// Share "pursue account" of all verdicts.
    PursueAccount,
    /// Share "bad use case" of all verdicts.
    BadUseCase,
    /// Share with an attempt.
    Attempted,
    /// Share with a valid touch.
    Contact,
    /// Capture to first valid touch.
    SpeedToLead,
    /// Capture to first attempt.
    SpeedToAttempt,
    /// First capture of the lead to first valid touch.
    LeadAge,
    /// Acknowledge clocks kept.
    AcknowledgeCompliance,
    /// First-touch clocks kept.
    TouchCompliance,
    /// Of the first-touch clocks kept, those in their second half.
    TouchKeptLate,
    /// Disposition clocks kept.
    FeedbackCompletion,
    /// Share with a meeting.
    Meeting,
    /// Opportunities dated in the period per handoff of the period.
    SameWindowConversion,
    /// Share of the period's handoffs with an opportunity so far.
    CohortConversion,
    /// Share with an opportunity within the horizon, of handoffs that are that old.
    MatureConversion,
    /// Share of submitted handoffs with an opportunity.
    AcceptedConversion,
    /// Won of won and lost.
    WinRate,
    /// Value of opportunities.
    Pipeline,
    /// Value of deals won.
    Revenue,
    /// Handoff to first win.
    TimeToClose,
    /// Opportunities with a lead source.
    AttributionCoverage,
    /// Opportunities with a lead source of their own or from their handoff.
    AttributionRepaired,
}

/// What a metric's number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// A share, shown in percent with its interval.
    Share,
    /// Durations, shown as median and 90th percentile.
    Duration,
    /// An amount of the workspace's currency.
    Money,
}

/// A metric in words. The texts are shown to users as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Stable name for machines.
    pub id: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// What its number is.
    pub unit: Unit,
    /// What it says, in one or two sentences.
    pub text: &'static str,
    /// What is counted (or measured, or summed).
    pub numerator: &'static str,
    /// What it is counted of; empty for anything but shares.
    pub denominator: &'static str,
    /// What is left out of both and shown beside them; may be empty.
    pub excluded: &'static str,
}

/// A metric's value for one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// A number of things.
    Count(u64),
    /// A share.
    Share(Rate),
    /// Durations; `None` without a case.
    Duration(Option<Spread>),
    /// Hundredths of the currency unit.
    Money(i64),
}

impl Metric {
    /// All metrics in the order in which they are shown.
    pub const ALL: [Self; 27] = [
        Self::Handoffs,
        Self::OpenHandoffs,
        Self::Acceptance,
        Self::Rejection,
        Self::Silence,
        Self::PursueAccount,
        Self::BadUseCase,
        Self::Attempted,
        Self::Contact,
        Self::SpeedToLead,
        Self::SpeedToAttempt,
        Self::LeadAge,
        Self::AcknowledgeCompliance,
        Self::TouchCompliance,
        Self::TouchKeptLate,
        Self::FeedbackCompletion,
        Self::Meeting,
        Self::SameWindowConversion,
        Self::CohortConversion,
        Self::MatureConversion,
        Self::AcceptedConversion,
        Self::WinRate,
        Self::Pipeline,
        Self::Revenue,
        Self::TimeToClose,
        Self::AttributionCoverage,
        Self::AttributionRepaired,
    ];

    /// The metric's value for the group that `tally` counts.
    pub fn measure(self, tally: &Tally) -> Measured {
        match self {
            Self::Handoffs => Measured::Count(tally.handoffs),
            Self::OpenHandoffs => Measured::Count(tally.open),
            Self::SpeedToLead => Measured::Duration(tally.speed),
            Self::SpeedToAttempt => Measured::Duration(tally.attempt),
            Self::LeadAge => Measured::Duration(tally.age),
            Self::TimeToClose => Measured::Duration(tally.close),
            Self::Pipeline => Measured::Money(tally.reached.pipeline),
            Self::Revenue => Measured::Money(tally.reached.revenue),
            Self::Acceptance
            | Self::Rejection
            | Self::Silence
            | Self::PursueAccount
            | Self::BadUseCase
            | Self::Attempted
            | Self::Contact
            | Self::AcknowledgeCompliance
            | Self::TouchCompliance
            | Self::TouchKeptLate
            | Self::FeedbackCompletion
            | Self::Meeting
            | Self::SameWindowConversion
            | Self::CohortConversion
            | Self::MatureConversion
            | Self::AcceptedConversion
            | Self::WinRate
            | Self::AttributionCoverage
            | Self::AttributionRepaired => Measured::Share(self.rate(tally)),
        }
    }

    /// The metric as a share; for a metric that is none, an empty rate.
    pub fn rate(self, tally: &Tally) -> Rate {
        let Tally { handoffs, verdicts, reached, mature, dated, .. } = tally;
        let judged = verdicts.submitted + verdicts.rejected;
        match self {
            Self::Acceptance => Rate::new(verdicts.submitted, judged, handoffs - judged),
            Self::Rejection => Rate::new(verdicts.rejected, judged, handoffs - judged),
            Self::Silence => Rate::new(verdicts.silent, *handoffs, 0),
            Self::PursueAccount => {
                Rate::new(verdicts.pursue_account, verdicts.given(), verdicts.silent)
            }
            Self::BadUseCase => Rate::new(verdicts.bad_use_case, verdicts.given(), verdicts.silent),
            Self::Attempted => Rate::new(tally.attempted, *handoffs, 0),
            Self::Contact => Rate::new(tally.touched, *handoffs, 0),
            Self::AcknowledgeCompliance => tally.acknowledge.compliance(),
            Self::TouchCompliance => tally.touch.compliance(),
            Self::TouchKeptLate => Rate::new(tally.touch.late, tally.touch.kept(), 0),
            Self::FeedbackCompletion => tally.dispose.compliance(),
            Self::Meeting => Rate::new(reached.meeting, *handoffs, 0),
            Self::SameWindowConversion => Rate::new(dated.opportunities, *handoffs, 0),
            Self::CohortConversion => Rate::new(reached.opportunity, *handoffs, 0),
            Self::MatureConversion => {
                Rate::new(mature.opportunities, mature.handoffs, handoffs - mature.handoffs)
            }
            Self::AcceptedConversion => Rate::new(
                reached.submitted_opportunity,
                verdicts.submitted,
                reached.opportunity - reached.submitted_opportunity,
            ),
            Self::WinRate => {
                let ended = reached.won + reached.lost;
                Rate::new(reached.won, ended, reached.opportunity - ended)
            }
            Self::AttributionCoverage => Rate::new(dated.sourced, dated.opportunities, 0),
            Self::AttributionRepaired => {
                Rate::new(dated.sourced + dated.repairable, dated.opportunities, 0)
            }
            Self::Handoffs
            | Self::OpenHandoffs
            | Self::SpeedToLead
            | Self::SpeedToAttempt
            | Self::LeadAge
            | Self::TimeToClose
            | Self::Pipeline
            | Self::Revenue => Rate::default(),
        }
    }
}
