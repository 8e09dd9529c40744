//! What is stored with a decision so that it can be made again, bit for bit.
//!
//! A record holds the state that decided: the pools that were entered and the reps that were
//! looked at. Policy, roster version and lead version are stored elsewhere and named here. With
//! them [`replay`] gives the same decision, and the trace that the hot path left out.

mod digest;
mod sha;

use std::collections::BTreeSet;
use std::fmt;

use model::id::LeadId;
use model::roster::Assigned;
use model::{PoolId, RepId, RepIndex, RepState, Timestamp};
use policy::section::Destination;
use serde::{Deserialize, Serialize};

use crate::decision::{Decision, Input, decide_traced};
use crate::lead::LeadView;
use crate::rotation::{Place, Rotation};
use crate::setup::Setup;
use crate::state::{Credit, PoolState, RosterState};
use crate::trace::Trace;

pub use sha::Sha;

/// The format written here.
pub const FORMAT: &str = "record/1";

/// A stored decision, format `record/1`. Names, not places: it outlives rosters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// Always `record/1`.
    pub format: String,
    /// Hash of the policy.
    pub policy: Sha,
    /// Version of the roster.
    pub roster_version: u64,
    /// The lead.
    pub lead: LeadId,
    /// Version of the lead.
    pub lead_version: u64,
    /// The time of the decision.
    pub now: Timestamp,
    /// The seed.
    pub seed: u64,
    /// Load of the reps looked at, before.
    pub reps: Vec<RepRecord>,
    /// The pools entered, before.
    pub pools: Vec<PoolRecord>,
    /// Of all that went in.
    pub input: Sha,
    /// Of all that came out.
    pub output: Sha,
}

/// Load of a rep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepRecord {
    /// Who.
    pub rep: RepId,
    /// Taking leads or not.
    pub present: bool,
    /// Open handoffs.
    pub open: u32,
    /// Open value.
    pub open_value: u64,
    /// Leads in the current day, week and month.
    pub assigned: [u32; 3],
}

/// Where a pool stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolRecord {
    /// Which.
    pub pool: PoolId,
    /// Number of its last pick.
    pub sequence: u64,
    /// Epoch of its rotation.
    pub epoch: u64,
    /// Turns in the epoch.
    pub n: u64,
    /// Rep, weight, turns taken, picks away.
    pub places: Vec<(RepId, u32, u64, u32)>,
    /// Rep and leads owed, oldest first.
    pub credits: Vec<(RepId, u32)>,
    /// Last picks by load, oldest first.
    pub recent: Vec<RepId>,
}

/// Why a record cannot be replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayError {
    /// The record has a format that is not known.
    Format,
    /// Another policy was handed in.
    Policy,
    /// Another lead, or another version of it.
    Lead,
    /// A rep or pool of the record is not there, so the roster is another one.
    Roster,
    /// What went in is not the same.
    InputDiffers,
    /// What came out is not the same.
    OutputDiffers,
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Format => "the record has an unknown format",
            Self::Policy => "the policy is not the one of the record",
            Self::Lead => "the lead or its version is not the one of the record",
            Self::Roster => "the roster is not the one of the record",
            Self::InputDiffers => "what went into the decision is not what was recorded",
            Self::OutputDiffers => "the decision is not what was recorded",
        })
    }
}

impl std::error::Error for ReplayError {}

/// What to store with `decision`, made from `input`.
pub fn record(input: &Input<'_>, decision: &Decision, roster_version: u64) -> DecisionRecord {
    let (pools, reps) = looked_at(input, decision);
    let setup = input.setup;
    DecisionRecord {
        format: FORMAT.to_owned(),
        policy: Sha(setup.policy().hash.0),
        roster_version,
        lead: input.lead.id,
        lead_version: input.lead.version,
        now: input.now,
        seed: input.seed,
        reps: reps.iter().filter_map(|it| rep_record(input, *it)).collect(),
        pools: pools.iter().filter_map(|it| pool_record(input, *it)).collect(),
        input: Sha(digest::input(input, roster_version, &pools, &reps)),
        output: Sha(digest::output(setup, decision)),
    }
}

/// Makes the decision of a record again. `setup` must be the policy and roster version it names,
/// `lead` the lead in the version it names.
pub fn replay(
    record: &DecisionRecord,
    setup: &Setup,
    lead: &LeadView,
) -> Result<(Decision, Trace), ReplayError> {
    if record.format != FORMAT {
        return Err(ReplayError::Format);
    }
    if record.policy != Sha(setup.policy().hash.0) {
        return Err(ReplayError::Policy);
    }
    if (record.lead, record.lead_version) != (lead.id, lead.version) {
        return Err(ReplayError::Lead);
    }
    let state = restore(record, setup).ok_or(ReplayError::Roster)?;
    let input = Input { setup, state: &state, lead, now: record.now, seed: record.seed };
    let (decision, trace) = decide_traced(&input);
    let (pools, reps) = looked_at(&input, &decision);
    if record.input.0 != digest::input(&input, record.roster_version, &pools, &reps) {
        return Err(ReplayError::InputDiffers);
    }
    if record.output.0 != digest::output(setup, &decision) {
        return Err(ReplayError::OutputDiffers);
    }
    Ok((decision, trace))
}

