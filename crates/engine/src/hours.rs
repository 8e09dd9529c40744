//! Editions of the working hours: which calendars held when, by the publications of policies.
//!
//! A clock that ran before an edition keeps the time it used by the hours of then; what is left
//! runs by the hours of now. A retroactive edition counts for the past too.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::Calendar;
use decide::setup::EarlierHours;
use model::{CalendarId, Timestamp};
use store::Snapshot;
use store::policy::PolicyLive;

use crate::engine::{Answer, WORKSPACE};
use crate::live::sources;

type Calendars = Arc<BTreeMap<CalendarId, Arc<Calendar>>>;

/// The working hours in force.
#[derive(Debug)]
pub(crate) struct Hours {
    /// Stands on each timer that was computed by them: time-zone data, and the edition.
    pub(crate) stamp: String,
    /// Hours of the past that still count, oldest first.
    pub(crate) earlier: Vec<EarlierHours>,
    /// Whether some of the past was overwritten.
    pub(crate) retroactive: bool,
}

/// Calendars of published policies, by hash.
#[derive(Debug, Default)]
pub(crate) struct Editions(BTreeMap<String, Calendars>);

impl Default for Hours {
    fn default() -> Self {
        Self { stamp: stamp(0), earlier: Vec::new(), retroactive: false }
    }
}

impl Editions {
    /// The hours of `in_force`, publications that hold or held, newest first.
    pub(crate) fn hours(
        &mut self,
        db: &mut Snapshot<'_>,
        in_force: &[PolicyLive],
    ) -> Answer<Arc<Hours>> {
        let mut hours = Hours::default();
        let mut edition = 0;
        let mut newer: Option<(&PolicyLive, Calendars)> = None;
        for publication in in_force {
            if newer.as_ref().is_some_and(|(it, _)| it.from_at <= publication.from_at) {
                continue;
            }
            let calendars = match self.calendars(db, &publication.hash)? {
                Ok(calendars) => calendars,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if let Some((change, _)) = newer.as_ref().filter(|(_, it)| *it != calendars) {
                edition = edition.max(change.number);
                if change.retroactive != 0 {
                    hours.retroactive = true;
                    break;
                }
                let until = Timestamp::from_micros(change.from_at);
                hours.earlier.push(EarlierHours { until, calendars: Arc::clone(&calendars) });
            }
            newer = Some((publication, calendars));
        }
        hours.earlier.reverse();
        hours.stamp = stamp(edition);
        Ok(Ok(Arc::new(hours)))
    }

    fn calendars(&mut self, db: &mut Snapshot<'_>, hash: &str) -> Answer<Calendars> {
        if let Some(known) = self.0.get(hash) {
            return Ok(Ok(Arc::clone(known)));
        }
        let stored = store::policy::get(db, WORKSPACE, hash)?;
        let sources = match stored.map(|it| sources(&it.files)).transpose() {
            Ok(sources) => sources.unwrap_or_default(),
            Err(refusal) => return Ok(Err(refusal)),
        };
        // A text that this version cannot read any more has no hours to count by.
        let compiled = policy::compile(&sources).0;
        let calendars = Arc::new(compiled.map(|it| it.calendars).unwrap_or_default());
        self.0.insert(hash.to_owned(), Arc::clone(&calendars));
        Ok(Ok(calendars))
    }
}

fn stamp(edition: i64) -> String {
    let zones = calendar::tz_data_version();
    match edition {
        0 => zones.to_owned(),
        _ => format!("{zones}#{edition}"),
    }
}
