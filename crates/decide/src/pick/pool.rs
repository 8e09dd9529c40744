//! A pool: its members through all stages, then the strategy.

use model::{RepIndex, Timestamp};
use policy::section::{Hours, Pool, Strategy, Target};

use super::least::{self, Loaded};
use super::skills::Skilled;
use super::{Candidate, Desk, Pick, Picked, availability, capacity, caps};
use crate::reason::{How, Passed, RepCondition};
use crate::rotation::Turn;
use crate::setup::PoolPlan;
use crate::state::{Change, PoolState};
use crate::trace::{PoolStep, RepStep, TargetPlace, TargetResult, TraceSink, Verdict};

/// Those left of a pool after the stages that look at one rep at a time.
struct Field {
    /// On duty: what the rotation runs over.
    on_duty: Vec<Turn>,
    /// Could take this lead. Sorted.
    eligible: Vec<RepIndex>,
    /// Passed over; kept only for a trace.
    passed: Vec<(RepIndex, Passed)>,
}

/// A chosen rep, and the pool after it.
struct Chosen {
    rep: RepIndex,
    how: How,
    after: PoolState,
}

impl<'a> Desk<'a> {
    pub(super) fn pool<T: TraceSink>(
        &self,
        place: TargetPlace,
        target: &Target,
        pool: u16,
        trace: &mut T,
    ) -> Option<Pick> {
        let at = pool;
        let (plan, pool) =
            self.setup.pool(at).zip(self.setup.policy().pools.get(usize::from(at)))?;
        let mut field = self.field::<T>(plan, pool, target);
        self.prefer_working(pool, &mut field, T::ON);
        let available = field.eligible.clone();
        let skilled = self.skilled(pool, std::mem::take(&mut field.eligible));
        let (eligible, until) = match skilled {
            Skilled::Fit(eligible) => (eligible, None),
            Skilled::Wait(until) => (Vec::new(), Some(until)),
            Skilled::Nobody => (Vec::new(), None),
        };
        let chosen = self.choose(at, pool, &field.on_duty, &eligible);
        if T::ON {
            field.passed.extend(self.unskilled(pool, &available, &eligible));
            field.passed.extend(self.outrun(at, pool, &eligible, chosen.as_ref()));
            self.tell_pool(place, target, plan, at, &field.passed, chosen.as_ref(), until, trace);
        }
        match (chosen, until) {
            (Some(chosen), _) => self.assigned(place, at, chosen),
            (None, Some(until)) => Some(self.waiting(place, at, until)),
            (None, None) => None,
        }
    }

    /// The stages that look at one rep at a time, in order.
    fn field<T: TraceSink>(&self, plan: &PoolPlan, pool: &Pool, target: &Target) -> Field {
        let members = plan.members.len();
        let mut field = Field {
            on_duty: Vec::with_capacity(members),
            eligible: Vec::with_capacity(members),
            passed: Vec::new(),
        };
        for member in &plan.members {
            let turn = match pool.strategy {
                Strategy::RoundRobin => Turn { weight: 1, ..member.turn },
                Strategy::Weighted | Strategy::LeastOpen | Strategy::LeastValue => member.turn,
            };
            let Some(candidate) = self.candidate(turn.rep) else { continue };
            let off_duty = self.off_duty(&candidate, pool);
            if off_duty.is_none() {
                field.on_duty.push(turn);
            }
            let inactive = availability::active(&candidate);
            let passed = inactive
                .or_else(|| self.excluded(&candidate))
                .or(off_duty)
                .or_else(|| caps::reached(&candidate))
                .or_else(|| capacity::reached(&candidate))
                .or_else(|| capacity::above_pool_limit(&candidate, pool))
                .or_else(|| self.only(&candidate, target))
                .or_else(|| self.filter(&candidate, pool));
            match passed {
                None => field.eligible.push(turn.rep),
                Some(passed) if T::ON => {
                    let condition = match &passed {
                        Passed::Condition { which: RepCondition::Only, .. } => target.only.as_ref(),
                        _ => pool.filter.as_ref(),
                    };
                    field.passed.push((turn.rep, self.explain(&candidate, condition, passed)));
                }
                Some(_) => {}
            }
        }
        field
    }

