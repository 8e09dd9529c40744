//! One wave of captures: leads built, routed, given to reps and written.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use decide::lead::{History, PreviousOwner};
use decide::state::RosterState;
use decide::trace::NoTrace;
use decide::{Deadlines, Decision, Effect, Input, LeadView, Route, Waiting, conclude, pick, route};
use intake::contract::Accepted;
use model::id::{ActivityId, LeadId};
use model::{RepIndex, Timestamp};
use policy::expr::ActivityFact;
use policy::section::Destination;
use serde_json::json;
use store::activity::Activity;
use store::chain::NewEvent;
use store::lead::{Lead, LeadKey, LeadVersion};
use store::{StoreError, Tx};

use super::answer::CaptureAnswer;
use super::bonds::Bond;
use super::contents::Contents;
use super::lookup::Known;
use super::stored::{SUBMISSION, activity_facts, in_order, newest};
use super::{CaptureRequest, Prepared};
use crate::Actor;
use crate::engine::{Engine, WORKSPACE};
use crate::live::Live;
use crate::record::{Kept, Place, Recorder};
use crate::state::{Desk, reach};
use crate::writes::Writes;

/// A wave in the making.
pub(super) struct Commit<'a> {
    engine: &'a Engine,
    live: &'a Live,
    now: Timestamp,
    pub(super) writes: Writes,
    items: Vec<Item<'a>>,
    made: Vec<Made>,
}

/// A decision with what it was made from.
struct Made {
    state: RosterState,
    lead: LeadView,
    decision: Decision,
    /// Number of the decision.
    number: i64,
    last_activity: Option<i64>,
}

/// Decisions of a wave from which on their rows are made while others are written: about a tenth of
/// what an import does, and its writer is what it waits for.
const BESIDE_MIN: usize = 256;

/// One submission of the wave.
struct Item<'a> {
    at: usize,
    actor: &'a Actor,
    lead: LeadId,
    /// Row of the lead without state and owner, which the decision gives.
    row: Lead,
    known: Option<Known>,
    view: LeadView,
    /// Number of the last activity that counts.
    last_activity: Option<i64>,
    is_history: bool,
}

impl<'a> Commit<'a> {
    pub(super) fn new(engine: &'a Engine, live: &'a Live, now: Timestamp) -> Self {
        Self { engine, live, now, writes: Writes::default(), items: Vec::new(), made: Vec::new() }
    }

    /// Adds a submission; `known` is the lead it belongs to, if there is one.
    pub(super) fn add(
        &mut self,
        at: usize,
        one: &'a Prepared,
        accepted: &Accepted,
        known: Option<Known>,
        previous: Vec<PreviousOwner>,
    ) {
        let request = &one.request;
        let submission = &request.submission;
        let lead = match &known {
            Some(known) => LeadId::from_raw(known.row.id),
            None => self.engine.next_id(self.now),
        };
        let captured_at = self.at(submission.captured_at);
        let policy = self.live.setup.policy();
        let contents = match &known {
            None => one.contents.clone(),
            Some(known) => Contents::of(policy, Some(known), accepted, request.import),
        };
        let row = Lead {
            workspace_id: WORKSPACE,
            id: lead.raw(),
            version: known.as_ref().map_or(1, |it| it.row.version + 1),
            state: "new".to_owned(),
            owner: None,
            queue: None,
            captured_at: known.as_ref().map_or(captured_at.as_micros(), |it| it.row.captured_at),
            received_at: known.as_ref().map_or(self.now.as_micros(), |it| it.row.received_at),
            channel: request.channel.clone(),
            reason: contents.reason,
            attributes: contents.attributes,
            originals: contents.originals,
            closed_reason: None,
            updated_at: self.now.as_micros(),
        };
        let own = self.activities(lead, request, known.is_some());
        let earlier = known.iter().flat_map(|it| &it.activities);
        let activities: Vec<Activity> = earlier.chain(&own).cloned().collect();
        let last_activity =
            own.last().map(|it| it.id).or(known.as_ref().and_then(|it| it.last_activity));
        self.writes.activities.extend(own);
        let counted: Vec<_> = activity_facts(policy, &newest(activities)).collect();
        let mut view = self.view(&row, request, known.as_ref(), counted);
        view.facts = contents.facts;
        view.previous_owners = previous;
        self.keys(lead, &one.hashes);
        let is_history = request.import.is_some_and(|it| it.is_history);
        let actor = &one.actor;
        self.items.push(Item { at, actor, lead, row, known, view, last_activity, is_history });
    }

    /// Keeps the bonds of the item that was added last for `at`.
    pub(super) fn bind(&mut self, at: usize, bonds: &[Bond]) {
        let lead = self.items.iter().rev().find(|it| it.at == at).map(|it| it.lead);
        let hashes: Vec<(i64, i64)> = bonds.iter().map(|it| it.hash).collect();
        lead.into_iter().for_each(|lead| self.keys(lead, &hashes));
    }

