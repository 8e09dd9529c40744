//! One owner, never unowned; and what each rep holds, counted apart from the tables.

use std::collections::BTreeMap;

use model::RepIndex;
use model::id::{AssignmentId, LeadId};

use super::{Checks, Committed, Found};
use crate::report::Invariant;
use crate::rows::Stay;
use crate::tables::Tables;

/// Who holds what, as seen from the stays.
#[derive(Debug, Default)]
pub(super) struct Stays {
    /// The rep who holds a lead.
    holder: BTreeMap<LeadId, RepIndex>,
    open: BTreeMap<RepIndex, u32>,
    /// The last stay of a lead that was counted.
    last: BTreeMap<LeadId, AssignmentId>,
    /// Leads got on a local day.
    got: BTreeMap<(RepIndex, i64), u32>,
}

impl Stays {
    /// Open handoffs of a rep.
    pub(super) fn open(&self, rep: RepIndex) -> u32 {
        self.open.get(&rep).copied().unwrap_or(0)
    }

    /// Leads that a rep has got on a local day.
    pub(super) fn got(&self, rep: RepIndex, day: i64) -> u32 {
        self.got.get(&(rep, day)).copied().unwrap_or(0)
    }

    /// Follows the stays of a lead after a commit.
    pub(super) fn follow(&mut self, it: &Committed<'_>, lead: LeadId) {
        let index = |stay: &Stay| stay.rep.as_ref().and_then(|rep| it.live.setup.find(rep));
        let before = self.holder.remove(&lead);
        let last = it.tables.stays_of(lead).last();
        if let Some(open) = before.and_then(|rep| self.open.get_mut(&rep)) {
            *open = open.saturating_sub(1);
        }
        let Some(last) = last else { return };
        if let Some(rep) = index(last).filter(|_| last.active) {
            self.holder.insert(lead, rep);
            *self.open.entry(rep).or_default() += 1;
        }
        if self.last.insert(lead, last.id) != Some(last.id)
            && let Some(rep) = index(last)
        {
            *self.got.entry((rep, it.live.day(rep, last.from))).or_default() += 1;
        }
    }
}

impl Checks {
    /// The lead is with one rep or queue, and lead, handoff and stay say the same one.
    pub(super) fn stay(&mut self, tables: &Tables, lead: LeadId) -> Found {
        self.checked(Invariant::OneOwner);
        self.checked(Invariant::Owned);
        let row = tables.leads.get(&lead)?;
        let mut active = tables.stays_of(lead).filter(|it| it.active);
        let (stay, second) = (active.next(), active.next());
        if second.is_some() {
            return Some((Invariant::OneOwner, format!("{lead} has two active stays")));
        }
        let unowned = |what: &str| Some((Invariant::Owned, format!("{lead} {what}")));
        let Some(open) = tables.open_of(lead) else {
            return match stay {
                Some(_) => unowned("has a stay and no open handoff"),
                None => None,
            };
        };
        let Some(stay) = stay else { return unowned("is with nobody") };
        let holder = (&stay.rep, &stay.queue);
        match () {
            () if holder.0.is_none() && holder.1.is_none() => unowned("stays with nobody"),
            () if stay.handoff != open.id => unowned("stays for another handoff"),
            () if (&open.owner, &open.queue) != holder => {
                unowned("has another holder by its handoff than by its stay")
            }
            () if (open.life.owner(), open.life.holder().is_some())
                != (holder.0.as_ref(), true) =>
            {
                unowned("has another holder by its life than by its stay")
            }
            () if (&row.owner, &row.queue) != holder => {
                unowned("has another holder by its row than by its stay")
            }
            () => None,
        }
    }
}
