//! What a simulated run committed, done again by the real use cases on a SQLite file, with a clock
//! that is set: every answer and every row must come out the same.

mod deed;
mod rows;

use engine::{Engine, Refusal};
use simulate::script::Done;
use simulate::{Library, Rows, WORKSPACE_ZONE};
use store::clock::ManualClock;
use store::{Clock, DatabaseUrl, Options, Store};

use deed::Again;

/// A folder in memory, on Linux.
const MEMORY: &str = "/dev/shm";

/// Differences that are shown.
const SHOWN_MAX: usize = 12;

/// Does `script` again and compares what comes of it with `rows`.
///
/// # Errors
/// What differs first.
pub(crate) fn compare(library: &Library, script: &[Done], rows: &Rows) -> Result<(), String> {
    let Some(start) = script.first() else { return Ok(()) };
    let failed = |what: &str, error: String| format!("{what}: {error}");
    // What is compared does not hang on a disk: where there is a folder in memory, that is quicker.
    let folder = tempfile::TempDir::new_in(MEMORY).or_else(|_| tempfile::TempDir::new());
    let folder = folder.map_err(|it| failed("a folder", it.to_string()))?;
    let url = DatabaseUrl::sqlite_file(folder.path().join("baton.db"));
    let clock = ManualClock::new(start.now);
    let options =
        Options { clock: Clock::Manual(clock.clone()), readers: 1, ..Options::standard() };
    let store = Store::open(&url, options).map_err(|it| failed("a database", it.to_string()))?;
    let engine = Engine::new(store, 1);
    let refused = |it: Refusal| failed("the workspace", it.to_string());
    engine.ensure_workspace("Simulated", WORKSPACE_ZONE, "USD").map_err(refused)?;
    let mut again = Again::new(engine.clone(), library)?;
    for (at, done) in script.iter().enumerate() {
        clock.set(done.now);
        let what = || format!("transaction {at} at {}: {:?}", done.now, done.what);
        again.take(done).map_err(|it| format!("{}\n{it}", what()))?;
    }
    let real = rows::of(&engine).map_err(|it| failed("the rows", it.to_string()))?;
    differences(rows, &real)?;
    let checks = engine.verify_blocking(u32::MAX).map_err(|it| failed("verify", it.to_string()))?;
    match checks.iter().find(|it| it.bad != 0) {
        Some(bad) => Err(format!("verify finds {} {}: {:?}", bad.bad, bad.name, bad.first)),
        None => Ok(()),
    }
}

fn differences(model: &Rows, real: &Rows) -> Result<(), String> {
    if model == real {
        return Ok(());
    }
    let lacks = |one: &Rows, other: &Rows, whose: &str| -> Vec<String> {
        let missing = one.lines.iter().filter(|it| other.lines.binary_search(it).is_err());
        missing.take(SHOWN_MAX).map(|it| format!("{whose}: {it}")).collect()
    };
    let mut all = lacks(model, real, "model alone");
    all.extend(lacks(real, model, "database alone"));
    Err(all.join("\n"))
}