/// Pools entered and reps looked at: of the targets up to the one that took the lead.
fn looked_at(input: &Input<'_>, decision: &Decision) -> (BTreeSet<u16>, BTreeSet<RepIndex>) {
    let setup = input.setup;
    let policy = setup.policy();
    let (mut pools, mut reps) = (BTreeSet::new(), BTreeSet::new());
    let own = decision.rule.and_then(|it| policy.routing.rules.get(usize::from(it)));
    let own = own.map_or(&[][..], |it| &it.to);
    let targets = own.iter().map(|it| (decision.rule, it));
    let fallback = policy.routing.fallback.iter().map(|it| (None, it));
    let Some(last) = decision.place else { return (pools, reps) };
    for (rule, target) in targets.chain(fallback) {
        match &target.to {
            Destination::Pool(pool) => {
                pools.insert(*pool);
                reps.extend(setup.pool_members(*pool).map(|it| it.rep));
            }
            Destination::Rep(id) => reps.extend(setup.find(id)),
            Destination::AccountOwner => {
                let owner = input.lead.history.account_owner.as_ref();
                reps.extend(owner.and_then(|it| setup.find(it)));
            }
            Destination::Queue(_) | Destination::Exit(_) => {}
        }
        if (rule, target.span) == (last.rule, last.span) {
            break;
        }
    }
    (pools, reps)
}

fn rep_record(input: &Input<'_>, rep: RepIndex) -> Option<RepRecord> {
    let RepState { present, open, open_value, assigned } = input.state.rep(rep);
    let Assigned { day, week, month } = assigned;
    let rep = input.setup.roster().rep(rep)?.id.clone();
    Some(RepRecord { rep, present, open, open_value, assigned: [day, week, month] })
}

fn pool_record(input: &Input<'_>, pool: u16) -> Option<PoolRecord> {
    let id = input.setup.policy().pools.get(usize::from(pool))?.id.clone();
    let state = input.state.pool(pool).cloned().unwrap_or_default();
    Some(PoolRecord::new(input.setup, id, &state))
}

impl PoolRecord {
    /// A pool's state by names, to be stored.
    pub fn new(setup: &Setup, pool: PoolId, state: &PoolState) -> Self {
        let id = |rep: RepIndex| setup.roster().rep(rep).map(|it| it.id.clone());
        let places = state.rotation.places.iter();
        let credits = state.credits.iter();
        Self {
            pool,
            sequence: state.sequence,
            epoch: state.rotation.epoch,
            n: state.rotation.n,
            places: places
                .filter_map(|it| Some((id(it.rep)?, it.weight, it.taken, it.away)))
                .collect(),
            credits: credits.filter_map(|it| Some((id(it.rep)?, it.leads))).collect(),
            recent: state.recent.iter().filter_map(|it| id(*it)).collect(),
        }
    }

    /// Back to a state under the roster of `setup`. Reps it does not know are left out: to the
    /// rotation they have left the pool.
    pub fn state(&self, setup: &Setup) -> PoolState {
        let find = |id: &RepId| setup.find(id);
        let mut places: Vec<Place> = self
            .places
            .iter()
            .filter_map(|(rep, weight, taken, away)| {
                Some(Place { rep: find(rep)?, weight: *weight, taken: *taken, away: *away })
            })
            .collect();
        places.sort_by_key(|it| it.rep);
        // The number of turns is the sum of those taken, also when somebody has left.
        let n = places.iter().map(|it| it.taken).fold(0, u64::saturating_add);
        PoolState {
            sequence: self.sequence,
            rotation: Rotation { epoch: self.epoch, n, places },
            credits: self
                .credits
                .iter()
                .filter_map(|(rep, leads)| Some(Credit { rep: find(rep)?, leads: *leads }))
                .collect(),
            recent: self.recent.iter().filter_map(find).collect(),
        }
    }
}

impl RepRecord {
    /// The load.
    pub const fn state(&self) -> RepState {
        let [day, week, month] = self.assigned;
        RepState {
            present: self.present,
            open: self.open,
            open_value: self.open_value,
            assigned: Assigned { day, week, month },
        }
    }
}

/// The state of a record, as [`replay`] decides on it; `None` where a name is not there.
pub fn restore(record: &DecisionRecord, setup: &Setup) -> Option<RosterState> {
    let mut state = RosterState::empty(setup);
    for rep in &record.reps {
        let at = setup.find(&rep.rep)?.0 as usize;
        *state.reps.get_mut(at)? = rep.state();
    }
    for pool in &record.pools {
        let at = setup.policy().pools.iter().position(|it| it.id == pool.pool)?;
        let found = state.pools.get_mut(at)?;
        *found = pool.state(setup);
        // As it was: where a rep had left the roster, the decision saw that it does not add up.
        found.rotation.n = pool.n;
    }
    Some(state)
}
