//! The demo month, lived through: every lead goes through the product's own intake and decisions,
//! every answer through its own life cycle, hour by hour of a clock that runs as fast as it can.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use calendar::Calendar;
use decide::handoff::{Closing, Evidence};
use engine::capture::{Captured, capture, prepare};
use engine::outcomes::{OutcomeKey, OutcomeRequest, record};
use engine::respond::{Action, RespondRequest, respond};
use engine::{Actor, Engine, Live, Refusal, RefusalKind};
use model::id::HandoffId;
use model::{RepId, Seconds, Timestamp};
use store::{StoreError, Tx};

use super::form::request;
use super::plan::{MONTH, PlannedLead, Verdict, month};
use simulate::Random;

/// How much of the clock one transaction covers.
const STEP: Seconds = Seconds::from_hours(1);

/// What was lived through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lived {
    /// Leads captured.
    pub(crate) leads: usize,
    /// Handoffs answered with a verdict.
    pub(crate) verdicts: usize,
    /// Opportunities reported by the CRM.
    pub(crate) opportunities: usize,
}

/// The month that ends at `end`, lived through in `engine`. `progress` hears of each hour.
pub(crate) fn live_through(
    engine: &Engine,
    seed: u64,
    end: Timestamp,
    mut progress: impl FnMut(u32, u32),
) -> Result<Lived, Refusal> {
    let mut story = Story::new(seed, end);
    let start = end.minus(MONTH);
    let steps = MONTH.get() / STEP.get();
    for step in 1..=steps {
        let until = start.plus(Seconds::new(step * STEP.get()));
        let (inner, before) = (engine.clone(), story);
        story = engine.write_blocking(move |tx, _| {
            let live = match inner.live(tx, until)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            // The job may run again after a failed commit: it starts from the story before it.
            let mut story = before.clone();
            let told = story.tell(&inner, tx, &live, until)?;
            Ok(told.map(|()| story))
        })?;
        progress(step, steps);
    }
    Ok(story.lived)
}

/// Leads, and what is still to happen.
#[derive(Clone)]
struct Story {
    leads: Arc<Vec<PlannedLead>>,
    end: Timestamp,
    random: Random,
    /// What happens next; the place breaks ties so that the order is always the same.
    ahead: BinaryHeap<Reverse<(Timestamp, u64, Happening)>>,
    told: u64,
    lived: Lived,
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    /// A lead arrives, by place in the plan.
    Arrives(usize),
    /// A rep does something with a handoff of a lead.
    Acts(usize, HandoffId, RepId, Deed),
    /// The CRM reports an opportunity.
    Converts(usize, HandoffId),
}

/// What a rep does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Accept,
    Call,
    Mail,
    AutoAnswer,
    Decide,
}

impl Story {
    fn new(seed: u64, end: Timestamp) -> Self {
        let leads = Arc::new(month(seed, end));
        let mut story = Self {
            leads,
            end,
            random: Random::stream(seed, 3),
            ahead: BinaryHeap::new(),
            told: 0,
            lived: Lived::default(),
        };
        for at in 0..story.leads.len() {
            if let Some(lead) = story.leads.get(at) {
                story.add(lead.at, Happening::Arrives(at));
            }
        }
        story
    }

    fn add(&mut self, at: Timestamp, happening: Happening) {
        self.told += 1;
        self.ahead.push(Reverse((at, self.told, happening)));
    }

    /// Everything before `until`, in order.
    fn tell(
        &mut self,
        engine: &Engine,
        tx: &mut Tx<'_>,
        live: &Arc<Live>,
        until: Timestamp,
    ) -> Result<Result<(), Refusal>, StoreError> {
        while let Some(Reverse((at, _, _))) = self.ahead.peek()
            && *at < until
        {
            let Some(Reverse((now, _, happening))) = self.ahead.pop() else { break };
            let done = match happening {
                Happening::Arrives(lead) => self.arrive(engine, tx, live, lead, now)?,
                Happening::Acts(lead, handoff, rep, deed) => {
                    self.act(engine, tx, live, (lead, handoff, rep, deed), now)?
                }
                Happening::Converts(lead, handoff) => {
                    self.convert(engine, tx, lead, handoff, now)?
                }
            };
            if let Err(refusal) = done {
                return Ok(Err(refusal));
            }
        }
        Ok(Ok(()))
    }

    fn arrive(
        &mut self,
        engine: &Engine,
        tx: &mut Tx<'_>,
        live: &Arc<Live>,
        place: usize,
        now: Timestamp,
    ) -> Result<Result<(), Refusal>, StoreError> {
        let leads = Arc::clone(&self.leads);
        let Some(planned) = leads.get(place) else { return Ok(Ok(())) };
        let request = request(planned, now);
        let prepared = prepare(live, Actor::System, request);
        let captured = capture(engine, tx, live, &[&prepared], now)?;
        let Some(Captured::Lead(answer)) = captured.into_iter().next() else {
            return Ok(Err(broken("a planned lead does not meet the contract")));
        };
        self.lived.leads += 1;
        let owner = answer.owner.as_ref().and_then(|it| it.id.parse::<RepId>().ok());
        if let (Some(handoff), Some(rep)) = (answer.handoff, owner) {
            self.answers(live, place, handoff, &rep, now);
        }
        Ok(Ok(()))
    }

