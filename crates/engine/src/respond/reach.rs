//! What an event may touch, so that it can be locked first.

use std::collections::BTreeSet;

use decide::Event;
use decide::effect::Timer;
use decide::effect::TimerKind::{Disposition, Reminder};
use decide::handoff::HeldBy;
use model::{RepId, RepIndex};

use super::Stored;
use crate::live::Live;

/// Pools and reps that the event may touch, so that they can be locked.
pub(crate) fn reach(
    live: &Live,
    stored: &Stored,
    event: &Event,
) -> (BTreeSet<u16>, BTreeSet<RepIndex>) {
    let find = |id: &RepId| live.setup.find(id);
    let mut reps: BTreeSet<RepIndex> = stored.handoff.owner().and_then(find).into_iter().collect();
    let mut pools = BTreeSet::new();
    match event {
        Event::Fired(Timer { kind: Reminder(_) | Disposition, .. }) => {}
        Event::Reject { .. }
        | Event::OwnerGone
        | Event::Repick
        | Event::HoursChanged { .. }
        | Event::Fired(_)
        | Event::Routed { .. } => {
            // The route may end at any pool, at a rep a rule names, or at the account's owner.
            let (setup, number) = (&live.setup, |it| u16::try_from(it).ok());
            pools.extend((0..setup.policy().pools.len()).filter_map(number));
            let all = 0..u32::try_from(setup.roster().reps().len()).unwrap_or(0);
            reps.extend(all.map(RepIndex));
        }
        Event::Reassign { to: HeldBy::Rep(rep) } | Event::Accept { by: rep } => {
            reps.extend(find(rep));
        }
        Event::Reassign { to: HeldBy::Queue(_) }
        | Event::Dispose { .. }
        | Event::Touch { .. }
        | Event::Pause { .. }
        | Event::Resume
        | Event::Absorbed
        | Event::Absorbs { .. } => {}
    }
    (pools, reps)
}
