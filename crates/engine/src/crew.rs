//! Reps, teams, pools and queues as callers see them, and the switches reps have themselves.

use std::collections::BTreeSet;

use decide::rotation::Rotation;
use model::roster::Absence;
use model::{Rep, RepId, RepIndex, Timestamp};
use policy::section::Strategy;
use serde_json::json;
use store::Snapshot;
use store::rep::RepLoad;

use crate::engine::{Engine, WORKSPACE};
use crate::live::Live;
use crate::sight::Sight;
use crate::{Actor, Refusal, audit, pool_format};

/// A rep with what they hold now.
#[derive(Clone, Debug, PartialEq)]
pub struct RepView {
    /// As the roster has it.
    pub rep: Rep,
    /// Whether they take leads: their own switch.
    pub present: bool,
    /// Open handoffs.
    pub open: i64,
    /// Their value in whole units of the workspace's currency.
    pub open_value: i64,
    /// The absence they are in now.
    pub away: Option<Absence>,
}

/// A team.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamView {
    /// As the roster has it.
    pub team: model::Team,
    /// Its reps, by id.
    pub reps: Vec<RepId>,
}

/// A pool and where its rotation stands.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolView {
    /// Its id.
    pub id: String,
    /// `round_robin`, `weighted`, `least_open` or `least_value`.
    pub strategy: &'static str,
    /// Number of its latest pick.
    pub sequence: u64,
    /// Epoch of the rotation; a new one begins when members or weights change.
    pub epoch: u64,
    /// Picks in the epoch.
    pub picks: u64,
    /// Its members, by id.
    pub members: Vec<MemberView>,
    /// Who is next in turn if every present member can take the lead; for pools that go in turn.
    pub next: Option<RepId>,
}

/// A member of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberView {
    /// Who.
    pub rep: RepId,
    /// Share of leads.
    pub weight: u32,
    /// Picks in the epoch.
    pub taken: u64,
    /// Leads owed for ones that were taken back.
    pub owed: u32,
    /// Whether they take leads: their own switch, and no absence.
    pub present: bool,
}

/// A queue and how much lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueView {
    /// Its id.
    pub id: String,
    /// Who answers for it.
    pub keeper: RepId,
    /// Teams whose reps may take from it.
    pub teams: Vec<String>,
    /// Pools whose members may take from it.
    pub pools: Vec<String>,
}

impl Engine {
    /// All reps, by id.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn reps(&self) -> Result<Vec<RepView>, Refusal> {
        self.look(|db, live, now| {
            let loads = store::rep::list(db, WORKSPACE)?;
            let reps = live.setup.roster().reps().iter();
            Ok(reps.map(|it| rep_view(it, &loads, now)).collect())
        })
        .await
    }

    /// All teams, by id.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn teams(&self) -> Result<Vec<TeamView>, Refusal> {
        self.look(|_, live, _| {
            let roster = live.setup.roster();
            let members = |team: &model::Team| {
                let reps = roster.reps().iter().filter(|it| it.team.as_ref() == Some(&team.id));
                reps.map(|it| it.id.clone()).collect()
            };
            let teams = roster.teams().iter();
            Ok(teams.map(|it| TeamView { team: it.clone(), reps: members(it) }).collect())
        })
        .await
    }

    /// All pools with the state of their rotation, by id.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn pools(&self) -> Result<Vec<PoolView>, Refusal> {
        self.look(|db, live, now| {
            let states = store::pool::list(db, WORKSPACE)?;
            let loads = store::rep::list(db, WORKSPACE)?;
            let pools = live.setup.policy().pools.iter().zip(0_u16..);
            Ok(pools.map(|(_, at)| pool_view(live, at, &states, &loads, now)).collect())
        })
        .await
    }

    /// The queues within `sight`, by id.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn queues(&self, sight: Sight) -> Result<Vec<QueueView>, Refusal> {
        self.look(move |_, live, _| {
            let policy = live.setup.policy();
            let seen = sight.resolve(live);
            let queues = policy.queues.iter().filter(|it| seen.queue(it.id.as_str()));
            let pool = |at: &u16| policy.pools.get(usize::from(*at)).map(|it| it.id.to_string());
            let view = |it: &policy::section::Queue| QueueView {
                id: it.id.to_string(),
                keeper: it.keeper.clone(),
                teams: it.teams.iter().map(ToString::to_string).collect(),
                pools: it.pools.iter().filter_map(pool).collect(),
            };
            Ok(queues.map(view).collect())
        })
        .await
    }

    /// Switches whether a rep takes leads. What they hold stays with them.
    ///
    /// # Errors
    /// `A0404` for a rep who is unknown, `A0418` for one out of reach. Failures of the store.
    pub async fn set_presence(
        &self,
        actor: Actor,
        sight: Sight,
        rep: RepId,
        present: bool,
    ) -> Result<RepView, Refusal> {
        let engine = self.clone();
        self.write(move |tx, now| {
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let found = match sight.resolve(&live).reach_rep(&live, &rep) {
                Ok(found) => found,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let mut loads = store::rep::lock(tx, WORKSPACE, &[rep.as_str()])?;
            for load in &mut loads {
                if load.present != i64::from(present) {
                    load.present = i64::from(present);
                    store::rep::update(tx, std::slice::from_ref(load))?;
                    let body = json!({ "v": 1, "present": present });
                    audit::note(tx, &engine, now, &actor, "rep.presence", rep.as_str(), &body)?;
                }
            }
            Ok(Ok(rep_view(found, &loads, now)))
        })
        .await
    }

    async fn look<T: Send + 'static>(
        &self,
        mut look: impl FnMut(&mut Snapshot<'_>, &Live, Timestamp) -> Result<T, store::StoreError>
        + Send
        + 'static,
    ) -> Result<T, Refusal> {
        let engine = self.clone();
        self.read(move |db| {
            let now = db.now()?;
            match engine.live(db, now)? {
                Ok(live) => Ok(Ok(look(db, &live, now)?)),
                Err(refusal) => Ok(Err(refusal)),
            }
        })
        .await
    }
}

