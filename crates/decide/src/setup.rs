//! A policy and a roster made ready to decide: fields looked up, members of pools resolved.
//!
//! Made once per policy and roster version and shared between threads. Holds nothing that
//! changes while leads are assigned; that is [`crate::RosterState`].

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::Calendar;
use model::{CalendarId, Number, Rep, RepId, RepIndex, Roster, Timestamp, Value};
use policy::section::{Pool, SourceMode, Who};
use policy::{Fact, Facts, FieldId, FieldOrigin, Policy, Span, Sym, SystemField, Truth};

use crate::lead::{STARTING_FIELDS, text};
use crate::rotation::Turn;
use crate::route::mode_name;
use policy::expr::View;

/// A policy and a roster made ready to decide.
#[derive(Clone, Debug)]
pub struct Setup {
    policy: Arc<Policy>,
    roster: Arc<Roster>,
    system: Vec<(SystemField, FieldId)>,
    /// Beside [`STARTING_FIELDS`].
    starting_fields: Vec<Option<FieldId>>,
    /// The symbol that fits any value in a key column of a table.
    any: Option<Sym>,
    load_fields: LoadFields,
    reps: Vec<RepPlan>,
    pools: Vec<PoolPlan>,
    calendars: Vec<Calendar>,
    queue_calendars: Vec<Option<u16>>,
    /// Working hours that held before those of the policy, oldest first.
    earlier: Vec<EarlierHours>,
    /// Values of `source.mode`, in the order of [`MODES`].
    mode_facts: Vec<Fact>,
    /// Values of `sla`, beside the SLA tiers.
    sla_facts: Vec<Fact>,
}

/// Working hours that held until an instant. Clocks that ran before it count by them.
#[derive(Clone, Debug)]
pub struct EarlierHours {
    /// First instant at which they did not hold any more.
    pub until: Timestamp,
    /// By name.
    pub calendars: Arc<BTreeMap<CalendarId, Arc<Calendar>>>,
}

const MODES: [SourceMode; 4] =
    [SourceMode::AutoSubmit, SourceMode::Gateway, SourceMode::Model, SourceMode::Standard];

/// Fields of a rep that change with every pick.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LoadFields {
    pub(crate) load: Option<FieldId>,
    pub(crate) value_load: Option<FieldId>,
    pub(crate) open: Option<FieldId>,
}

/// What is fixed about a rep.
#[derive(Clone, Debug)]
pub(crate) struct RepPlan {
    pub(crate) facts: Facts,
    /// Working hours, by place among the policy's calendars; `None` is always.
    pub(crate) calendar: Option<u16>,
    pub(crate) backup: Option<RepIndex>,
    pub(crate) manager: Option<RepIndex>,
}

/// The members of one pool, sorted by rep, each once.
#[derive(Clone, Debug)]
pub(crate) struct PoolPlan {
    pub(crate) members: Vec<PoolMember>,
}

/// A member of a pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PoolMember {
    pub(crate) turn: Turn,
    pub(crate) span: Span,
}

impl Setup {
    /// Makes `policy` ready to decide for `roster`. Names the roster does not know are left out:
    /// the policy's linter reports them.
    pub fn new(policy: Arc<Policy>, roster: Arc<Roster>) -> Self {
        let system = policy
            .fields
            .iter()
            .filter_map(|(id, field)| match field.origin {
                FieldOrigin::System(system) => Some((system, id)),
                FieldOrigin::Contract
                | FieldOrigin::Normalised(_)
                | FieldOrigin::Derived
                | FieldOrigin::Rep => None,
            })
            .collect::<Vec<_>>();
        let load_fields = LoadFields {
            load: policy.fields.find("rep.load"),
            value_load: policy.fields.find("rep.value_load"),
            open: policy.fields.find("rep.open"),
        };
        let reps = roster.reps().iter().map(|rep| RepPlan::new(&policy, &roster, rep)).collect();
        let queue_calendars = policy
            .queues
            .iter()
            .map(|it| it.calendar.as_ref().and_then(|id| calendar_place(&policy, id)))
            .collect();
        let calendars = policy.calendars.values().map(|it| Calendar::clone(it)).collect();
        let word = |it: &str| text(it, &policy.symbols);
        let mode_facts = MODES.iter().map(|it| word(mode_name(*it))).collect();
        let sla_facts = policy.slas.tiers.iter().map(|it| word(it.id.as_str())).collect();
        let find = |wanted: &SystemField| system.iter().find(|it| it.0 == *wanted).map(|it| it.1);
        let starting_fields = STARTING_FIELDS.iter().map(find).collect();
        let any = policy.symbols.find("*");
        let mut setup = Self {
            any,
            starting_fields,
            mode_facts,
            sla_facts,
            policy,
            roster,
            system,
            load_fields,
            reps,
            pools: Vec::new(),
            calendars,
            queue_calendars,
            earlier: Vec::new(),
        };
        setup.pools = setup.policy.pools.iter().map(|pool| setup.members(pool)).collect();
        setup
    }

    /// The same, with the working hours that held before, oldest first.
    #[must_use]
    pub fn with_earlier(mut self, earlier: Vec<EarlierHours>) -> Self {
        self.earlier = earlier;
        self
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The roster.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Who is in the pool at this place of the policy, with weights, sorted by id.
    pub fn pool_members(&self, pool: u16) -> impl Iterator<Item = Turn> + '_ {
        self.pool(pool).map_or(&[][..], |it| &it.members).iter().map(|it| it.turn)
    }

    /// The rep with this id.
    pub fn find(&self, id: &RepId) -> Option<RepIndex> {
        self.roster.find(id)
    }

    /// The same policy with another roster.
    pub(crate) fn with_roster(&self, roster: Arc<Roster>) -> Self {
        Self::new(Arc::clone(&self.policy), roster)
    }

