//! What a caller may see or change: themselves, their team, or everything.
//!
//! A handoff belongs to its owner, or to the queue it lies in; a queue belongs to those who may
//! take from it and, for their manager, to who keeps it.

use std::collections::BTreeSet;

use model::{QueueId, Rep, RepId, TeamId};
use policy::section::Queue;

use crate::access::Reach;
use crate::identity::Identity;
use crate::live::Live;
use crate::{Refusal, RefusalKind};

/// How far a caller reaches, before it is known who is in which team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    reach: Reach,
    rep: Option<RepId>,
}

/// The reps and queues within reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    reach: Reach,
    reps: BTreeSet<RepId>,
    queues: BTreeSet<QueueId>,
}

impl Sight {
    /// Everything of the workspace.
    pub const EVERYTHING: Self = Self { reach: Reach::Workspace, rep: None };

    /// What `identity` sees with `reach`. Own and team are nothing without a rep.
    pub fn of(reach: Reach, identity: &Identity) -> Self {
        Self { reach, rep: identity.rep().cloned() }
    }

    /// The rep who looks, if it is one.
    pub(crate) fn rep(&self) -> Option<&RepId> {
        self.rep.as_ref()
    }

    /// The reps and queues within reach, by the live roster and policy.
    pub fn resolve(&self, live: &Live) -> Seen {
        let mut reps = BTreeSet::new();
        if let Some(me) = &self.rep
            && matches!(self.reach, Reach::Own | Reach::Team)
        {
            reps.insert(me.clone());
            if self.reach == Reach::Team {
                reps.extend(reports(live, me));
            }
        }
        let team = self.reach == Reach::Team;
        let queues = live.setup.policy().queues.iter();
        let queues = queues.filter(|it| {
            let kept = team && reps.contains(&it.keeper);
            kept || reps.iter().any(|rep| may_take(live, it, rep))
        });
        let queues = queues.map(|it| it.id.clone()).collect();
        Seen { reach: self.reach, reps, queues }
    }
}

impl Seen {
    /// Whether everything is within reach.
    pub fn is_everything(&self) -> bool {
        self.reach == Reach::Workspace
    }

    /// Whether a rep is within reach.
    pub fn rep(&self, rep: &str) -> bool {
        self.is_everything() || self.reps.iter().any(|it| it.as_str() == rep)
    }

    /// Whether a queue is within reach.
    pub fn queue(&self, queue: &str) -> bool {
        self.is_everything() || self.queues.iter().any(|it| it.as_str() == queue)
    }

    /// A rep who is within reach.
    ///
    /// # Errors
    /// `A0404` for one who is not on the roster, `A0418` for one out of reach: everybody who acts
    /// knows who is there.
    pub(crate) fn reach_rep<'l>(&self, live: &'l Live, rep: &RepId) -> Result<&'l Rep, Refusal> {
        let reps = live.setup.roster().reps();
        let Some(found) = reps.iter().find(|it| it.id == *rep) else {
            let names = reps.iter().map(|it| it.id.as_str());
            return Err(Refusal::unknown("rep", rep.as_str(), names));
        };
        match self.rep(rep.as_str()) {
            true => Ok(found),
            false => Err(beyond(format!(
                "`{rep}` is not yours to act for or to give leads to: ask their manager or an admin"
            ))),
        }
    }

    /// A queue that is within reach.
    ///
    /// # Errors
    /// `A0404` for one that the policy does not have, `A0418` for one out of reach.
    pub(crate) fn reach_queue<'l>(
        &self,
        live: &'l Live,
        queue: &QueueId,
    ) -> Result<&'l Queue, Refusal> {
        let queues = &live.setup.policy().queues;
        let Some(found) = queues.iter().find(|it| it.id == *queue) else {
            let names = queues.iter().map(|it| it.id.as_str());
            return Err(Refusal::unknown("queue", queue.as_str(), names));
        };
        match self.queue(queue.as_str()) {
            true => Ok(found),
            false => Err(beyond(format!(
                "the queue `{queue}` is not of your team: ask its keeper `{}` or an admin",
                found.keeper
            ))),
        }
    }

    /// Whether a handoff with this owner and queue is within reach.
    pub fn handoff(&self, owner: Option<&str>, queue: Option<&str>) -> bool {
        self.is_everything()
            || owner.is_some_and(|it| self.rep(it))
            || (owner.is_none() && queue.is_some_and(|it| self.queue(it)))
    }

    /// Whether a lead is within reach. One that lies in a queue is its manager's, and nobody's
    /// own until it is taken.
    pub fn lead(&self, owner: Option<&str>, queue: Option<&str>) -> bool {
        match self.reach {
            Reach::Nothing => false,
            Reach::Own => owner.is_some_and(|it| self.rep(it)),
            Reach::Team | Reach::Workspace => self.handoff(owner, queue),
        }
    }

    /// Everybody on the roster whose handoffs are within reach, by id.
    pub(crate) fn owners(&self, live: &Live) -> Vec<RepId> {
        let reps = live.setup.roster().reps().iter().map(|it| it.id.clone());
        reps.filter(|it| self.rep(it.as_str())).collect()
    }

    /// The queues of the policy that are within reach, in its order.
    pub(crate) fn lying_in(&self, live: &Live) -> Vec<QueueId> {
        let queues = live.setup.policy().queues.iter().map(|it| it.id.clone());
        queues.filter(|it| self.queue(it.as_str())).collect()
    }

    /// The one rep within reach, if it is only one and there are no queues to look into.
    pub(crate) fn only_rep(&self) -> Option<&RepId> {
        match (self.reach, self.reps.len()) {
            (Reach::Own, 1) => self.reps.first(),
            _ => None,
        }
    }
}

fn beyond(message: String) -> Refusal {
    Refusal::new(RefusalKind::Forbidden, "A0418", message)
}

/// Those who report to `manager`, directly or as members of a team the manager leads.
fn reports<'a>(live: &'a Live, manager: &'a RepId) -> impl Iterator<Item = RepId> + 'a {
    let roster = live.setup.roster();
    let leads = move |team: &TeamId| roster.team(team).and_then(|it| it.manager.as_ref());
    let is_report = move |rep: &&Rep| {
        roster.manager_of(rep) == Some(manager)
            || rep.team.as_ref().and_then(leads) == Some(manager)
    };
    roster.reps().iter().filter(is_report).map(|it| it.id.clone())
}

/// Whether `rep` may take leads from `queue`.
pub(crate) fn may_take(live: &Live, queue: &Queue, rep: &RepId) -> bool {
    let Some(index) = live.setup.find(rep) else { return false };
    let team = live.setup.roster().rep(index).and_then(|it| it.team.as_ref());
    team.is_some_and(|it| queue.teams.contains(it))
        || queue.pools.iter().any(|pool| live.setup.pool_members(*pool).any(|it| it.rep == index))
}
