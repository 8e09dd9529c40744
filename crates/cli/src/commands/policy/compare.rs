//! `baton policy diff`.

use std::io::Write;
use std::path::Path;

use policy::diff::{Changed, Difference, diff};
use serde_json::{Value, json};

use super::{Format, sound, write_json};
use crate::outcome::{Failure, Outcome};

pub(super) fn run(
    old: &Path,
    new: &Path,
    format: Format,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let (before, _) = sound(old)?;
    let (after, _) = sound(new)?;
    let found = diff(&before, &after);
    match format {
        Format::Json => write_json(out, &found.iter().map(as_json).collect::<Value>())?,
        Format::Text => as_text(&found, out)?,
    }
    Ok(Outcome::Done)
}

/// By section: what was added, removed, changed or moved.
fn as_text(found: &[Difference], out: &mut dyn Write) -> Result<(), Failure> {
    let mut section = "";
    for it in found {
        let (head, rest) = it.path.split_once('.').unwrap_or((&it.path, ""));
        if head != section {
            writeln!(out, "{head}")?;
            section = head;
        }
        let name = if rest.is_empty() { head } else { rest };
        match &it.what {
            Changed::Added(text) => writeln!(out, "  added    {name}\n             + {text}")?,
            Changed::Removed(text) => writeln!(out, "  removed  {name}\n             - {text}")?,
            Changed::Replaced { old, new } => {
                writeln!(out, "  changed  {name}\n             - {old}\n             + {new}")?;
            }
            Changed::Moved { old, new } => {
                writeln!(out, "  moved    {name} from place {old} to {new}")?;
            }
        }
    }
    if found.is_empty() {
        writeln!(out, "no difference in meaning")?;
    }
    Ok(())
}

fn as_json(it: &Difference) -> Value {
    let path = &it.path;
    match &it.what {
        Changed::Added(new) => json!({ "path": path, "change": "added", "new": new }),
        Changed::Removed(old) => json!({ "path": path, "change": "removed", "old": old }),
        Changed::Replaced { old, new } => {
            json!({ "path": path, "change": "changed", "old": old, "new": new })
        }
        Changed::Moved { old, new } => {
            json!({ "path": path, "change": "moved", "old": old, "new": new })
        }
    }
}