    /// Lets the rep work at any time; for questions of what would have been.
    pub(crate) fn open_always(&mut self, rep: RepIndex) {
        if let Some(plan) = self.reps.get_mut(rep.0 as usize) {
            plan.calendar = None;
        }
    }

    /// Gives the rep another value of a field; for questions of what would have been.
    pub(crate) fn set_rep_fact(&mut self, rep: RepIndex, field: FieldId, value: &Value) {
        let fact = Fact::of(value, &self.policy.symbols);
        if let Some(plan) = self.reps.get_mut(rep.0 as usize) {
            plan.facts.set(field, fact);
        }
    }

    pub(crate) fn pool(&self, pool: u16) -> Option<&PoolPlan> {
        self.pools.get(usize::from(pool))
    }

    pub(crate) fn rep(&self, rep: RepIndex) -> Option<(&Rep, &RepPlan)> {
        Some((self.roster.rep(rep)?, self.reps.get(rep.0 as usize)?))
    }

    pub(crate) fn system(&self, wanted: SystemField) -> Option<FieldId> {
        self.system.iter().find(|(field, _)| *field == wanted).map(|(_, id)| *id)
    }

    /// The value of the field `source.mode`.
    pub(crate) fn mode_fact(&self, mode: SourceMode) -> Fact {
        let at = MODES.iter().position(|it| *it == mode);
        at.and_then(|it| self.mode_facts.get(it)).cloned().unwrap_or_default()
    }

    /// The value of the field `sla`.
    pub(crate) fn sla_fact(&self, sla: Option<u16>) -> Fact {
        sla.and_then(|it| self.sla_facts.get(usize::from(it))).cloned().unwrap_or_default()
    }

    pub(crate) fn starting_fields(&self) -> &[Option<FieldId>] {
        &self.starting_fields
    }

    /// The symbol that fits any value in a key column of a table, if any table has it.
    pub(crate) fn any(&self) -> Option<Sym> {
        self.any
    }

    pub(crate) fn load_fields(&self) -> LoadFields {
        self.load_fields
    }

    /// Working hours of a queue; `None` is always.
    pub(crate) fn queue_calendar(&self, queue: u16) -> Option<&Calendar> {
        let place = *self.queue_calendars.get(usize::from(queue))?;
        self.calendar_at(place?)
    }

    /// Working hours of a rep; `None` is always.
    pub(crate) fn rep_calendar(&self, rep: RepIndex) -> Option<&Calendar> {
        let (_, plan) = self.rep(rep)?;
        self.calendar_at(plan.calendar?)
    }

    /// The calendar of this name.
    pub(crate) fn calendar(&self, id: &CalendarId) -> Option<&Calendar> {
        self.policy.calendars.get(id).map(|it| &**it)
    }

    /// When other working hours came into force, in order.
    pub(crate) fn edits(&self) -> impl Iterator<Item = Timestamp> + '_ {
        self.earlier.iter().map(|it| it.until)
    }

    /// What `current` was at an instant; a calendar that was not there yet is as it is now.
    pub(crate) fn as_it_was<'s>(
        &'s self,
        id: Option<&CalendarId>,
        current: &'s Calendar,
        at: Timestamp,
    ) -> &'s Calendar {
        let then = self.earlier.iter().find(|it| at < it.until);
        let found = then.and_then(|it| it.calendars.get(id?));
        found.map_or(current, |it| &**it)
    }

    /// The name of a rep's working hours.
    pub(crate) fn rep_calendar_id(&self, rep: RepIndex) -> Option<&CalendarId> {
        self.roster.rep(rep).and_then(|it| self.roster.calendar_of(it))
    }

    pub(crate) fn calendar_at(&self, place: u16) -> Option<&Calendar> {
        self.calendars.get(usize::from(place))
    }

    fn members(&self, pool: &Pool) -> PoolPlan {
        let mut members: Vec<PoolMember> = Vec::new();
        for member in &pool.members {
            for (at, rep) in self.roster.reps().iter().enumerate() {
                let belongs = match &member.who {
                    Who::Rep(id) => *id == rep.id,
                    Who::Team(team) => rep.team.as_ref() == Some(team),
                    Who::Where(expr) => self.reps.get(at).is_some_and(|plan| {
                        let lead = Facts::default();
                        let view = View::new(&lead, Timestamp::default()).with_rep(&plan.facts);
                        policy::expr::eval(expr, &view) == Truth::True
                    }),
                };
                let Some(index) = u32::try_from(at).ok().map(RepIndex) else { continue };
                // A rep named more than once counts as first named.
                if belongs && members.iter().all(|it| it.turn.rep != index) {
                    let turn = Turn { rep: index, weight: member.weight.max(1) };
                    members.push(PoolMember { turn, span: member.span });
                }
            }
        }
        members.sort_by_key(|it| it.turn.rep);
        PoolPlan { members }
    }
}

impl RepPlan {
    fn new(policy: &Policy, roster: &Roster, rep: &Rep) -> Self {
        let find = |id: &RepId| roster.find(id);
        Self {
            facts: policy::roster::rep_facts(policy, rep),
            calendar: roster.calendar_of(rep).and_then(|id| calendar_place(policy, id)),
            backup: rep.backup.as_ref().and_then(find),
            manager: roster.manager_of(rep).and_then(find),
        }
    }
}

fn calendar_place(policy: &Policy, id: &CalendarId) -> Option<u16> {
    policy.calendars.keys().position(|it| it == id).and_then(|it| u16::try_from(it).ok())
}

/// A whole number as a fact.
pub(crate) fn number(value: i64) -> Fact {
    // Scores and tiers are far below 2^53: the float is exact.
    Number::new(value as f64).map_or(Fact::Missing, Fact::Number)
}
