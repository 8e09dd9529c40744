//! What is to be done after a decision or an event: everything resolved, nothing left to choose.

use model::id::LeadId;
use model::{RepIndex, Timestamp};
use policy::Facts;
use policy::expr::Expr;
use policy::section::{Channel, NotifyOn, Recipient};

use crate::cond::Scene;
use crate::deadline::Deadlines;
use crate::decision::Outcome;
use crate::lead::LeadView;
use crate::route::Route;
use crate::setup::Setup;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Make the rep the owner.
    Assign {
        /// Who.
        rep: RepIndex,
    },
    /// Put the lead into the queue, by place.
    Enqueue {
        /// Which.
        queue: u16,
    },
    /// Route the lead again now; the engine hands it to the drainer of its pool.
    Reroute,
    /// Give the lead back to marketing.
    Nurture,
    /// Send the lead to self-service resources.
    SelfService,
    /// Close the lead as not for sales, by a rule of the policy or a rep's verdict.
    Disqualify {
        /// The documented reason.
        reason: String,
    },
    /// Attach the submission to what is under way.
    Attach,
    /// Owe the rep a lead of the pool.
    Credit {
        /// To whom.
        rep: RepIndex,
        /// In which pool, by place.
        pool: u16,
    },
    /// One open handoff less for the rep.
    Release {
        /// Whose.
        rep: RepIndex,
    },
    /// Arm a timer.
    Arm(Timer),
    /// Cancel all armed timers of the handoff, or only those of a kind: all reminders, all steps.
    Cancel {
        /// `None` for all; the place inside a kind does not count.
        kind: Option<TimerKind>,
    },
    /// Tell somebody on one channel.
    Notify(Notify),
    /// Record that an armed or missed deadline no longer counts: a touch lay before it.
    VoidBreach {
        /// The deadline.
        due_at: Timestamp,
    },
    /// Record that a deadline passed.
    Breach {
        /// Which.
        kind: TimerKind,
        /// When it was due.
        due_at: Timestamp,
    },
    /// Record that people must look at it: managers and keepers are told beside.
    Alarm,
    /// Record that a step of the chain had nobody to turn to.
    SkippedStep {
        /// Place of the step.
        step: u16,
    },
}

/// A timer to arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timer {
    /// What for.
    pub kind: TimerKind,
    /// When.
    pub due_at: Timestamp,
}

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimerKind {
    /// Accept or reject.
    Acknowledge,
    /// First valid touch.
    Touch,
    /// Verdict.
    Disposition,
    /// Reminder, by place among the tier's reminders.
    Reminder(u16),
    /// A step of the chain: how often the chain has started again, and place of the step.
    Escalation {
        /// 0 for the first run.
        round: u8,
        /// Place of the step.
        step: u16,
    },
    /// A skill is given up: pick again.
    Relax,
    /// A pause is over.
    Resume,
}

/// Tells one recipient on one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notify {
    /// What happened.
    pub on: NotifyOn,
    /// Who is told.
    pub to: Address,
    /// Where.
    pub channel: Channel,
    /// The template's name.
    pub template: String,
    /// The same parts are one message: sent once however often it is tried.
    pub key: NotifyKey,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// A rep, manager or keeper.
    Rep(RepIndex),
    /// The lead.
    Prospect,
    /// Marketing's address.
    Marketing,
}

/// What makes a message the same message, beside recipient and channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotifyKey {
    /// Of which lead.
    pub lead: LeadId,
    /// At which version of it or of its handoff.
    pub version: u64,
    /// Of which event.
    pub on: NotifyOn,
    /// Place of the notification in the policy.
    pub rule: u16,
}

/// Who can be told something now.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Parties {
    pub(crate) owner: Option<RepIndex>,
    pub(crate) keeper: Option<RepIndex>,
}

/// What happened to which version.
#[derive(Clone, Copy)]
pub(crate) struct Occasion {
    pub(crate) on: NotifyOn,
    pub(crate) lead: LeadId,
    pub(crate) version: u64,
}