    /// Decides on every item and writes everything; the answers with their places.
    pub(super) fn run(
        mut self,
        tx: &mut Tx<'_>,
        held: &mut Option<Desk>,
    ) -> Result<Vec<(usize, CaptureAnswer)>, StoreError> {
        let items = std::mem::take(&mut self.items);
        let routes: Vec<Option<Route>> = items
            .iter()
            .map(|it| {
                let open = it.known.as_ref().is_some_and(|known| known.open.is_some());
                (!open).then(|| route(&self.live.setup, &it.view, self.now, &mut NoTrace))
            })
            .collect();
        let desk = match held {
            Some(desk) => desk,
            None => {
                let (pools, reps) = self.reach(&items, &routes);
                held.insert(Desk::lock(tx, self.live, pools, reps, self.now)?)
            }
        };
        let mut answers = Vec::with_capacity(items.len());
        for (item, route) in items.into_iter().zip(routes) {
            let at = item.at;
            let answer = match route {
                Some(route) => self.decide(item, route, desk),
                None => self.attach(item),
            };
            answers.extend(answer.map(|it| (at, it)));
        }
        self.write(tx)?;
        Ok(answers)
    }

    fn write(self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let Self { engine, live, now, writes, made, .. } = self;
        let stream = engine.stream();
        if made.len() < BESIDE_MIN {
            return writes.flush_with(tx, stream, now, || Ok(rows(made, live, now)));
        }
        thread::scope(|scope| {
            let rows = scope.spawn(move || rows(made, live, now));
            let done = || rows.join().map_err(|_| StoreError::Panicked);
            writes.flush_with(tx, stream, now, done)
        })
    }

