//! Absences of reps. Each that is entered or taken back is a new version of the roster.

use model::roster::Absence;
use model::{RepId, Timestamp};
use policy::Sources;
use serde_json::{Map, Value, json};

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::roster::{self, Over, put_work};
use crate::roster_text::to_json;
use crate::sight::Sight;
use crate::{Actor, FieldFault, Refusal, RefusalKind};

impl Engine {
    /// Enters an absence of a rep: a new version of the roster.
    ///
    /// # Errors
    /// `A0404` for a rep who is unknown, `A0418` for one out of reach, `A0411` for an absence that
    /// ends before it begins, is over, or has the rep stand in for themselves, `A0419` for one that
    /// overlaps another, `A0603` where the roster does not allow it. Failures of the store.
    pub async fn add_absence(
        &self,
        actor: Actor,
        sight: Sight,
        rep: RepId,
        absence: Absence,
    ) -> Result<(), Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            if let Err(refusal) = check_absence(&rep, &absence, now) {
                return Ok(Err(refusal));
            }
            let entry = json!({
                "from": absence.from,
                "to": absence.to,
                "backup": absence.backup,
            });
            let edit = |absences: &mut Vec<Value>| {
                let entry = without_nulls(entry.clone());
                match absences.iter().find(|it| overlaps(it, &absence)) {
                    // Sent again.
                    Some(known) if *known == entry => Ok(()),
                    Some(known) => Err(overlapping(known)),
                    None => {
                        absences.push(entry);
                        Ok(())
                    }
                }
            };
            edit_absences(&engine, tx, now, (&actor, &sight, &rep), edit)
        })
        .await
    }

    /// Takes back the absence of a rep that begins at `from`.
    ///
    /// # Errors
    /// `A0404` for a rep who is unknown, `A0418` for one out of reach; `A0404` for an absence that
    /// is not there.
    /// Failures of the store.
    pub async fn remove_absence(
        &self,
        actor: Actor,
        sight: Sight,
        rep: RepId,
        from: Timestamp,
    ) -> Result<(), Refusal> {
        let engine = self.clone();
        self.write(move |tx, now| {
            let edit = |absences: &mut Vec<Value>| {
                let before = absences.len();
                absences.retain(|it| instant(it, "from") != Some(from));
                match absences.len() < before {
                    true => Ok(()),
                    false => Err(Refusal::not_found("absence that begins at", from)),
                }
            };
            edit_absences(&engine, tx, now, (&actor, &sight, &rep), edit)
        })
        .await
    }
}

fn edit_absences(
    engine: &Engine,
    tx: &mut store::Tx<'_>,
    now: Timestamp,
    (actor, sight, rep): (&Actor, &Sight, &RepId),
    edit: impl FnOnce(&mut Vec<Value>) -> Result<(), Refusal>,
) -> Answer<()> {
    roster::lock(tx)?;
    let live = match engine.live(tx, now)? {
        Ok(live) => live,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Err(refusal) = sight.resolve(&live).reach_rep(&live, rep) {
        return Ok(Err(refusal));
    }
    let Some(stored) = store::roster::latest(tx, WORKSPACE)? else {
        return Ok(Err(Refusal::not_found("rep", rep)));
    };
    let mut document = to_json(&stored.body);
    let entry = document.pointer_mut(&format!("/reps/{rep}")).and_then(Value::as_object_mut);
    let Some(entry) = entry else { return Ok(Err(Refusal::not_found("rep", rep))) };
    let absences = entry.entry("absences").or_insert_with(|| json!([]));
    let done = absences.as_array_mut().map(edit);
    if let Err(refusal) = done.unwrap_or_else(|| Err(Refusal::not_found("rep", rep))) {
        return Ok(Err(refusal));
    }
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    let sources = Sources::single("roster.json", text);
    Ok(match put_work(engine, actor.clone(), &sources, Over::Any) {
        Ok(mut work) => work(tx, now)?.map(|_| ()),
        Err(refusal) => Err(refusal),
    })
}

fn check_absence(rep: &RepId, absence: &Absence, now: Timestamp) -> Result<(), Refusal> {
    let fault = |at: &str, message: &str| FieldFault {
        at: at.to_owned(),
        code: "A0411".to_owned(),
        message: message.to_owned(),
    };
    let mut faults = Vec::new();
    if absence.to <= absence.from || absence.to <= now {
        faults.push(fault("to", "lies after `from` and in the future"));
    }
    if absence.backup.as_ref() == Some(rep) {
        faults.push(fault("backup", "is the rep who is away: name somebody else, or nobody"));
    }
    match faults.is_empty() {
        true => Ok(()),
        false => {
            let message = "the absence cannot be entered like this";
            Err(Refusal::new(RefusalKind::Invalid, "A0411", message).with_fields(faults))
        }
    }
}

/// Whether a stored absence has an instant in common with another.
fn overlaps(stored: &Value, other: &Absence) -> bool {
    match (instant(stored, "from"), instant(stored, "to")) {
        (Some(from), Some(to)) => from < other.to && other.from < to,
        _ => false,
    }
}

fn overlapping(known: &Value) -> Refusal {
    let message = "the rep is away then already; take that absence back first, or enter the rest";
    Refusal::new(RefusalKind::Conflict, "A0419", message).with_state(known.clone())
}

fn instant(stored: &Value, key: &str) -> Option<Timestamp> {
    stored.get(key).and_then(Value::as_str)?.parse().ok()
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            Value::Object(map.into_iter().filter(|(_, it)| !it.is_null()).collect::<Map<_, _>>())
        }
        other => other,
    }
}
