//! `baton policy fmt`.

use std::io::Write;
use std::path::Path;

use crate::files;
use crate::outcome::{Failure, Outcome};

pub(super) fn run(path: &Path, check: bool, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let (sources, mut found) = files::read(path)?;
    let mut changed = 0_usize;
    for (number, file) in sources.files.iter().enumerate() {
        if file.path.ends_with(".csv") || file.path.ends_with(".json") {
            continue;
        }
        match policy::format::format(&file.text) {
            Ok(text) if text == file.text => {}
            Ok(text) => {
                changed += 1;
                writeln!(out, "{}", file.path)?;
                if !check {
                    let path = Path::new(&file.path);
                    std::fs::write(path, text).map_err(|error| {
                        Failure::Input(format!("cannot write {}: {error}", file.path))
                    })?;
                }
            }
            // The formatter knows one file only: its spans are moved to this one.
            Err(more) => found.extend(more.into_iter().map(|mut it| {
                let number = u16::try_from(number).unwrap_or(u16::MAX);
                it.primary.file = number;
                it.others.iter_mut().for_each(|other| other.0.file = number);
                if let Some(fix) = &mut it.fix {
                    fix.span.file = number;
                }
                it
            })),
        }
    }
    files::show(&found, &sources);
    let failed = files::has_errors(&found) || (check && 0 < changed);
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}
