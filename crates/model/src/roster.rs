//! Reps, teams and what changes while they work: presence, open load, counts per period.

use std::collections::BTreeMap;

use crate::Timestamp;
use crate::name::{CalendarId, RepId, TeamId};
use crate::value::Value;

/// Everyone who can own or keep a lead. Reps and teams are sorted by id, without repeats.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roster {
    reps: Vec<Rep>,
    teams: Vec<Team>,
}

/// A place in [`Roster::reps`]. Ordering by index is ordering by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepIndex(pub u32);

/// A person who can own leads.
#[derive(Clone, Debug, PartialEq)]
pub struct Rep {
    /// Unique in the workspace.
    pub id: RepId,
    /// As shown to people.
    pub name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// Where other messages go.
    pub addresses: Addresses,
    /// The team whose calendar and manager count.
    pub team: Option<TeamId>,
    /// Who answers for this rep; the team's manager where absent.
    pub manager: Option<RepId>,
    /// Who takes over first on silence or absence.
    pub backup: Option<RepId>,
    /// Own working hours; the team's where absent.
    pub calendar: Option<CalendarId>,
    /// Whether the person still works here. An inactive rep never gets a lead.
    pub active: bool,
    /// How much open work this rep may hold.
    pub capacity: Capacity,
    /// How many new leads this rep may get per period.
    pub caps: Caps,
    /// Skills, languages, territories and whatever else the policy filters by.
    pub attributes: BTreeMap<String, Value>,
    /// Times away, sorted by `from`.
    pub absences: Vec<Absence>,
}

/// Where a rep is reached beside mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// Member id in Slack; looked up by the mail address where absent.
    pub slack: Option<String>,
    /// Sign-in name in Microsoft Teams, mentioned on the card in the channel.
    pub teams: Option<String>,
    /// Number for text messages, E.164.
    pub phone: Option<String>,
}

/// Reps under one manager with one calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    /// Unique in the workspace.
    pub id: TeamId,
    /// As shown to people.
    pub name: String,
    /// Who gets escalations.
    pub manager: Option<RepId>,
    /// Working hours of the team.
    pub calendar: Option<CalendarId>,
}

/// The most open work a rep may hold; absent means no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Open handoffs.
    pub open: Option<u32>,
    /// Value of the open pipeline in whole units of the workspace's currency.
    pub value: Option<u64>,
}

/// The most new leads per calendar period in the rep's zone; absent means no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// Per local day.
    pub day: Option<u32>,
    /// Per local week, from Monday.
    pub week: Option<u32>,
    /// Per local month.
    pub month: Option<u32>,
}

/// A time away, half open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// First instant away.
    pub from: Timestamp,
    /// First instant back.
    pub to: Timestamp,
    /// Who stands in, if not the rep's backup.
    pub backup: Option<RepId>,
}

/// What changes about a rep between decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepState {
    /// The rep's own switch: taking leads or not.
    pub present: bool,
    /// Open handoffs now.
    pub open: u32,
    /// Value of the open pipeline now, in whole units of the workspace's currency.
    pub open_value: u64,
    /// Leads assigned in the current day, week and month of the rep's zone.
    pub assigned: Assigned,
}

/// Leads assigned in the current periods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    /// Today.
    pub day: u32,
    /// This week.
    pub week: u32,
    /// This month.
    pub month: u32,
}

impl Default for RepState {
    fn default() -> Self {
        Self { present: true, open: 0, open_value: 0, assigned: Assigned::default() }
    }
}

impl Roster {
    /// Sorts by id; a repeated id keeps its first entry and the others are returned.
    pub fn new(mut reps: Vec<Rep>, mut teams: Vec<Team>) -> (Self, Vec<RepId>) {
        reps.sort_by(|a, b| a.id.cmp(&b.id));
        teams.sort_by(|a, b| a.id.cmp(&b.id));
        teams.dedup_by(|a, b| a.id == b.id);
        let mut repeated = Vec::new();
        reps.dedup_by(|later, first| {
            let same = later.id == first.id;
            if same {
                repeated.push(later.id.clone());
            }
            same
        });
        for rep in &mut reps {
            rep.absences.sort_by_key(|it| (it.from, it.to));
        }
        (Self { reps, teams }, repeated)
    }

    /// All reps, sorted by id.
    pub fn reps(&self) -> &[Rep] {
        &self.reps
    }

    /// All teams, sorted by id.
    pub fn teams(&self) -> &[Team] {
        &self.teams
    }

    /// The rep at `index`.
    pub fn rep(&self, index: RepIndex) -> Option<&Rep> {
        self.reps.get(index.0 as usize)
    }

    /// Where the rep with this id stands.
    pub fn find(&self, id: &RepId) -> Option<RepIndex> {
        let at = self.reps.binary_search_by(|it| it.id.cmp(id)).ok()?;
        u32::try_from(at).ok().map(RepIndex)
    }

    /// The team with this id.
    pub fn team(&self, id: &TeamId) -> Option<&Team> {
        self.teams.binary_search_by(|it| it.id.cmp(id)).ok().and_then(|at| self.teams.get(at))
    }

    /// The working hours that hold for `rep`: its own, else its team's.
    pub fn calendar_of<'a>(&'a self, rep: &'a Rep) -> Option<&'a CalendarId> {
        let team =
            || rep.team.as_ref().and_then(|it| self.team(it)).and_then(|it| it.calendar.as_ref());
        rep.calendar.as_ref().or_else(team)
    }

    /// Who answers for `rep`: its own manager, else its team's. Never the rep itself.
    pub fn manager_of<'a>(&'a self, rep: &'a Rep) -> Option<&'a RepId> {
        let team =
            || rep.team.as_ref().and_then(|it| self.team(it)).and_then(|it| it.manager.as_ref());
        rep.manager.as_ref().or_else(team).filter(|it| **it != rep.id)
    }
}

impl Rep {
    /// The absence that covers `now`, if any.
    pub fn absence_at(&self, now: Timestamp) -> Option<&Absence> {
        self.absences.iter().find(|it| it.from <= now && now < it.to)
    }

    /// The share of `capacity.open` that `state` uses, in percent rounded down; `None` without a limit.
    pub fn load_percent(&self, state: &RepState) -> Option<u64> {
        let limit = u64::from(self.capacity.open?);
        Some((u64::from(state.open) * 100).checked_div(limit).unwrap_or(100))
    }

    /// The share of `capacity.value` that `state` uses, in percent rounded down; `None` without a limit.
    pub fn value_percent(&self, state: &RepState) -> Option<u64> {
        let limit = self.capacity.value?;
        let percent = (u128::from(state.open_value) * 100).checked_div(u128::from(limit));
        Some(percent.map_or(100, |it| u64::try_from(it).unwrap_or(u64::MAX)))
    }
}
