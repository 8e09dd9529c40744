//! The demo: an invented company with the reference month behind it.

mod form;
pub(crate) mod month;
mod people;
mod plan;
mod sources;
pub(crate) mod stream;

use engine::policies::Publication;
use engine::{Actor, Engine, Refusal};
use model::{Seconds, Timestamp};
use policy::Sources;

pub(crate) use plan::MONTH;

/// The seed of the demo: the same month on every machine, but for its dates.
pub(crate) const SEED: u64 = 2_026;

const POLICY: &str = include_str!("../../../examples/demo/policy.yaml");
const ROSTER: &str = include_str!("../../../examples/demo/roster.yaml");

/// Makes the workspace with its policy, in force since before the month that ends at `end`.
pub(crate) fn set_up(engine: &Engine, end: Timestamp) -> Result<(), Refusal> {
    engine.ensure_workspace("Demo", "America/New_York", "USD")?;
    let publication = Publication {
        sources: Sources::single("policy.yaml", POLICY),
        note: "The policy of the demo month".to_owned(),
        from: Some(end.minus(plan::MONTH).minus(Seconds::from_days(1))),
        retroactive: false,
        parent: None,
    };
    engine.publish_blocking(Actor::System, publication)?;
    let roster = Sources::single("roster.yaml", ROSTER);
    engine.put_roster_blocking(Actor::System, &roster)?;
    Ok(())
}