    /// What keeps a rep from the rotation as a whole, whatever the lead.
    fn off_duty(&self, candidate: &Candidate<'_>, pool: &Pool) -> Option<Passed> {
        availability::active(candidate)
            .or_else(|| availability::absent(candidate, self.now))
            .or_else(|| availability::present(candidate))
            .or_else(|| match pool.hours {
                Hours::Required => self.outside_hours(candidate, pool.span),
                Hours::Ignored | Hours::Preferred => None,
            })
    }

    /// Where anybody works now, those who do not are passed over.
    fn prefer_working(&self, pool: &Pool, field: &mut Field, keep: bool) {
        if pool.hours != Hours::Preferred {
            return;
        }
        let works = |rep: &RepIndex| self.candidate(*rep).is_some_and(|it| self.works_now(&it));
        if !field.eligible.iter().any(works) {
            return;
        }
        let (working, resting): (Vec<_>, Vec<_>) = field.eligible.iter().partition(|it| works(it));
        field.eligible = working;
        if keep {
            let passed = |rep| (rep, Passed::OthersInHours { by: pool.span });
            field.passed.extend(resting.into_iter().map(passed));
        }
    }

    fn choose(
        &self,
        at: u16,
        pool: &Pool,
        on_duty: &[Turn],
        eligible: &[RepIndex],
    ) -> Option<Chosen> {
        if eligible.is_empty() {
            return None;
        }
        let mut after = self.state.pool(at).cloned().unwrap_or_default();
        after.sequence = after.sequence.saturating_add(1);
        after.rotation.enter(on_duty);
        if let Some(rep) = self.sticky(pool, eligible) {
            after.rotation.take(rep, &[rep]);
            return Some(Chosen { rep, how: How::Sticky, after });
        }
        if let Some(rep) = after.owed(eligible) {
            after.use_credit(rep);
            return Some(Chosen { rep, how: How::Credit, after });
        }
        match pool.strategy {
            Strategy::RoundRobin | Strategy::Weighted => {
                let rep = after.rotation.next(eligible)?;
                after.rotation.take(rep, eligible);
                Some(Chosen { rep, how: How::Turn, after })
            }
            Strategy::LeastOpen | Strategy::LeastValue => {
                let members = self.loads(pool, on_duty, eligible);
                let rep = least::next(&members, &after.recent)?.rep;
                least::remember(&mut after.recent, rep, on_duty.len());
                Some(Chosen { rep, how: How::Load, after })
            }
        }
    }

    fn loads(&self, pool: &Pool, on_duty: &[Turn], eligible: &[RepIndex]) -> Vec<Loaded> {
        on_duty
            .iter()
            .filter(|it| eligible.binary_search(&it.rep).is_ok())
            .map(|it| Loaded {
                rep: it.rep,
                weight: it.weight,
                work: least::work(pool.strategy, &self.state.rep(it.rep)),
            })
            .collect()
    }

    fn assigned(&self, place: TargetPlace, at: u16, chosen: Chosen) -> Option<Pick> {
        let Chosen { rep, how, after } = chosen;
        let candidate = self.candidate(rep)?;
        Some(Pick {
            to: Picked::Rep { rep, how, pool: Some(at) },
            place: Some(place),
            change: Some(Change { rep: (rep, self.loaded(&candidate)), pool: Some((at, after)) }),
        })
    }

    /// While it waits, the lead lies in the queue its chain ends in.
    fn waiting(&self, place: TargetPlace, pool: u16, until: Timestamp) -> Pick {
        let queue = self.last_queue();
        Pick { to: Picked::Waiting { pool, until, queue }, place: Some(place), change: None }
    }

