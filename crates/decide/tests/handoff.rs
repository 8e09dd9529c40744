//! The life of a handoff: answers, touches, escalation, clocks.

use decide::effect::{Timer, TimerKind};
use decide::handoff::{Closing, Evidence, HandoffState, HeldBy, is_valid_touch};
use decide::{Advance, Context, Effect, Event, Handoff, Refusal, advance};
use model::Timestamp;

use crate::desk::{Desk, POLICY, ROSTER, at, desk, desk_of, text};

struct Life {
    desk: Desk,
    handoff: Handoff,
    facts: policy::Facts,
    /// Timers armed and not cancelled, with when they were armed.
    armed: Vec<Timer>,
    effects: Vec<Effect>,
}

impl Life {
    fn start(desk: Desk) -> Self {
        let lead = desk.lead(&[("pool", text("turn"))]);
        let decision = desk.decide(&lead);
        let handoff = Handoff::start(&desk.setup, lead.id, &decision, desk.now).unwrap();
        let facts = decision.facts.clone();
        let mut life = Self { desk, handoff, facts, armed: Vec::new(), effects: Vec::new() };
        life.arm(&decision.effects);
        life
    }

    fn arm(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Arm(timer) => self.armed.push(*timer),
                Effect::Cancel { kind: None } => self.armed.clear(),
                Effect::Cancel { kind: Some(kind) } => {
                    let same = std::mem::discriminant(kind);
                    self.armed.retain(|it| std::mem::discriminant(&it.kind) != same);
                }
                _ => {}
            }
        }
    }

    fn step(&mut self, event: &Event) -> Result<bool, Refusal> {
        let version = match event {
            Event::Fired(_) => None,
            _ => Some(self.handoff.version),
        };
        let context = Context {
            setup: &self.desk.setup,
            state: &self.desk.state,
            facts: &self.facts,
            now: self.desk.now,
            version,
        };
        match advance(&self.handoff, event, &context) {
            Advance::Moved { handoff, effects } => {
                self.handoff = *handoff;
                self.arm(&effects);
                self.effects = effects;
                Ok(true)
            }
            Advance::Ignored => Ok(false),
            Advance::Refused(refusal) => Err(refusal),
        }
    }

    /// Fires what is due up to `until`, each at its own time or, after downtime, all at `until`.
    fn run(&mut self, until: Timestamp, downtime: bool) -> Vec<String> {
        let mut seen = Vec::new();
        for _ in 0..50 {
            self.armed.sort_by_key(|it| it.due_at);
            let Some(timer) = self.armed.first().copied().filter(|it| it.due_at <= until) else {
                break;
            };
            self.armed.remove(0);
            self.desk.now = if downtime { until } else { timer.due_at.max(self.desk.now) };
            let before = self.holder();
            self.step(&Event::Fired(timer)).unwrap();
            if self.holder() != before {
                seen.push(format!("{} {}", self.holder(), self.desk.now));
            }
        }
        self.desk.now = until;
        seen
    }

    fn holder(&self) -> String {
        match self.handoff.holder() {
            Some(HeldBy::Rep(rep)) => rep.to_string(),
            Some(HeldBy::Queue(queue)) => format!("queue {queue}"),
            None => "routing".to_owned(),
        }
    }
}

fn id(text: &str) -> model::RepId {
    text.parse().unwrap()
}

