//! What a sender is told: who has the lead, by when they must answer, and why.

use decide::{Decision, Outcome};
use model::Timestamp;
use model::id::{HandoffId, LeadId};
use serde::{Deserialize, Serialize};
use store::handoff::Handoff;

use crate::live::Live;
use crate::words;

/// The answer to a capture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptureAnswer {
    /// The lead.
    pub lead: LeadId,
    /// Whether nothing was known of it before.
    pub is_new: bool,
    /// Its handoff, if it was handed off.
    pub handoff: Option<HandoffId>,
    /// What became of it: `assigned`, `queued`, `waiting`, `nurture`, `self_service`,
    /// `disqualified` or `attached`.
    pub outcome: String,
    /// Who has it.
    pub owner: Option<Party>,
    /// The queue it lies in.
    pub queue: Option<Party>,
    /// Qualification tier, 1 is the most urgent.
    pub tier: Option<u8>,
    /// SLA tier.
    pub sla: Option<String>,
    /// 0 to 100.
    pub score: Option<u8>,
    /// Whether it takes the express lane.
    pub fast_track: bool,
    /// By when the owner must accept or reject.
    pub acknowledge_due: Option<Timestamp>,
    /// By when the first valid touch is due.
    pub touch_due: Option<Timestamp>,
    /// By when the verdict is due.
    pub disposition_due: Option<Timestamp>,
    /// Why.
    pub reason: Reason,
}

/// A rep or queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Its id.
    pub id: String,
    /// As shown to people; for a queue the keeper's name.
    pub name: String,
}

/// Why a lead went where it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable code with a page in `docs/errors`, where there is one.
    pub code: Option<String>,
    /// The rule that decided.
    pub rule: Option<String>,
    /// The pool it came from.
    pub pool: Option<String>,
}

impl CaptureAnswer {
    /// The answer of a new decision.
    pub(super) fn of_decision(
        live: &Live,
        lead: LeadId,
        is_new: bool,
        handoff: Option<HandoffId>,
        decision: &Decision,
    ) -> Self {
        let policy = live.setup.policy();
        let (owner, queue) = parties(live, decision.outcome);
        let tier = decision.sla.and_then(|it| policy.slas.tiers.get(usize::from(it)));
        Self {
            lead,
            is_new,
            handoff,
            outcome: words::outcome(&decision.outcome).to_owned(),
            owner,
            queue,
            tier: decision.tier,
            sla: tier.map(|it| it.id.to_string()),
            score: decision.score,
            fast_track: decision.fast_track.is_some(),
            acknowledge_due: decision.deadlines.acknowledge,
            touch_due: decision.deadlines.touch,
            disposition_due: decision.deadlines.disposition,
            reason: reason(live, decision),
        }
    }

    /// The answer where a handoff of the lead is under way already.
    pub(super) fn of_open(live: &Live, lead: LeadId, open: &Handoff) -> Self {
        let rep = open.owner.as_ref().and_then(|it| it.parse().ok());
        let rep = rep.and_then(|it| live.setup.find(&it));
        let queue = open.queue.as_ref();
        Self {
            lead,
            is_new: false,
            handoff: Some(HandoffId::from_raw(open.id)),
            outcome: "attached".to_owned(),
            owner: rep.and_then(|it| party_of_rep(live, it)),
            queue: queue.map(|it| Party { id: it.clone(), name: it.clone() }),
            tier: open.tier.as_ref().and_then(|it| it.parse().ok()),
            sla: open.sla.clone(),
            score: open.score.map(|it| it as u8),
            fast_track: false,
            acknowledge_due: open.acknowledge_due.map(Timestamp::from_micros),
            touch_due: open.touch_due.map(Timestamp::from_micros),
            disposition_due: open.disposition_due.map(Timestamp::from_micros),
            reason: Reason { code: None, rule: Some("open_handoff".to_owned()), pool: None },
        }
    }
}

fn parties(live: &Live, outcome: Outcome) -> (Option<Party>, Option<Party>) {
    match outcome {
        Outcome::Assigned { rep, .. } => (party_of_rep(live, rep), None),
        Outcome::Queued { queue } | Outcome::Waiting { queue, .. } => {
            (None, party_of_queue(live, queue))
        }
        Outcome::Nurture
        | Outcome::SelfService
        | Outcome::Disqualified { .. }
        | Outcome::Attached { .. } => (None, None),
    }
}

fn party_of_rep(live: &Live, rep: model::RepIndex) -> Option<Party> {
    let rep = live.setup.roster().rep(rep)?;
    Some(Party { id: rep.id.to_string(), name: rep.name.clone() })
}

fn party_of_queue(live: &Live, queue: u16) -> Option<Party> {
    let queue = live.setup.policy().queues.get(usize::from(queue))?;
    let keeper = live.setup.find(&queue.keeper).and_then(|it| live.setup.roster().rep(it));
    let name = keeper.map_or_else(|| queue.keeper.to_string(), |it| it.name.clone());
    Some(Party { id: queue.id.to_string(), name })
}

fn reason(live: &Live, decision: &Decision) -> Reason {
    let policy = live.setup.policy();
    let excluded = |list, rule: u16| {
        let rules = match list {
            decide::trace::ExclusionList::Disqualify => &policy.disqualify,
            decide::trace::ExclusionList::Suppress => &policy.suppress,
        };
        rules.get(usize::from(rule)).map(|it| it.id.to_string())
    };
    let routed = || {
        let rule = decision.rule.and_then(|it| policy.routing.rules.get(usize::from(it)));
        rule.map(|it| it.id.to_string())
    };
    match decision.outcome {
        Outcome::Assigned { how, pool, .. } => Reason {
            code: Some(how.code().text().to_owned()),
            rule: routed(),
            pool: pool.and_then(|it| policy.pools.get(usize::from(it))).map(|it| it.id.to_string()),
        },
        Outcome::Disqualified { list, rule } | Outcome::Attached { list, rule } => {
            Reason { code: None, rule: excluded(list, rule), pool: None }
        }
        Outcome::Queued { .. }
        | Outcome::Waiting { .. }
        | Outcome::Nurture
        | Outcome::SelfService => Reason { code: None, rule: routed(), pool: None },
    }
}