    /// Those who were passed over for a skill.
    fn unskilled(
        &self,
        pool: &Pool,
        available: &[RepIndex],
        eligible: &[RepIndex],
    ) -> Vec<(RepIndex, Passed)> {
        let mut passed = Vec::new();
        for rep in available.iter().filter(|it| eligible.binary_search(it).is_err()) {
            let skill = self.missing_skill(pool, *rep);
            if let (Some(skill), Some(candidate)) = (skill, self.candidate(*rep)) {
                let tested = self.scene(Some(&candidate)).test(&skill.want);
                let reason = Passed::Condition {
                    which: RepCondition::Skill,
                    by: skill.span,
                    failed: tested.failed,
                    missing: tested.missing,
                };
                passed.push((*rep, reason));
            }
        }
        passed
    }

    /// Those who could have taken the lead while another was chosen.
    fn outrun(
        &self,
        at: u16,
        pool: &Pool,
        eligible: &[RepIndex],
        chosen: Option<&Chosen>,
    ) -> Vec<(RepIndex, Passed)> {
        let Some(chosen) = chosen else { return Vec::new() };
        let before = self.state.pool(at).cloned().unwrap_or_default();
        let places = &chosen.after.rotation.places;
        let turns: Vec<Turn> =
            places.iter().map(|it| Turn { rep: it.rep, weight: it.weight }).collect();
        let members = self.loads(pool, &turns, eligible);
        let work = |rep| members.iter().find(|it| it.rep == rep).map_or(0, |it| it.work);
        let others = eligible.iter().filter(|it| **it != chosen.rep);
        others
            .map(|rep| {
                let place = places.iter().find(|it| it.rep == *rep);
                let member = members.iter().find(|it| it.rep == *rep);
                let passed = match (chosen.how, member) {
                    (How::Sticky, _) => Passed::OtherIsSticky { rep: chosen.rep },
                    (How::Credit, _) => Passed::OtherHasCredit { rep: chosen.rep },
                    (How::Load, Some(it)) if least::sits_out(it, &members, &before.recent) => {
                        let got = least::got(*rep, members.len(), &before.recent);
                        Passed::ShareOfRecent { got: small(got), of: small(members.len() as u64) }
                    }
                    (How::Load, _) => Passed::MoreLoad { own: work(*rep), least: work(chosen.rep) },
                    (How::Turn | How::Account | How::Name, _) => Passed::NotNext {
                        taken: place.map_or(0, |it| it.taken),
                        weight: place.map_or(0, |it| it.weight),
                    },
                };
                (*rep, passed)
            })
            .collect()
    }

    #[expect(clippy::too_many_arguments, reason = "one call, all of it goes into one step")]
    fn tell_pool<T: TraceSink>(
        &self,
        place: TargetPlace,
        target: &Target,
        plan: &PoolPlan,
        at: u16,
        passed: &[(RepIndex, Passed)],
        chosen: Option<&Chosen>,
        until: Option<Timestamp>,
        trace: &mut T,
    ) {
        let verdict = |rep: RepIndex| match chosen {
            Some(chosen) if chosen.rep == rep => Some(Verdict::Chosen(chosen.how)),
            _ => passed
                .iter()
                .find(|(other, _)| *other == rep)
                .map(|(_, reason)| Verdict::Passed(reason.clone())),
        };
        let reps = plan.members.iter().filter_map(|member| {
            let rep = member.turn.rep;
            Some(RepStep { rep, span: member.span, verdict: verdict(rep)? })
        });
        let result = match (chosen, until) {
            (Some(chosen), _) => TargetResult::Assigned(chosen.rep),
            (None, Some(until)) => TargetResult::Waiting { until },
            (None, None) => TargetResult::Nobody,
        };
        let before = self.state.pool(at).map_or(0, |it| it.rotation.epoch);
        let pool = PoolStep {
            sequence: chosen.map(|it| it.after.sequence),
            epoch: chosen.map_or(before, |it| it.after.rotation.epoch),
        };
        self.tell(place, target, result, reps.collect(), Some(pool), trace);
    }
}

fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