#[test]
fn nobody_reacts_and_the_chain_ends_in_the_queue() {
    let mut life = Life::start(desk());
    let seen = life.run(at("2026-11-24T00:00:00Z"), false);
    let expected = [
        "bo 2026-11-20T20:45:00Z",
        "kim 2026-11-20T21:00:00Z",
        "queue triage 2026-11-23T14:30:00Z",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn an_accept_at_exactly_the_due_instant_is_in_time() {
    let mut life = Life::start(desk());
    life.desk.now = at("2026-11-20T20:45:00Z");
    assert_eq!(life.step(&Event::Accept { by: id("ana") }), Ok(true));
    assert!(life.armed.iter().all(|it| it.kind != TimerKind::Acknowledge));
    let stale = Timer { kind: TimerKind::Acknowledge, due_at: life.desk.now };
    assert_eq!(life.step(&Event::Fired(stale)), Ok(false));
    assert_eq!(life.holder(), "ana");
}

#[test]
fn after_downtime_the_next_step_counts_from_when_the_last_one_fired() {
    let mut life = Life::start(desk());
    assert_eq!(life.run(at("2026-11-20T21:40:00Z"), true), ["bo 2026-11-20T21:40:00Z"]);
    assert_eq!(life.run(at("2026-11-20T21:55:00Z"), false), ["kim 2026-11-20T21:55:00Z"]);
}

#[test]
fn a_backup_off_duty_is_skipped_without_its_delay() {
    let mut life = Life::start(desk());
    life.desk.state_of("bo").present = false;
    assert_eq!(life.run(at("2026-11-20T20:50:00Z"), false), ["kim 2026-11-20T20:45:00Z"]);
}

#[test]
fn an_accepted_handoff_without_a_touch_starts_the_chain_again() {
    let mut life = Life::start(desk());
    life.step(&Event::Accept { by: id("ana") }).unwrap();
    let seen = life.run(at("2026-11-20T21:30:00Z"), false);
    assert_eq!(seen, ["bo 2026-11-20T21:30:00Z"]);
    assert_eq!(life.handoff.breaches.len(), 1);
}

#[test]
fn a_touch_reported_late_voids_the_breach_it_lies_before() {
    let mut life = Life::start(desk());
    life.step(&Event::Accept { by: id("ana") }).unwrap();
    life.run(at("2026-11-20T21:31:00Z"), false);
    let evidence = Evidence::Call { seconds: 0, voicemail: true };
    let touch = |at: &str| Event::Touch { by: id("ana"), at: at.parse().unwrap(), evidence };
    assert!(matches!(life.step(&touch("2026-11-20T22:00:00Z")), Err(Refusal::TouchTime(_))));
    assert!(matches!(life.step(&touch("2026-11-20T20:00:00Z")), Err(Refusal::TouchTime(_))));
    assert_eq!(life.step(&touch("2026-11-20T21:30:00Z")), Ok(true));
    assert!(life.handoff.breaches.is_empty());
    assert!(life.effects.iter().any(|it| matches!(it, Effect::VoidBreach { .. })));
    assert_eq!(life.holder(), "bo", "ownership does not move back");
}

#[test]
fn only_personal_outreach_counts_as_a_touch() {
    let mut life = Life::start(desk());
    let now = life.desk.now;
    for evidence in [
        Evidence::AutoResponse,
        Evidence::StatusFlip,
        Evidence::Call { seconds: 5, voicemail: false },
        Evidence::Email { names_action: false, template_similarity: 10 },
        Evidence::Email { names_action: true, template_similarity: 95 },
        Evidence::LinkedIn { note: false },
    ] {
        assert!(!is_valid_touch(&evidence));
        let event = Event::Touch { by: id("ana"), at: now, evidence };
        assert_eq!(life.step(&event), Ok(false), "{evidence:?}");
    }
    let evidence = Evidence::Email { names_action: true, template_similarity: 40 };
    let event = Event::Touch { by: id("ana"), at: now, evidence };
    assert_eq!(life.step(&event), Ok(true));
    assert_eq!(life.handoff.state, HandoffState::Accepted, "a touch is an acknowledgement");
    assert!(life.armed.iter().all(|it| it.kind == TimerKind::Disposition));
}

#[test]
fn a_stale_answer_is_refused_with_the_new_owner() {
    let mut life = Life::start(desk());
    let old = life.handoff.version;
    life.run(at("2026-11-20T20:45:00Z"), false);
    let context = Context {
        setup: &life.desk.setup,
        state: &life.desk.state,
        facts: &life.facts,
        now: life.desk.now,
        version: Some(old),
    };
    let refused = advance(&life.handoff, &Event::Accept { by: id("ana") }, &context);
    let Advance::Refused(refusal) = refused else { panic!("{refused:?}") };
    assert_eq!(refusal.code().text(), "D0501");
    assert!(
        matches!(refusal, Refusal::Stale { holder: Some(HeldBy::Rep(rep)), .. } if rep == id("bo"))
    );
}

#[test]
fn a_reject_needs_a_known_reason_and_a_note_where_the_policy_asks() {
    let mut life = Life::start(desk());
    let reject = |reason: Option<&str>, note: Option<&str>| Event::Reject {
        by: id("ana"),
        reason: reason.map(str::to_owned),
        note: note.map(str::to_owned),
    };
    assert_eq!(life.step(&reject(None, None)), Err(Refusal::ReasonMissing));
    let unknown = Refusal::ReasonUnknown("mood".to_owned());
    assert_eq!(life.step(&reject(Some("mood"), None)), Err(unknown));
    assert_eq!(life.step(&reject(Some("other"), Some(" "))), Err(Refusal::NoteMissing));
    assert_eq!(life.step(&reject(Some("other"), Some("speaks Welsh only"))), Ok(true));
    assert_eq!(life.handoff.state, HandoffState::Routing);
    assert!(life.effects.iter().any(|it| matches!(it, Effect::Credit { .. })));
    assert!(life.effects.contains(&Effect::Reroute));
    assert!(life.armed.is_empty());
}

#[test]
fn after_the_last_reject_allowed_the_lead_goes_to_the_fallback_queue() {
    let mut life = Life::start(desk());
    life.handoff.rejects = 1;
    let reason = Some("other".to_owned());
    let note = Some("again".to_owned());
    life.step(&Event::Reject { by: id("ana"), reason, note }).unwrap();
    assert_eq!(life.holder(), "queue triage");
    assert_eq!(life.step(&Event::Accept { by: id("dee") }).unwrap_err().code().text(), "D0506");
    assert_eq!(life.step(&Event::Accept { by: id("cy") }), Ok(true), "its team may take it");
    assert_eq!(life.holder(), "cy");
}

#[test]
fn a_new_owner_gets_a_new_rep_clock_and_the_lead_clock_keeps_its_used_time() {
    let policy = POLICY.replace(
        "touch: [{ hours: team, within: 1h }, { hours: always, within: 2h }]",
        "touch: [{ hours: team, within: 20m }]",
    );
    let kolkata = "kol: { zone: Asia/Kolkata, weekly: { mon-sat: [\"09:30-18:30\"] } }";
    let policy = policy.replace("calendars:\n", &format!("calendars:\n  {kolkata}\n"));
    let roster = ROSTER.replace("dee: { calendar: london,", "dee: { calendar: kol,");
    let mut life = Life::start(desk_of(&policy, &roster));
    life.desk.now = at("2026-11-20T20:40:00Z");
    life.step(&Event::Reassign { to: HeldBy::Rep(id("dee")) }).unwrap();
    let due = &life.handoff.deadlines;
    assert_eq!(due.acknowledge, Some(at("2026-11-21T04:15:00Z")));
    assert_eq!(due.touch, Some(at("2026-11-21T04:10:00Z")), "10 of 20 minutes were used");
}

#[test]
fn no_clock_runs_while_paused() {
    let mut life = Life::start(desk());
    life.desk.now = at("2026-11-20T20:35:00Z");
    let until = at("2026-11-23T15:00:00Z");
    let pause = |reason: &str| Event::Pause { reason: reason.to_owned(), until };
    assert_eq!(life.step(&pause("")), Err(Refusal::ReasonMissing));
    assert_eq!(life.step(&pause("prospect on leave")), Ok(true));
    assert_eq!(life.armed.len(), 1);
    life.run(until, false);
    assert_eq!(life.handoff.state, HandoffState::Assigned);
    assert_eq!(life.handoff.deadlines.acknowledge, Some(at("2026-11-23T15:10:00Z")));
}

#[test]
fn a_due_deadline_wins_over_a_pause() {
    let mut life = Life::start(desk());
    life.desk.now = at("2026-11-20T20:45:00Z");
    let until = at("2026-11-23T15:00:00Z");
    let refused = life.step(&Event::Pause { reason: "late".to_owned(), until });
    assert!(matches!(refused, Err(Refusal::WrongState(_))));
}

#[test]
fn when_the_owner_leaves_the_lead_is_routed_again_without_it() {
    let mut life = Life::start(desk());
    assert_eq!(life.step(&Event::OwnerGone), Ok(true));
    assert_eq!(life.holder(), "routing");
    assert_eq!(life.handoff.excluded[0].rep, id("ana"));
    let outcome = life.desk.decide(&life.desk.lead(&[])).outcome;
    assert_eq!(life.step(&Event::Routed { outcome }), Ok(true));
    assert_eq!(life.holder(), "queue triage");
}

#[test]
fn a_verdict_closes_and_a_closed_handoff_takes_no_answer() {
    let mut life = Life::start(desk());
    let verdict = Event::Dispose { by: id("ana"), verdict: Closing::Submitted };
    assert_eq!(life.step(&verdict), Ok(true));
    assert_eq!(life.handoff.state, HandoffState::Closed(Closing::Submitted));
    let ana = life.desk.rep("ana");
    assert!(life.effects.contains(&Effect::Release { rep: ana }), "one open handoff less");
    for event in [Event::Accept { by: id("ana") }, verdict, Event::Resume] {
        assert!(matches!(life.step(&event), Err(Refusal::WrongState(_))));
    }
}
