//! promtool, which checks metrics and alert rules. It comes in the package of the Prometheus server,
//! which nobody wants to run here: the program is unpacked into `.tools/`, nothing is installed.

use std::path::PathBuf;

use super::{debian, find, is_file, search_path};
use crate::{Failure, Outcome, command};

const PACKAGE: &str = "prometheus";

/// Makes sure that there is a promtool, on `PATH` or in `.tools/`, where tests look for it.
pub(crate) fn promtool() -> Outcome<PathBuf> {
    if let Some(found) = find("promtool", &search_path()) {
        return Ok(found);
    }
    let folder = command::root().join(".tools").join(PACKAGE);
    let program = folder.join("usr/bin/promtool");
    if !is_file(&program) {
        debian::unpack("promtool", PACKAGE, &folder)?;
    }
    if is_file(&program) {
        return Ok(program);
    }
    Err(Failure::new(format!("{PACKAGE} was unpacked, but there is no {}", program.display())))
}
