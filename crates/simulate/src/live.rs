//! What decides right now: a policy and a roster, ready to decide.

use std::sync::Arc;

use decide::Setup;
use jiff::tz::TimeZone;
use model::{RepIndex, Timestamp};
use policy::Sources;

use crate::scenario::Library;

/// The policy and roster in force.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) setup: Setup,
    pub(crate) variant: usize,
    pub(crate) roster_version: u64,
    zones: Vec<TimeZone>,
}

/// Zone in which a day turns for those without a calendar.
pub const WORKSPACE_ZONE: &str = "America/New_York";

impl Live {
    /// Makes a policy and a roster ready; `None` where one of them cannot be read.
    pub(crate) fn new(
        library: &Library,
        variant: usize,
        roster: &str,
        roster_version: u64,
    ) -> Option<Self> {
        let policy = library.policy(variant)?;
        let (read, _) = policy::roster::read(&Sources::single("roster.yaml", roster));
        let setup = Setup::new(policy, Arc::new(read?.0));
        let workspace = TimeZone::get(WORKSPACE_ZONE).unwrap_or(TimeZone::UTC);
        let zones = setup.roster().reps().iter().map(|rep| {
            let calendar = setup.roster().calendar_of(rep);
            let calendar = calendar.and_then(|it| setup.policy().calendars.get(it));
            let named = calendar.and_then(|it| it.zone()).and_then(|it| TimeZone::get(it).ok());
            named.unwrap_or_else(|| workspace.clone())
        });
        let zones = zones.collect();
        Some(Self { setup, variant, roster_version, zones })
    }

    /// Whether the policy fits the roster.
    pub(crate) fn is_sound(&self) -> bool {
        let found = policy::lint_roster(self.setup.policy(), self.setup.roster());
        found.iter().all(|it| it.severity != policy::Severity::Error)
    }

    /// Number of the local day of a rep, by which daily caps count.
    pub(crate) fn day(&self, rep: RepIndex, at: Timestamp) -> i64 {
        let zone = self.zones.get(rep.0 as usize).cloned().unwrap_or(TimeZone::UTC);
        let instant = jiff::Timestamp::from_microsecond(at.as_micros());
        let date = zone.to_datetime(instant.unwrap_or(jiff::Timestamp::MAX)).date();
        i64::from(date.year()) * 400 + i64::from(date.day_of_year())
    }

    /// The reps of the roster by place.
    pub(crate) fn reps(&self) -> impl Iterator<Item = RepIndex> + use<> {
        (0..u32::try_from(self.setup.roster().reps().len()).unwrap_or(0)).map(RepIndex)
    }

    /// The name of a rep.
    pub(crate) fn rep_name(&self, rep: RepIndex) -> &str {
        self.setup.roster().rep(rep).map_or("", |it| it.id.as_str())
    }
}
