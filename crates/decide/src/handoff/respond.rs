//! What a rep answers: takes on, rejects with a reason, gives a verdict.

use model::RepId;
use policy::section::{AfterReject, NotifyOn, Queue};

use super::{Closing, HandoffState, Held, HeldBy, Refusal, Step, pool_place};
use crate::effect::{Effect, Parties, TimerKind};
use crate::lead::ExcludedBecause;

impl Step<'_> {
    /// Stops the rep clock and the chain; from a queue it claims the handoff.
    pub(super) fn accept(&mut self, by: &RepId) -> Result<bool, Refusal> {
        match self.handoff.state {
            HandoffState::Assigned => self.must_own(by)?,
            HandoffState::Queued | HandoffState::Waiting => self.claim(by)?,
            HandoffState::Accepted if self.handoff.owner() == Some(by) => return Ok(false),
            HandoffState::Routing
            | HandoffState::Accepted
            | HandoffState::Paused(_)
            | HandoffState::Closed(_) => return Err(self.wrong_state()),
        }
        self.handoff.state = HandoffState::Accepted;
        self.handoff.accepted_at = Some(self.now());
        self.stop_rep_clock();
        Ok(true)
    }

    /// The owner does not want it: by the reason it goes back, to another rep, or out.
    pub(super) fn reject(
        &mut self,
        by: &RepId,
        reason: Option<&str>,
        note: Option<&str>,
    ) -> Result<bool, Refusal> {
        match self.handoff.state {
            HandoffState::Assigned | HandoffState::Accepted => self.must_own(by)?,
            _ => return Err(self.wrong_state()),
        }
        let key = reason.filter(|it| !it.trim().is_empty()).ok_or(Refusal::ReasonMissing)?;
        let dispositions = &self.policy().dispositions;
        let rejects_max = dispositions.rejects_max;
        let reason = dispositions.reject_reasons.iter().find(|it| it.key == key);
        let reason = reason.ok_or_else(|| Refusal::ReasonUnknown(key.to_owned()))?.clone();
        if reason.note_required && note.is_none_or(|it| it.trim().is_empty()) {
            return Err(Refusal::NoteMissing);
        }
        let owner = self.owner();
        let parties = Parties { owner, keeper: None };
        self.handoff.rejects = self.handoff.rejects.saturating_add(1);
        self.handoff.exclude(by, ExcludedBecause::Rejected);
        self.effects.push(Effect::Cancel { kind: None });
        self.handoff.chain = None;
        if let Some(rep) = owner {
            self.effects.push(Effect::Release { rep });
            let pool = self.handoff.pool.as_ref().and_then(|it| pool_place(self.policy(), it));
            if let Some(pool) = pool.filter(|_| reason.credit) {
                self.effects.push(Effect::Credit { rep, pool });
            }
        }
        self.tell_parties(NotifyOn::Rejected, parties);
        match reason.then {
            AfterReject::Nurture => {
                self.effects.push(Effect::Nurture);
                self.handoff.state = HandoffState::Closed(Closing::Recycled);
            }
            AfterReject::Disqualify => {
                self.effects.push(Effect::Disqualify { reason: reason.key });
                self.handoff.state = HandoffState::Closed(Closing::Disqualified);
            }
            AfterReject::Reroute if 0 < rejects_max && rejects_max <= self.handoff.rejects => {
                self.enqueue_fallback();
                self.alarm(owner);
            }
            AfterReject::Reroute => self.reroute(),
        }
        Ok(true)
    }

    /// Closes the handoff with the owner's verdict. An answer to the acknowledgement as well.
    pub(super) fn dispose(&mut self, by: &RepId, verdict: Closing) -> Result<bool, Refusal> {
        match self.handoff.state {
            HandoffState::Assigned | HandoffState::Accepted => self.must_own(by)?,
            _ => return Err(self.wrong_state()),
        }
        self.effects.push(Effect::Cancel { kind: None });
        self.handoff.chain = None;
        if self.handoff.accepted_at.is_none() && verdict == Closing::Submitted {
            self.handoff.accepted_at = Some(self.now());
        }
        self.effects.extend(self.owner().map(|rep| Effect::Release { rep }));
        let out = |reason: &str| Effect::Disqualify { reason: reason.to_owned() };
        match verdict {
            Closing::Submitted | Closing::PursueAccount | Closing::Merged => {}
            Closing::Recycled => self.effects.push(Effect::Nurture),
            Closing::BadUseCase => self.effects.push(out("bad_use_case")),
            Closing::Disqualified => self.effects.push(out("disqualified")),
        }
        self.handoff.state = HandoffState::Closed(verdict);
        Ok(true)
    }

    /// The rep clock ends; lead clock and verdict go on.
    pub(super) fn stop_rep_clock(&mut self) {
        self.handoff.chain = None;
        self.handoff.deadlines.acknowledge = None;
        self.effects.push(Effect::Cancel { kind: Some(TimerKind::Acknowledge) });
        self.effects
            .push(Effect::Cancel { kind: Some(TimerKind::Escalation { round: 0, step: 0 }) });
    }

    fn claim(&mut self, by: &RepId) -> Result<(), Refusal> {
        let may = self.may_claim(by);
        let rep = self.context.setup.find(by).filter(|_| may);
        let Some(rep) = rep else {
            return Err(Refusal::NotTheOwner(self.handoff.holder().cloned()));
        };
        self.handoff.held.push(Held { by: HeldBy::Rep(by.clone()), from: self.now() });
        self.handoff.state = HandoffState::Assigned;
        self.effects.push(Effect::Cancel { kind: None });
        self.effects.push(Effect::Assign { rep });
        self.reset_deadlines();
        Ok(())
    }

    /// Keeper, teams and pools of the queue may take from it.
    fn may_claim(&self, by: &RepId) -> bool {
        let Some(HeldBy::Queue(id)) = self.handoff.holder() else { return false };
        let Some(queue) = self.policy().queues.iter().find(|it| it.id == *id) else {
            return false;
        };
        let setup = self.context.setup;
        let Some(index) = setup.find(by) else { return false };
        let Some((rep, _)) = setup.rep(index) else { return false };
        let in_pool = |queue: &Queue| {
            queue.pools.iter().any(|it| setup.pool_members(*it).any(|turn| turn.rep == index))
        };
        rep.active
            && (queue.keeper == *by
                || rep.team.as_ref().is_some_and(|it| queue.teams.contains(it))
                || in_pool(queue))
    }
}
