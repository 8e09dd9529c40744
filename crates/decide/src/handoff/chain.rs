//! Escalation: the steps of a chain, each counted from when the one before it fired.
//!
//! A target is resolved when its step fires. One that does not work here, is away, has switched
//! off, is full or is outside its hours is skipped at once, without the delay of the next step.
//! At the end the chain starts again as often as the policy says; then what nobody has taken on
//! goes to the fallback queue. Bounded: a step is run at most once per round and event.

use model::RepIndex;
use policy::section::{Chain, Channel, ClockHours, NotifyOn, StepAction, StepTarget};

use super::{ChainRun, HandoffState, Step, queue_place};
use crate::deadline::after;
use crate::effect::{Address, Effect, Notify, NotifyKey, Timer, TimerKind};

/// Places of notifications that no rule of the policy asks for, above those of its rules: who is
/// warned by a step, by an alarm, by a missed touch.
const STEP_RULE: u16 = 1000;
const ALARM_RULE: u16 = 900;
pub(super) const OWNER_RULE: u16 = 901;

/// What a step came to.
enum Fired {
    /// Done: the next step counts from now.
    Done,
    /// Nobody to turn to: the next step at once.
    Skipped,
    /// The handoff lies in a queue and has left the chain.
    Left,
}

impl Step<'_> {
    pub(super) fn start_chain(&mut self) {
        self.go_on(ChainRun { round: 0, step: 0, since: self.now() }, true);
    }

    /// A step is due.
    pub(super) fn escalate(&mut self, round: u8, step: u16) -> bool {
        let at_step = |it: &ChainRun| (it.round, it.step) == (round, step);
        let run = self.handoff.chain.filter(at_step);
        let held = matches!(self.handoff.state, HandoffState::Assigned | HandoffState::Accepted);
        let run = run.filter(|_| held);
        if let Some(run) = run {
            self.run_steps(run);
        }
        run.is_some()
    }

    /// After a pause: the step under way counts from now.
    pub(super) fn rearm_chain(&mut self) {
        if let Some(run) = self.handoff.chain {
            self.go_on(run, true);
        }
    }

    fn chain(&self) -> Option<Chain> {
        let at = self.tier()?.escalation?;
        self.policy().chains.get(usize::from(at)).cloned()
    }

    /// Runs the step and those after it until one has done something or waits for its time.
    fn run_steps(&mut self, first: ChainRun) {
        let Some(chain) = self.chain() else { return };
        let (mut run, owner, mut skipped) = (first, self.owner(), false);
        // One round at most: whoever was skipped in it is not asked again in the same instant.
        for _ in 0..=chain.steps.len() {
            let Some(step) = chain.steps.get(usize::from(run.step)) else { break };
            let next = ChainRun { step: run.step.saturating_add(1), ..run };
            match self.run_step(run, step) {
                Fired::Left => {
                    // Nobody was there to ask before the queue: people must know.
                    if skipped {
                        self.alarm(owner);
                    }
                    return;
                }
                Fired::Done => return self.go_on(next, true),
                Fired::Skipped => {
                    skipped = true;
                    self.effects.push(Effect::SkippedStep { step: run.step });
                    run = next;
                }
            }
        }
        self.go_on(run, false);
    }

    /// Arms the step, runs it at once where it has no delay, or ends the chain.
    fn go_on(&mut self, run: ChainRun, may_run: bool) {
        let Some(chain) = self.chain() else {
            self.handoff.chain = None;
            return;
        };
        let over = chain.steps.len() <= usize::from(run.step);
        let run = match over {
            true if run.round < chain.repeat => {
                ChainRun { round: run.round.saturating_add(1), step: 0, ..run }
            }
            true => return self.end_chain(),
            false => run,
        };
        let run = ChainRun { since: self.now(), ..run };
        // A new round always waits, so that a chain without delays cannot turn in one instant.
        let at_once = chain.steps.get(usize::from(run.step)).is_some_and(|it| it.after.get() == 0);
        if at_once && may_run && !over {
            self.handoff.chain = Some(run);
            return self.run_steps(run);
        }
        self.arm_step(run);
    }

    /// Arms the step that is under way; the chain ends where it has none.
    pub(super) fn arm_step(&mut self, run: ChainRun) {
        let chain = self.chain();
        let step = chain.as_ref().and_then(|it| it.steps.get(usize::from(run.step)));
        let due_at = step.zip(self.last_holder()).and_then(|(step, (holder, _))| {
            after(self.context.setup, (&step.hours, step.after), holder, run.since)
        });
        let Some(due_at) = due_at else { return self.end_chain() };
        self.handoff.chain = Some(run);
        let kind = TimerKind::Escalation { round: run.round, step: run.step };
        self.effects.push(Effect::Arm(Timer { kind, due_at }));
    }

    /// What nobody has taken on goes to the fallback queue; an accepted one stays with its owner.
    fn end_chain(&mut self) {
        self.handoff.chain = None;
        if self.handoff.state == HandoffState::Assigned {
            self.give_up();
        }
    }

    fn run_step(&mut self, run: ChainRun, step: &policy::section::Step) -> Fired {
        match &step.target {
            StepTarget::Queue(id) => {
                let Some(queue) = queue_place(self.policy(), id) else { return Fired::Skipped };
                self.release();
                self.enqueue(queue);
                Fired::Left
            }
            StepTarget::Pool(pool) => self.turn_to_pool(*pool, step, run),
            StepTarget::Owner | StepTarget::Backup | StepTarget::Manager | StepTarget::Rep(_) => {
                match self.target(step) {
                    Some(rep) => self.turn_to(rep, step, run),
                    None => Fired::Skipped,
                }
            }
        }
    }

    /// Who a step turns to, if it can take over or be told now.
    fn target(&self, step: &policy::section::Step) -> Option<RepIndex> {
        let setup = self.context.setup;
        let owner = self.owner();
        let plan = |it| setup.rep(it).map(|(_, plan)| plan);
        let rep = match &step.target {
            StepTarget::Owner => owner,
            StepTarget::Backup => owner.and_then(|it| self.backup_of(it)),
            StepTarget::Manager => owner.and_then(plan).and_then(|it| it.manager),
            StepTarget::Rep(id) => setup.find(id),
            StepTarget::Pool(_) | StepTarget::Queue(_) => None,
        }?;
        self.can_take(rep, step).then_some(rep)
    }

    fn backup_of(&self, rep: RepIndex) -> Option<RepIndex> {
        let setup = self.context.setup;
        let (person, plan) = setup.rep(rep)?;
        let stand_in = person.absence_at(self.now()).and_then(|it| it.backup.as_ref());
        stand_in.and_then(|it| setup.find(it)).or(plan.backup)
    }

    fn can_take(&self, rep: RepIndex, step: &policy::section::Step) -> bool {
        let setup = self.context.setup;
        let Some((person, _)) = setup.rep(rep) else { return false };
        let state = self.context.state.rep(rep);
        let takes_over = step.action == StepAction::Reassign;
        // A capacity of 0 keeps managers and keepers out of turn; leads are escalated to them.
        let has_room =
            !takes_over || person.capacity.open.is_none_or(|it| it == 0 || state.open < it);
        let is_new = !takes_over || self.owner() != Some(rep);
        let works = step.ignore_hours
            || step.hours == ClockHours::Always
            || setup.rep_calendar(rep).is_none_or(|it| it.is_open(self.now()));
        let on_duty = person.active && state.present && person.absence_at(self.now()).is_none();
        on_duty && has_room && is_new && works
    }

    fn turn_to(&mut self, rep: RepIndex, step: &policy::section::Step, run: ChainRun) -> Fired {
        match step.action {
            StepAction::Notify => self.warn(rep, STEP_RULE.saturating_add(run.step)),
            StepAction::Reassign => {
                self.release_from_chain();
                self.give(rep);
                // The lead clock goes on; the chain is the new owner's rep clock.
                self.refresh_deadlines();
                self.handoff.deadlines.acknowledge = None;
                let deadlines = self.handoff.deadlines.clone();
                crate::effect::arm(&deadlines, &mut self.effects);
                self.tell(NotifyOn::Assigned);
            }
        }
        Fired::Done
    }

    /// Reassigning within a chain keeps the chain.
    fn release_from_chain(&mut self) {
        let chain = self.handoff.chain;
        self.release();
        self.handoff.chain = chain;
    }

    /// Warns all members who can be told, or gives the lead to the one of them with the fewest open
    /// leads: a step is no turn of the pool's rotation.
    fn turn_to_pool(&mut self, pool: u16, step: &policy::section::Step, run: ChainRun) -> Fired {
        let members = self.context.setup.pool_members(pool).map(|it| it.rep);
        let able: Vec<RepIndex> = members.filter(|it| self.can_take(*it, step)).collect();
        match step.action {
            StepAction::Notify if able.is_empty() => Fired::Skipped,
            StepAction::Notify => {
                for rep in able {
                    self.warn(rep, STEP_RULE.saturating_add(run.step));
                }
                Fired::Done
            }
            StepAction::Reassign => {
                let open = |rep: &RepIndex| self.context.state.rep(*rep).open;
                match able.into_iter().min_by_key(|it| (open(it), *it)) {
                    Some(rep) => self.turn_to(rep, step, run),
                    None => Fired::Skipped,
                }
            }
        }
    }

    /// Nobody took it on: into the fallback queue, and people are called.
    pub(super) fn give_up(&mut self) {
        let owner = self.owner();
        self.release();
        self.enqueue_fallback();
        self.alarm(owner);
    }

    /// Calls those who answer for it: the manager of who had it, and the keeper of its queue.
    pub(super) fn alarm(&mut self, owner: Option<RepIndex>) {
        let setup = self.context.setup;
        let manager = owner.and_then(|it| setup.rep(it)).and_then(|(_, plan)| plan.manager);
        let keeper = self.keeper().filter(|it| Some(*it) != manager);
        for rep in manager.into_iter().chain(keeper) {
            self.warn(rep, ALARM_RULE);
        }
        self.effects.push(Effect::Alarm);
    }

    /// Tells a rep, on the channels the policy has for silence.
    pub(super) fn warn(&mut self, rep: RepIndex, place: u16) {
        let rules = self.policy().notifications.iter();
        let rule = rules.enumerate().find(|(_, it)| it.on == NotifyOn::Unacknowledged);
        let (at, template, channels) = match rule {
            Some((at, it)) => (at, it.template.clone(), it.channels.clone()),
            None => (usize::from(u16::MAX), "unacknowledged".to_owned(), vec![Channel::InApp]),
        };
        let key = NotifyKey {
            lead: self.handoff.lead,
            version: self.handoff.version.saturating_add(1),
            on: NotifyOn::Unacknowledged,
            // Apart from the notifications of the event itself, and from other steps.
            rule: u16::try_from(at).unwrap_or(u16::MAX).wrapping_add(place),
        };
        for channel in channels {
            self.effects.push(Effect::Notify(Notify {
                on: NotifyOn::Unacknowledged,
                to: Address::Rep(rep),
                channel,
                template: template.clone(),
                key,
            }));
        }
    }
}
