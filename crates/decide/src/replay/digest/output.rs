//! Of everything that came out of a decision but the trace. Written field by field instead of
//! through its JSON form, because every lead pays for it.

use super::Sum;
use crate::deadline::Deadlines;
use crate::decision::{Decision, Outcome};
use crate::effect::{Address, Effect, Notify, TimerKind};
use crate::names;
use crate::setup::Setup;
use crate::trace::ExclusionList;
use policy::FieldOrigin;

impl Sum {
    pub(super) fn decision(&mut self, setup: &Setup, decision: &Decision) {
        let policy = setup.policy();
        self.outcome(setup, decision.outcome);
        self.maybe(decision.held, |sum, (list, at)| sum.exclusion(setup, list, at));
        self.maybe(decision.tier, |sum, it| sum.number(u64::from(it)));
        let sla = decision.sla.and_then(|it| policy.slas.tiers.get(usize::from(it)));
        self.maybe(sla, |sum, it| sum.text(it.id.as_str()));
        self.maybe(decision.score, |sum, it| sum.number(u64::from(it)));
        self.text(names::truth(decision.mql));
        self.text(names::truth(decision.sql));
        self.maybe(decision.fast_track, |sum, it| {
            let lane = policy.fast_track.as_ref();
            let signal = lane.and_then(|lane| lane.signals.get(usize::from(it.signal)));
            sum.text(signal.map_or("", |(id, _)| id.as_str()));
            sum.number(u64::from(it.sponsor));
        });
        let rule = decision.rule.and_then(|it| policy.routing.rules.get(usize::from(it)));
        self.maybe(rule, |sum, it| sum.text(it.id.as_str()));
        self.deadlines(&decision.deadlines);
        self.number(decision.effects.len() as u64);
        for effect in &decision.effects {
            self.effect(setup, effect);
        }
        let pool = decision.change.as_ref().and_then(|it| it.pool.as_ref());
        self.maybe(pool, |sum, (at, state)| {
            sum.pool_name(setup, *at);
            sum.pool(setup, state);
        });
        self.facts(setup, &decision.facts, |origin| match origin {
            FieldOrigin::Derived | FieldOrigin::System(_) => true,
            FieldOrigin::Contract | FieldOrigin::Normalised(_) | FieldOrigin::Rep => false,
        });
    }

    fn deadlines(&mut self, deadlines: &Deadlines) {
        let Deadlines { touch, acknowledge, disposition, reminders } = deadlines;
        for due in [touch, acknowledge, disposition] {
            self.maybe(*due, Self::time);
        }
        self.number(reminders.len() as u64);
        for at in reminders {
            self.time(*at);
        }
    }

    fn outcome(&mut self, setup: &Setup, outcome: Outcome) {
        match outcome {
            Outcome::Assigned { rep, how, pool } => {
                self.number(1);
                self.rep(setup, rep);
                self.text(names::how(how));
                self.maybe(pool, |sum, it| sum.pool_name(setup, it));
            }
            Outcome::Queued { queue } => {
                self.number(2);
                self.queue_name(setup, queue);
            }
            Outcome::Waiting { pool, until, queue } => {
                self.number(3);
                self.pool_name(setup, pool);
                self.time(until);
                self.queue_name(setup, queue);
            }
            Outcome::Nurture => self.number(4),
            Outcome::SelfService => self.number(5),
            Outcome::Disqualified { list, rule } => {
                self.number(6);
                self.exclusion(setup, list, rule);
            }
            Outcome::Attached { list, rule } => {
                self.number(7);
                self.exclusion(setup, list, rule);
            }
        }
    }

    fn effect(&mut self, setup: &Setup, effect: &Effect) {
        match effect {
            Effect::Assign { rep } => {
                self.number(1);
                self.rep(setup, *rep);
            }
            Effect::Enqueue { queue } => {
                self.number(2);
                self.queue_name(setup, *queue);
            }
            Effect::Reroute => self.number(3),
            Effect::Alarm => self.number(4),
            Effect::Nurture => self.number(5),
            Effect::SelfService => self.number(6),
            Effect::Disqualify { reason } => {
                self.number(7);
                self.text(reason);
            }
            Effect::Attach => self.number(8),
            Effect::Credit { rep, pool } => {
                self.number(9);
                self.rep(setup, *rep);
                self.pool_name(setup, *pool);
            }
            Effect::Release { rep } => {
                self.number(10);
                self.rep(setup, *rep);
            }
            Effect::Arm(timer) => {
                self.number(11);
                self.timer(timer.kind);
                self.time(timer.due_at);
            }
            Effect::Cancel { kind } => {
                self.number(12);
                self.maybe(*kind, Self::timer);
            }
            Effect::Notify(notify) => {
                self.number(13);
                self.notify(setup, notify);
            }
            Effect::VoidBreach { due_at } => {
                self.number(14);
                self.time(*due_at);
            }
            Effect::Breach { kind, due_at } => {
                self.number(15);
                self.timer(*kind);
                self.time(*due_at);
            }
            Effect::SkippedStep { step } => {
                self.number(16);
                self.number(u64::from(*step));
            }
        }
    }

    fn timer(&mut self, kind: TimerKind) {
        self.text(names::timer(kind));
        match kind {
            TimerKind::Reminder(at) => self.number(u64::from(at)),
            TimerKind::Escalation { round, step } => {
                self.number(u64::from(round));
                self.number(u64::from(step));
            }
            TimerKind::Acknowledge
            | TimerKind::Touch
            | TimerKind::Disposition
            | TimerKind::Relax
            | TimerKind::Resume => {}
        }
    }

    fn notify(&mut self, setup: &Setup, notify: &Notify) {
        self.text(names::occasion(notify.on));
        match notify.to {
            Address::Rep(rep) => {
                self.number(1);
                self.rep(setup, rep);
            }
            Address::Prospect => self.number(2),
            Address::Marketing => self.number(3),
        }
        self.text(names::channel(notify.channel));
        self.text(&notify.template);
        self.signed(notify.key.lead.raw());
        self.number(notify.key.version);
        self.text(names::occasion(notify.key.on));
        self.number(u64::from(notify.key.rule));
    }

    fn exclusion(&mut self, setup: &Setup, list: ExclusionList, at: u16) {
        let policy = setup.policy();
        let rules = match list {
            ExclusionList::Disqualify => &policy.disqualify,
            ExclusionList::Suppress => &policy.suppress,
        };
        self.text(names::list(list));
        self.text(rules.get(usize::from(at)).map_or("", |it| it.id.as_str()));
    }

    pub(super) fn pool_name(&mut self, setup: &Setup, at: u16) {
        let pool = setup.policy().pools.get(usize::from(at));
        self.text(pool.map_or("", |it| it.id.as_str()));
    }

    fn queue_name(&mut self, setup: &Setup, at: u16) {
        let queue = setup.policy().queues.get(usize::from(at));
        self.text(queue.map_or("", |it| it.id.as_str()));
    }
}
