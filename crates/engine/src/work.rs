//! Open work: the handoffs that wait for somebody, the most urgent first, each with its clocks.
//!
//! The server owns time: it says when what is due, from when on it is at risk, and whether a clock
//! stands still because nobody works. A screen only subtracts.

use decide::deadline::{Holder, pace};
use model::Timestamp;
use policy::section::{Clock, SlaTier};
use store::handoff::Handoff;
use store::{Snapshot, StoreError};

use crate::Refusal;
use crate::capture::attributes;
use crate::engine::{Engine, WORKSPACE};
use crate::live::Live;
use crate::person::Person;
use crate::sight::Sight;
use crate::view::HandoffView;

/// Whose work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// That of the rep who asks.
    Mine,
    /// All that the caller sees, with what lies in queues.
    Team,
}

/// What must be done with a handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Accept or reject.
    Acknowledge,
    /// The first valid touch.
    Touch,
    /// The verdict.
    Disposition,
}

/// One duty with its clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockView {
    /// What.
    pub duty: Duty,
    /// By when.
    pub due_at: Timestamp,
    /// From then on a quarter of the time allowed is left, or less.
    pub at_risk_at: Timestamp,
    /// Whether it is done.
    pub met: bool,
    /// Whether the clock stands still now.
    pub paused: bool,
    /// When it goes on, where that is known.
    pub resumes_at: Option<Timestamp>,
}

/// A handoff that waits for somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkItem {
    /// The handoff.
    pub handoff: HandoffView,
    /// The person.
    pub person: Person,
    /// Its clocks, in the order in which they are due; what has none is left out.
    pub clocks: Vec<ClockView>,
}

/// Open work, the most urgent first.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// The most urgent of it; what is paused comes last.
    pub items: Vec<WorkItem>,
    /// How much there is.
    pub total: usize,
    /// How much of it is paused.
    pub paused: usize,
    /// The present instant by the clock of record.
    pub now: Timestamp,
}

/// The most open handoffs of one owner or queue that are looked at, the newest.
const OPEN_MAX: i64 = 10_000;

impl Duty {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Touch => "touch",
            Self::Disposition => "disposition",
        }
    }
}

impl Engine {
    /// The `limit` most urgent of the open handoffs within `sight`.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn work(&self, sight: Sight, scope: Scope, limit: usize) -> Result<Work, Refusal> {
        let engine = self.clone();
        self.read(move |db| {
            let now = db.now()?;
            let live = match engine.live(db, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let mut rows = match scope {
                Scope::Mine => mine(db, &sight)?,
                Scope::Team => in_sight(db, &sight, &live)?,
            };
            rows.sort_by_cached_key(|it| urgency(it, now));
            let (total, paused) = (rows.len(), rows.iter().filter(|it| is_paused(it)).count());
            rows.truncate(limit);
            let items = items(db, &live, &rows, now)?;
            Ok(Ok(Work { items, total, paused, now }))
        })
        .await
    }

