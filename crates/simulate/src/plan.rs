//! What a run is to be: how much, with which faults, and what is planted.

use model::{Seconds, Timestamp};

use crate::random::Random;
use crate::report::Invariant;

/// What a run is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Simulated hours of arrivals.
    pub hours: u32,
    /// Forms that arrive in that time, repeats not counted.
    pub leads: u32,
    /// When it begins; drawn where absent.
    pub start: Option<Timestamp>,
    /// Whether transactions of several nodes run side by side. Without, each is done at once, as
    /// the one writer of SQLite does it, and the run can be repeated on a real database.
    pub side_by_side: bool,
    /// Whether a rep who leaves has its open handoffs routed again.
    pub clears_leavers: bool,
    /// Whether policies change on the way. In the model everything goes by the live one.
    pub publishes: bool,
    /// A fault of Baton itself that a checker must find.
    pub sabotage: Option<Sabotage>,
}

impl Plan {
    /// A run of some hours with a few dozen leads: small enough for thousands of seeds.
    pub const fn small() -> Self {
        Self {
            hours: 8,
            leads: 24,
            start: None,
            side_by_side: true,
            clears_leavers: true,
            publishes: true,
            sabotage: None,
        }
    }
}

/// Faults that a run may meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Fault {
    Crash,
    Zombie,
    Lost,
    Duplicated,
    Late,
    Aborted,
    Unknown,
    Skew,
    Publication,
    Absence,
    Leaver,
    Presence,
    DuplicateForm,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Crash,
        Self::Zombie,
        Self::Lost,
        Self::Duplicated,
        Self::Late,
        Self::Aborted,
        Self::Unknown,
        Self::Skew,
        Self::Publication,
        Self::Absence,
        Self::Leaver,
        Self::Presence,
        Self::DuplicateForm,
    ];

    /// As a summary names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crash => "node crashed",
            Self::Zombie => "node hung and came back",
            Self::Lost => "message lost",
            Self::Duplicated => "message duplicated",
            Self::Late => "message late",
            Self::Aborted => "commit failed",
            Self::Unknown => "commit unknown",
            Self::Skew => "clock of a node moved",
            Self::Publication => "policy or calendar changed",
            Self::Absence => "rep absent",
            Self::Leaver => "rep left",
            Self::Presence => "rep switched on or off",
            Self::DuplicateForm => "form sent twice",
        }
    }
}

/// How likely each fault is in a run. Half of them are left out of a run, so that the others are
/// seen alone too.
#[derive(Clone, Debug)]
pub(crate) struct Rates {
    /// Of 1000, beside [`Fault::ALL`].
    per_mille: [u32; 13],
}

impl Rates {
    pub(crate) fn draw(random: &mut Random) -> Self {
        let per_mille = std::array::from_fn(|_| match random.percent(50) {
            true => 5 + random.below(120) as u32,
            false => 0,
        });
        Self { per_mille }
    }

    pub(crate) fn of(&self, fault: Fault) -> u32 {
        let at = Fault::ALL.iter().position(|it| *it == fault);
        at.and_then(|it| self.per_mille.get(it)).copied().unwrap_or(0)
    }
}

/// When a run may begin: weekends on which clocks change in one of the zones, and plain days.
pub(crate) const STARTS: [&str; 5] = [
    "2026-10-31T12:00:00Z",
    "2026-10-24T20:00:00Z",
    "2027-03-14T04:00:00Z",
    "2026-10-03T10:00:00Z",
    "2026-11-20T14:00:00Z",
];

/// The longest that anything takes to come right once nothing fails any more.
pub(crate) const SETTLE: Seconds = Seconds::from_minutes(15);

/// A fault of Baton itself: planted to prove that a checker finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sabotage {
    /// A commit that was acknowledged is not there.
    ForgetCommit,
    /// The key of a request is not kept.
    ForgetKey,
    /// Two forms of one person make two leads.
    SplitPerson,
    /// A stay is not ended when the next one begins.
    KeepOldOwner,
    /// A stay is not begun.
    DropOwner,
    /// Picks do not wait for the lock of the pool.
    PickWithoutLock,
    /// A pick gets a number too high.
    SkipNumber,
    /// What is kept of a decision is changed.
    AlterDecision,
    /// A turn is counted for another rep.
    BendRotation,
    /// Picks do not see what reps hold.
    ExceedCap,
    /// A load is written one too high.
    WrongLoad,
    /// A timer is ended twice.
    FireTwice,
    /// Timers fire by the clock of the node.
    FireEarly,
    /// A timer is not written.
    DropTimer,
    /// Nobody fires timers.
    StopSweeper,
    /// A message is not written.
    DropMessage,
    /// A message is marked as sent before it is.
    SendBlindly,
    /// Each try of a message has a key of its own.
    NewKeyEachTry,
    /// An event is changed after it was written.
    BreakChain,
}

impl Sabotage {
    /// All of them, each with the promise that it breaks.
    pub const ALL: [(Self, Invariant); 19] = [
        (Self::ForgetCommit, Invariant::Acknowledged),
        (Self::ForgetKey, Invariant::Once),
        (Self::SplitPerson, Invariant::Once),
        (Self::KeepOldOwner, Invariant::OneOwner),
        (Self::DropOwner, Invariant::Owned),
        (Self::PickWithoutLock, Invariant::PoolLog),
        (Self::SkipNumber, Invariant::PoolLog),
        (Self::AlterDecision, Invariant::Replay),
        (Self::BendRotation, Invariant::Fairness),
        (Self::ExceedCap, Invariant::Caps),
        (Self::WrongLoad, Invariant::Loads),
        (Self::FireTwice, Invariant::TimerOnce),
        (Self::FireEarly, Invariant::NotEarly),
        (Self::DropTimer, Invariant::Armed),
        (Self::StopSweeper, Invariant::Fires),
        (Self::DropMessage, Invariant::Written),
        (Self::SendBlindly, Invariant::Delivered),
        (Self::NewKeyEachTry, Invariant::EffectOnce),
        (Self::BreakChain, Invariant::Chain),
    ];
}