/// The effects of a first decision.
pub(crate) fn effects(
    setup: &Setup,
    lead: &LeadView,
    route: &Route,
    outcome: Outcome,
    deadlines: &Deadlines,
    now: Timestamp,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    let keeper = |queue: u16| {
        setup.policy().queues.get(usize::from(queue)).and_then(|it| setup.find(&it.keeper))
    };
    let (on, parties) = match outcome {
        Outcome::Assigned { rep, .. } => {
            effects.push(Effect::Assign { rep });
            (Some(NotifyOn::Assigned), Parties { owner: Some(rep), keeper: None })
        }
        Outcome::Queued { queue } => {
            effects.push(Effect::Enqueue { queue });
            (Some(NotifyOn::Queued), Parties { owner: None, keeper: keeper(queue) })
        }
        Outcome::Waiting { until, queue, .. } => {
            effects.push(Effect::Enqueue { queue });
            effects.push(Effect::Arm(Timer { kind: TimerKind::Relax, due_at: until }));
            (Some(NotifyOn::Queued), Parties { owner: None, keeper: keeper(queue) })
        }
        Outcome::Nurture => {
            effects.push(Effect::Nurture);
            (None, Parties::default())
        }
        Outcome::SelfService => {
            effects.push(Effect::SelfService);
            (None, Parties::default())
        }
        Outcome::Disqualified { list, rule } => {
            let rules = match list {
                crate::trace::ExclusionList::Disqualify => &setup.policy().disqualify,
                crate::trace::ExclusionList::Suppress => &setup.policy().suppress,
            };
            let reason = rules.get(usize::from(rule)).map_or("", |it| &it.reason).to_owned();
            effects.push(Effect::Disqualify { reason });
            (Some(NotifyOn::Disqualified), Parties::default())
        }
        Outcome::Attached { .. } => {
            effects.push(Effect::Attach);
            (None, Parties::default())
        }
    };
    arm(deadlines, &mut effects);
    if let Some(on) = on {
        let scene =
            Scene { setup, facts: &route.facts, activities: &lead.activities, now, rep: None };
        let occasion = Occasion { on, lead: lead.id, version: lead.version };
        notify(setup, occasion, parties, |when| scene.holds(when), &mut effects);
    }
    effects
}

/// Who is told what came of a lead.
pub fn outcome_effects(
    setup: &Setup,
    lead: &LeadView,
    facts: &Facts,
    owner: Option<RepIndex>,
    on: NotifyOn,
    now: Timestamp,
) -> Vec<Effect> {
    let scene = Scene { setup, facts, activities: &lead.activities, now, rep: None };
    let occasion = Occasion { on, lead: lead.id, version: lead.version };
    let mut effects = Vec::new();
    let parties = Parties { owner, keeper: None };
    notify(setup, occasion, parties, |when| scene.holds(when), &mut effects);
    effects
}

/// One timer for each deadline.
pub(crate) fn arm(deadlines: &Deadlines, effects: &mut Vec<Effect>) {
    let mut push = |kind, due_at: Option<Timestamp>| {
        effects.extend(due_at.map(|due_at| Effect::Arm(Timer { kind, due_at })));
    };
    push(TimerKind::Acknowledge, deadlines.acknowledge);
    push(TimerKind::Touch, deadlines.touch);
    push(TimerKind::Disposition, deadlines.disposition);
    for (at, due_at) in deadlines.reminders.iter().enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        push(TimerKind::Reminder(at), Some(*due_at));
    }
}

/// Tells everybody the policy names for an occasion. Who cannot be resolved is left out; nobody
/// is told the same twice on one channel.
pub(crate) fn notify(
    setup: &Setup,
    occasion: Occasion,
    parties: Parties,
    holds: impl Fn(&Expr) -> bool,
    effects: &mut Vec<Effect>,
) {
    let Occasion { on, lead, version } = occasion;
    let mut told: Vec<(Address, Channel)> = Vec::new();
    for (at, rule) in setup.policy().notifications.iter().enumerate() {
        if rule.on != on || !rule.when.as_ref().is_none_or(&holds) {
            continue;
        }
        let Some(to) = address(setup, &rule.to, parties) else { continue };
        for channel in &rule.channels {
            if told.contains(&(to, *channel)) {
                continue;
            }
            told.push((to, *channel));
            let rule_at = u16::try_from(at).unwrap_or(u16::MAX);
            effects.push(Effect::Notify(Notify {
                on,
                to,
                channel: *channel,
                template: rule.template.clone(),
                key: NotifyKey { lead, version, on, rule: rule_at },
            }));
        }
    }
}

fn address(setup: &Setup, to: &Recipient, parties: Parties) -> Option<Address> {
    match to {
        Recipient::Owner => parties.owner.map(Address::Rep),
        Recipient::Manager => {
            let whose = parties.owner.or(parties.keeper)?;
            setup.rep(whose).and_then(|(_, plan)| plan.manager).map(Address::Rep)
        }
        Recipient::Keeper => parties.keeper.map(Address::Rep),
        Recipient::Prospect => Some(Address::Prospect),
        Recipient::Marketing => Some(Address::Marketing),
        Recipient::Rep(id) => setup.find(id).map(Address::Rep),
    }
}
