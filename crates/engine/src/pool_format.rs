//! The stored form of a pool's state, version 1.
//!
//! Reps stand by id, not by place: the roster changes, places move. A rep who left the roster is
//! dropped when the state is read; the rotation then starts a new epoch by itself.

use decide::rotation::{Place, Rotation};
use decide::state::{Credit, PoolState};
use model::{RepId, RepIndex, Roster};
use serde::{Deserialize, Serialize};

/// The name of the format, first key of the stored text.
const FORMAT: &str = "pool/1";

/// The text of a pool that never picked.
pub(crate) const EMPTY: &str =
    r#"{"format":"pool/1","sequence":0,"epoch":0,"n":0,"places":[],"credits":[],"recent":[]}"#;

#[derive(Debug, Serialize, Deserialize)]
struct PoolV1 {
    format: String,
    sequence: u64,
    epoch: u64,
    n: u64,
    /// Rep, weight, turns taken in the epoch, picks since last on duty.
    places: Vec<(RepId, u32, u64, u32)>,
    /// Rep and leads owed, oldest first.
    credits: Vec<(RepId, u32)>,
    /// Last picks by load, oldest first.
    recent: Vec<RepId>,
}

/// A stored state that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the stored state of a pool cannot be read")]
pub(crate) struct PoolFormatError(#[from] serde_json::Error);

/// The text to store.
pub(crate) fn write(state: &PoolState, roster: &Roster) -> Result<String, PoolFormatError> {
    let id = |rep: RepIndex| roster.rep(rep).map(|it| it.id.clone());
    let rotation = &state.rotation;
    let places = rotation.places.iter();
    let stored = PoolV1 {
        format: FORMAT.to_owned(),
        sequence: state.sequence,
        epoch: rotation.epoch,
        n: rotation.n,
        places: places.filter_map(|it| Some((id(it.rep)?, it.weight, it.taken, it.away))).collect(),
        credits: state.credits.iter().filter_map(|it| Some((id(it.rep)?, it.leads))).collect(),
        recent: state.recent.iter().filter_map(|it| id(*it)).collect(),
    };
    Ok(serde_json::to_string(&stored)?)
}

/// The state that `text` holds, for the reps of `roster`.
pub(crate) fn read(text: &str, roster: &Roster) -> Result<PoolState, PoolFormatError> {
    let stored: PoolV1 = serde_json::from_str(text)?;
    let mut places: Vec<Place> = stored
        .places
        .iter()
        .filter_map(|(id, weight, taken, away)| {
            Some(Place { rep: roster.find(id)?, weight: *weight, taken: *taken, away: *away })
        })
        .collect();
    places.sort_by_key(|it| it.rep);
    let credits = stored.credits.iter();
    let credits =
        credits.filter_map(|(id, leads)| Some(Credit { rep: roster.find(id)?, leads: *leads }));
    Ok(PoolState {
        sequence: stored.sequence,
        rotation: Rotation { epoch: stored.epoch, n: stored.n, places },
        credits: credits.collect(),
        recent: stored.recent.iter().filter_map(|id| roster.find(id)).collect(),
    })
}