fn rep_view(rep: &Rep, loads: &[RepLoad], now: Timestamp) -> RepView {
    let load = loads.iter().find(|it| it.rep == rep.id.as_str());
    RepView {
        rep: rep.clone(),
        present: load.is_none_or(|it| it.present == 1),
        open: load.map_or(0, |it| it.open_count),
        open_value: load.map_or(0, |it| it.open_value),
        away: rep.absence_at(now).cloned(),
    }
}

fn pool_view(
    live: &Live,
    at: u16,
    states: &[store::pool::PoolState],
    loads: &[RepLoad],
    now: Timestamp,
) -> PoolView {
    let setup = &live.setup;
    let roster = setup.roster();
    let pool = setup.policy().pools.get(usize::from(at));
    let id = pool.map_or_else(String::new, |it| it.id.to_string());
    let row = states.iter().find(|it| it.pool == id);
    let state = row.and_then(|it| pool_format::read(&it.body, roster).ok()).unwrap_or_default();
    let turns: Vec<_> = setup.pool_members(at).collect();
    let is_present = |index: RepIndex| {
        let rep = roster.rep(index).filter(|it| it.active && it.absence_at(now).is_none());
        rep.is_some_and(|rep| {
            loads.iter().find(|it| it.rep == rep.id.as_str()).is_none_or(|it| it.present == 1)
        })
    };
    let present: Vec<RepIndex> =
        turns.iter().map(|it| it.rep).filter(|it| is_present(*it)).collect();
    let strategy = pool.map_or(Strategy::RoundRobin, |it| it.strategy);
    let in_turn = matches!(strategy, Strategy::RoundRobin | Strategy::Weighted);
    let next = in_turn.then(|| next_in_turn(&state.rotation, &turns, &present)).flatten();
    let members = turns.iter().filter_map(|turn| {
        let taken = state.rotation.places.iter().find(|it| it.rep == turn.rep);
        let owed = state.credits.iter().find(|it| it.rep == turn.rep);
        Some(MemberView {
            rep: roster.rep(turn.rep)?.id.clone(),
            weight: turn.weight,
            taken: taken.map_or(0, |it| it.taken),
            owed: owed.map_or(0, |it| it.leads),
            present: present.contains(&turn.rep),
        })
    });
    PoolView {
        members: members.collect(),
        id,
        strategy: match strategy {
            Strategy::RoundRobin => "round_robin",
            Strategy::Weighted => "weighted",
            Strategy::LeastOpen => "least_open",
            Strategy::LeastValue => "least_value",
        },
        sequence: state.sequence,
        epoch: state.rotation.epoch,
        picks: state.rotation.n,
        next: next.and_then(|it| roster.rep(it)).map(|it| it.id.clone()),
    }
}

/// Who would be picked if all of `present` can take the lead.
fn next_in_turn(
    rotation: &Rotation,
    turns: &[decide::rotation::Turn],
    present: &[RepIndex],
) -> Option<RepIndex> {
    let on_duty: BTreeSet<_> = present.iter().collect();
    let turns: Vec<_> = turns.iter().copied().filter(|it| on_duty.contains(&it.rep)).collect();
    let mut rotation = rotation.clone();
    rotation.enter(&turns);
    rotation.next(present)
}