    /// Plans how the rep answers, in working hours and before the month ends.
    fn answers(
        &mut self,
        live: &Arc<Live>,
        place: usize,
        handoff: HandoffId,
        rep: &RepId,
        now: Timestamp,
    ) {
        let leads = Arc::clone(&self.leads);
        let Some(planned) = leads.get(place) else { return };
        let calendar = calendar_of(live, rep);
        let total = self.random.delay_minutes(planned.verdict_minutes.max(60.0));
        let plan = |story: &mut Self, share: f64, deed: Deed| {
            let seconds = Seconds::new((total * share * 60.0).clamp(30.0, 2_000_000.0) as u32);
            let at = calendar.due(now, seconds).unwrap_or(now);
            let at = story.before_end(at, now, share / 2.0);
            story.add(at, Happening::Acts(place, handoff, rep.clone(), deed));
        };
        match planned.verdict {
            Verdict::Undecided => {
                if self.random.percent(45) {
                    plan(self, 0.6, Deed::AutoAnswer);
                }
                if self.random.percent(30) {
                    plan(self, 1.0, Deed::Accept);
                    plan(self, 1.6, Deed::Call);
                }
            }
            Verdict::Rejected(_) => {
                if self.random.percent(55) {
                    plan(self, 0.5, Deed::Mail);
                }
                plan(self, 1.0, Deed::Decide);
            }
            Verdict::Submitted | Verdict::PursueAccount | Verdict::BadUseCase => {
                plan(self, 0.2, Deed::Accept);
                let deed = if self.random.percent(60) { Deed::Call } else { Deed::Mail };
                plan(self, 0.5, deed);
                plan(self, 1.0, Deed::Decide);
            }
        }
    }

    /// Nothing that is planned is left open at the end: what would come later comes in the last
    /// part of the month, in the same order. `rank` is from 0 to 1.
    fn before_end(&self, at: Timestamp, now: Timestamp, rank: f64) -> Timestamp {
        let left = self.end.micros_since(now).max(2_000_000);
        let latest = now.as_micros() + (left as f64 * (0.5 + 0.49 * rank)) as i64;
        match at < self.end {
            true => at.min(Timestamp::from_micros(latest)),
            false => Timestamp::from_micros(latest),
        }
    }

    fn act(
        &mut self,
        engine: &Engine,
        tx: &mut Tx<'_>,
        live: &Arc<Live>,
        (place, handoff, rep, deed): (usize, HandoffId, RepId, Deed),
        now: Timestamp,
    ) -> Result<Result<(), Refusal>, StoreError> {
        let leads = Arc::clone(&self.leads);
        let Some(planned) = leads.get(place) else { return Ok(Ok(())) };
        let seconds = 40 + self.random.below(600) as u32;
        let touch = |evidence| Action::Touch { at: None, evidence };
        let action = match deed {
            Deed::Accept => Action::Accept,
            Deed::Call => touch(Evidence::Call { seconds, voicemail: seconds < 90 }),
            Deed::Mail => touch(Evidence::Email { names_action: true, template_similarity: 30 }),
            Deed::AutoAnswer => touch(Evidence::AutoResponse),
            Deed::Decide => verdict(planned.verdict),
        };
        let by = Some(rep.clone());
        let request = RespondRequest { handoff, version: None, by, action };
        let done = respond(engine, tx, live, &Actor::Rep(rep), &request, now)?;
        match (done, deed) {
            (Err(refusal), _) => return Ok(Err(refusal)),
            (Ok(_), Deed::Decide) => {
                self.lived.verdicts += 1;
                if planned.opportunity.is_some() {
                    let days = 1.0 + 2.0 * self.random.share();
                    let later = now.plus(Seconds::new((days * 86_400.0) as u32));
                    let at = self.before_end(later, now, self.random.clone().share());
                    self.add(at, Happening::Converts(place, handoff));
                }
            }
            (Ok(_), _) => {}
        }
        Ok(Ok(()))
    }

    fn convert(
        &mut self,
        engine: &Engine,
        tx: &mut Tx<'_>,
        place: usize,
        handoff: HandoffId,
        now: Timestamp,
    ) -> Result<Result<(), Refusal>, StoreError> {
        let leads = Arc::clone(&self.leads);
        let Some(opportunity) = leads.get(place).and_then(|it| it.opportunity.as_ref()) else {
            return Ok(Ok(()));
        };
        let request = OutcomeRequest {
            kind: "opportunity".to_owned(),
            lead: None,
            named: None,
            handoff: Some(handoff),
            at: Some(now),
            value: Some(i64::from(opportunity.value)),
            lead_source: opportunity.lead_source.map(str::to_owned),
            attributed_source: None,
            external_id: OutcomeKey::new("demo".to_owned(), format!("opportunity-{place}")),
        };
        let done = record(engine, tx, &Actor::System, &request, now)?;
        self.lived.opportunities += usize::from(done.is_ok());
        Ok(done.map(|_| ()))
    }
}

/// The action of a planned verdict.
fn verdict(verdict: Verdict) -> Action {
    match verdict {
        Verdict::Submitted => Action::Dispose { verdict: Closing::Submitted },
        Verdict::PursueAccount => Action::Dispose { verdict: Closing::PursueAccount },
        Verdict::BadUseCase => Action::Dispose { verdict: Closing::BadUseCase },
        Verdict::Rejected(reason) => Action::Reject { reason: Some(reason.to_owned()), note: None },
        Verdict::Undecided => Action::Accept,
    }
}

fn calendar_of(live: &Arc<Live>, rep: &RepId) -> Calendar {
    let setup = &live.setup;
    let found = setup.find(rep).and_then(|it| setup.roster().rep(it));
    let id = found.and_then(|it| setup.roster().calendar_of(it));
    let calendar = id.and_then(|it| setup.policy().calendars.get(it));
    calendar.map_or_else(Calendar::always, |it| Calendar::clone(it))
}

fn broken(message: &str) -> Refusal {
    Refusal::new(RefusalKind::Internal, "A0500", message)
}

#[cfg(test)]
mod tests;