    /// What the routes may lead to, so that it can be locked.
    fn reach(
        &self,
        items: &[Item<'_>],
        routes: &[Option<Route>],
    ) -> (BTreeSet<u16>, BTreeSet<RepIndex>) {
        let routing = &self.live.setup.policy().routing;
        let (mut pools, mut reps) = (BTreeSet::new(), BTreeSet::new());
        for (item, route) in items.iter().zip(routes) {
            let Some(route) = route else { continue };
            let rule = route.rule.and_then(|it| routing.rules.get(usize::from(it)));
            let targets = rule.map_or(&[][..], |it| &it.to).iter().chain(&routing.fallback);
            let owner = item.view.history.account_owner.as_ref();
            let owner = owner.and_then(|it| self.live.setup.find(it));
            let destinations: Vec<&Destination> = targets.map(|it| &it.to).collect();
            let (more_pools, more_reps) = reach(self.live, destinations.into_iter(), owner);
            pools.extend(more_pools);
            reps.extend(more_reps);
        }
        (pools, reps)
    }

    fn decide(&mut self, item: Item<'_>, route: Route, desk: &mut Desk) -> Option<CaptureAnswer> {
        let setup = &self.live.setup;
        let seed = seed_of(item.lead);
        let waiting = Waiting { route: &route, lead: &item.view };
        let pick = pick(setup, &desk.state, waiting, self.now, seed, &mut NoTrace);
        let decision = conclude(setup, &item.view, self.now, route, pick);
        let state = desk.state.clone();
        if let Some(change) = &decision.change {
            desk.state.apply(change);
        }
        let done = match item.is_history {
            true => Cow::Owned(without_clocks(decision.clone())),
            false => Cow::Borrowed(&decision),
        };
        let mut recorder = Recorder {
            engine: self.engine,
            live: self.live,
            actor: item.actor,
            now: self.now,
            writes: &mut self.writes,
        };
        let number = item.known.as_ref().map_or(1, |it| it.decided + 1);
        let kind = if item.known.is_some() { "lead.returned" } else { "lead.captured" };
        let place = Place { lead: item.lead, reason: &item.row.reason, number, kind };
        let handoff = recorder.first(&place, &done);
        let (owner, queue) = recorder.holder(&done);
        let row = Lead {
            state: crate::words::outcome(&done.outcome).to_owned(),
            owner,
            queue,
            closed_reason: recorder.closed_reason(&done),
            ..item.row
        };
        let is_new = item.known.is_none();
        self.write_lead(row, item.known);
        let answer = CaptureAnswer::of_decision(self.live, item.lead, is_new, handoff, &done);
        let (lead, last_activity) = (item.view, item.last_activity);
        self.made.push(Made { state, lead, decision, number, last_activity });
        Some(answer)
    }

    /// A handoff is under way: the submission adds to what is known and nobody is asked again.
    fn attach(&mut self, item: Item<'_>) -> Option<CaptureAnswer> {
        let known = item.known?;
        let open = known.open.clone()?;
        let row = Lead {
            state: known.row.state.clone(),
            owner: known.row.owner.clone(),
            queue: known.row.queue.clone(),
            reason: known.row.reason.clone(),
            ..item.row
        };
        self.writes.event(NewEvent {
            at: self.now.as_micros(),
            kind: "lead.attached".to_owned(),
            lead_id: Some(known.row.id),
            handoff_id: Some(open.id),
            actor: item.actor.to_string(),
            body: json!({ "v": 1, "version": row.version }).to_string(),
        });
        let answer = CaptureAnswer::of_open(self.live, item.lead, &open);
        self.write_lead(row, Some(known));
        Some(answer)
    }

    fn write_lead(&mut self, row: Lead, known: Option<Known>) {
        match known {
            None => self.writes.leads.push(row),
            Some(known) => {
                self.writes.lead_versions.push(LeadVersion {
                    workspace_id: WORKSPACE,
                    lead_id: known.row.id,
                    version: known.row.version,
                    attributes: known.row.attributes,
                    originals: known.row.originals,
                });
                self.writes.lead_updates.push(row);
            }
        }
    }

    fn keys(&mut self, lead: LeadId, hashes: &[(i64, i64)]) {
        let (workspace_id, lead_id) = (WORKSPACE, lead.raw());
        let keys = hashes.iter();
        let keys = keys.map(|(kind, hash)| (*kind, *hash));
        self.writes.keys.extend(keys.map(|(kind, hash)| LeadKey {
            workspace_id,
            kind,
            hash,
            lead_id,
        }));
    }

    /// An instant as told, or now: the clock of a sender may be a little ahead.
    fn at(&self, told: Option<Timestamp>) -> Timestamp {
        told.map_or(self.now, |it| it.min(self.now))
    }

    /// What the lead did; a submission of a known lead is an activity too.
    fn activities(&self, lead: LeadId, request: &CaptureRequest, known: bool) -> Vec<Activity> {
        let captured_at = self.at(request.submission.captured_at);
        let row = |kind: &str, at: Timestamp, body: String| {
            let id: ActivityId = self.engine.next_id(self.now);
            Activity {
                workspace_id: WORKSPACE,
                id: id.raw(),
                lead_id: lead.raw(),
                kind: kind.to_owned(),
                at: at.as_micros(),
                body,
            }
        };
        let mut rows: Vec<Activity> = Vec::new();
        for activity in &request.submission.activities {
            let at = activity.at.map_or(captured_at, |it| self.at(Some(it)));
            rows.push(row(&activity.kind, at, json!({ "subject": activity.subject }).to_string()));
        }
        if known {
            rows.push(row(SUBMISSION, captured_at, request.raw()));
        }
        rows
    }

    fn view(
        &self,
        row: &Lead,
        request: &CaptureRequest,
        known: Option<&Known>,
        activities: Vec<ActivityFact>,
    ) -> LeadView {
        let history = &request.submission.history;
        let closed =
            known.map_or(0, |it| it.handoffs.iter().filter(|it| it.closed_at.is_some()).count());
        let contacted =
            known.and_then(|it| it.handoffs.iter().filter_map(|it| it.first_touch_at).max());
        let mut view =
            LeadView::new(LeadId::from_raw(row.id), Timestamp::from_micros(row.captured_at));
        view.version = u64::try_from(row.version).unwrap_or(0);
        view.activities = in_order(activities);
        view.waiting_since = self.now;
        view.channel = Some(Arc::from(request.channel.as_str()));
        view.quiz_score = request.submission.quiz_score;
        view.excluded = known.map(|it| it.rejecters.clone()).unwrap_or_default();
        view.history = History {
            open_handoff: Some(false),
            active_deal: history.active_deal,
            active_sequence: history.active_sequence,
            last_contact_at: history.last_contact_at.max(contacted.map(Timestamp::from_micros)),
            customer: history.customer,
            account_owner: history.account_owner.as_ref().and_then(|it| it.parse().ok()),
            closed_handoffs: u32::try_from(closed).ok(),
        };
        view
    }
}

/// A lead of the past keeps its owner and SLA, but no clock runs and nobody is told.
fn without_clocks(mut decision: Decision) -> Decision {
    decision.deadlines = Deadlines::default();
    decision.effects.retain(|it| !matches!(it, Effect::Arm(_) | Effect::Notify(_)));
    decision
}

/// The rows of decisions, with what is kept of each so that it can be made again.
fn rows(made: Vec<Made>, live: &Live, now: Timestamp) -> Vec<store::decision::Decision> {
    let row = |it: Made| {
        let Made { state, lead, decision, number, last_activity } = it;
        let seed = seed_of(lead.id);
        let input = Input { setup: &live.setup, state: &state, lead: &lead, now, seed };
        let kept = Kept::of(&input, &decision, live, last_activity);
        kept.row(live, now, (lead.id, number), &decision)
    };
    made.into_iter().map(row).collect()
}

fn seed_of(lead: LeadId) -> u64 {
    lead.raw() as u64
}