    /// One handoff as work, open or not.
    ///
    /// # Errors
    /// `A0404` where it is unknown or out of sight. Failures of the store.
    pub async fn work_item(
        &self,
        sight: Sight,
        id: model::id::HandoffId,
    ) -> Result<WorkItem, Refusal> {
        let engine = self.clone();
        self.read(move |db| {
            let now = db.now()?;
            let live = match engine.live(db, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let seen = sight.resolve(&live);
            let row = store::handoff::get(db, WORKSPACE, id.raw())?;
            let row = row.filter(|it| seen.handoff(it.owner.as_deref(), it.queue.as_deref()));
            let Some(row) = row else { return Ok(Err(Refusal::not_found("handoff", id))) };
            let item = items(db, &live, &[row], now)?.pop();
            Ok(item.ok_or_else(|| Refusal::not_found("handoff", id)))
        })
        .await
    }
}

fn mine(db: &mut Snapshot<'_>, sight: &Sight) -> Result<Vec<Handoff>, StoreError> {
    match sight.rep() {
        Some(rep) => store::handoff::open_of_owner(db, WORKSPACE, rep.as_str(), OPEN_MAX),
        None => Ok(Vec::new()),
    }
}

fn in_sight(db: &mut Snapshot<'_>, sight: &Sight, live: &Live) -> Result<Vec<Handoff>, StoreError> {
    let seen = sight.resolve(live);
    let mut rows = Vec::new();
    for rep in seen.owners(live) {
        rows.extend(store::handoff::open_of_owner(db, WORKSPACE, rep.as_str(), OPEN_MAX)?);
    }
    for queue in seen.lying_in(live) {
        rows.extend(store::handoff::open_in_queue(db, WORKSPACE, queue.as_str(), OPEN_MAX)?);
    }
    Ok(rows)
}

/// The nearest deadline comes first, whether it lies ahead or has just passed: what can still be
/// saved stands above what was missed long ago. Then the tier; paused work comes last.
fn urgency(row: &Handoff, now: Timestamp) -> (bool, u64, Option<String>, i64) {
    let due = duties(row).into_iter().find(|it| !it.2);
    let far = due.map_or(u64::MAX, |it| it.1.abs_diff(now.as_micros()));
    (is_paused(row), far, row.tier.clone(), row.id)
}

fn is_paused(row: &Handoff) -> bool {
    row.state == "paused"
}

/// The duties of a handoff: what, by when, and whether it is done.
fn duties(row: &Handoff) -> Vec<(Duty, i64, bool)> {
    let accepted = row.accepted_at.is_some() || row.first_touch_at.is_some();
    let touched = row.first_touch_at.is_some();
    let all = [
        (Duty::Acknowledge, row.acknowledge_due, accepted || row.disposed_at.is_some()),
        (Duty::Touch, row.touch_due, touched || row.disposed_at.is_some()),
        (Duty::Disposition, row.disposition_due, row.disposed_at.is_some()),
    ];
    all.into_iter().filter_map(|(duty, due, met)| Some((duty, due?, met))).collect()
}

fn items(
    db: &mut Snapshot<'_>,
    live: &Live,
    rows: &[Handoff],
    now: Timestamp,
) -> Result<Vec<WorkItem>, StoreError> {
    let ids: Vec<i64> = rows.iter().map(|it| it.lead_id).collect();
    let mut leads = store::lead::get_many(db, WORKSPACE, &ids)?;
    leads.sort_unstable_by_key(|it| it.id);
    let policy = live.setup.policy();
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let at = leads.binary_search_by_key(&row.lead_id, |it| it.id).ok();
        let person = at.and_then(|it| leads.get(it)).map(|lead| {
            let facts = attributes::facts(policy, &attributes::read(&lead.attributes));
            Person::of(policy, &facts)
        });
        let resumes = match is_paused(row) {
            true => resumes(db, row.id)?,
            false => None,
        };
        items.push(WorkItem {
            handoff: HandoffView::of_row(live, row),
            person: person.unwrap_or_default(),
            clocks: clocks(live, row, resumes, now),
        });
    }
    Ok(items)
}

/// When a pause of a rep ends by itself.
fn resumes(db: &mut Snapshot<'_>, handoff: i64) -> Result<Option<Timestamp>, StoreError> {
    let timers = store::timer::of_handoff(db, WORKSPACE, handoff)?;
    let resume = timers.into_iter().find(|it| it.kind == "resume" && it.state == "armed");
    Ok(resume.map(|it| Timestamp::from_micros(it.due_at)))
}

fn clocks(
    live: &Live,
    row: &Handoff,
    resumes: Option<Timestamp>,
    now: Timestamp,
) -> Vec<ClockView> {
    let tiers = &live.setup.policy().slas.tiers;
    let tier = row.sla.as_ref().and_then(|id| tiers.iter().find(|it| it.id.as_str() == id));
    let holder = holder(live, row);
    let clock = |(duty, due, met): (Duty, i64, bool)| {
        let due_at = Timestamp::from_micros(due);
        let own = tier.map(|it| clocks_of(it, duty)).zip(holder).filter(|_| !met);
        let pace = own.and_then(|(own, holder)| pace(&live.setup, own, holder, due_at, now));
        let closed = pace.and_then(|it| it.resumes).filter(|it| *it < due_at);
        ClockView {
            duty,
            due_at,
            at_risk_at: pace.map_or(due_at, |it| it.at_risk),
            met,
            paused: is_paused(row) || closed.is_some(),
            resumes_at: if is_paused(row) { resumes } else { closed },
        }
    };
    duties(row).into_iter().map(clock).collect()
}

fn clocks_of(tier: &SlaTier, duty: Duty) -> &[Clock] {
    match duty {
        Duty::Acknowledge => &tier.acknowledge,
        Duty::Touch => &tier.touch,
        Duty::Disposition => &tier.disposition,
    }
}

fn holder(live: &Live, row: &Handoff) -> Option<Holder> {
    match (&row.owner, &row.queue) {
        (Some(owner), _) => live.setup.find(&owner.parse().ok()?).map(Holder::Rep),
        (None, Some(queue)) => {
            let mut queues = live.setup.policy().queues.iter().zip(0_u16..);
            queues.find(|(it, _)| it.id.as_str() == queue).map(|(_, at)| Holder::Queue(at))
        }
        (None, None) => None,
    }
}
