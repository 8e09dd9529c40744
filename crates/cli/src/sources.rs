//! Reads policies, rosters and their tables: one file, or all files of a folder.

use std::path::Path;

use policy::span::SourceFile;
use policy::{Diagnostic, Severity, Sources};

use crate::outcome::Failure;

/// The most files of a folder.
const FILES_MAX: usize = 1_000;

/// The files of `path` in order of their names: itself, or every `.yaml`, `.yml` and `.csv` of the
/// folder. A policy in one file may name tables beside it.
pub(crate) fn read(path: &Path) -> Result<Sources, Failure> {
    let wrong = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::Input(format!("cannot read {}: {error}", path.display()))
    };
    let folder = match path.is_dir() {
        true => path,
        false => path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new(".")),
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|it| wrong(folder, &it))? {
        let entry = entry.map_err(|it| wrong(folder, &it))?.path();
        let kind = entry.extension().and_then(|it| it.to_str()).unwrap_or_default();
        let wanted = match (kind, path.is_dir()) {
            ("csv", _) | ("yaml" | "yml", true) => true,
            _ => entry == path,
        };
        if wanted && entry.is_file() {
            paths.push(entry);
        }
    }
    if !path.is_dir() && !paths.iter().any(|it| it == path) {
        paths.push(path.to_owned());
    }
    paths.sort();
    if FILES_MAX < paths.len() {
        return Err(wrong(folder, &format!("more than {FILES_MAX} files")));
    }
    // The policy itself comes first: its name stands for the whole.
    paths.sort_by_key(|it| it.extension().is_some_and(|it| it == "csv"));
    let mut sources = Sources::default();
    for path in paths {
        let text = std::fs::read_to_string(&path).map_err(|it| wrong(&path, &it))?;
        sources.files.push(SourceFile { path: path.display().to_string(), text });
    }
    Ok(sources)
}

/// What the compiler made of `sources`; findings that are errors go to stderr and end the command.
pub(crate) fn compiled<T>(
    sources: &Sources,
    (value, found): (Option<T>, Vec<Diagnostic>),
) -> Result<T, Failure> {
    value.ok_or_else(|| {
        let errors: Vec<Diagnostic> =
            found.into_iter().filter(|it| it.severity == Severity::Error).collect();
        eprint!("{}", policy::render(&errors, sources, policy::Color::Never));
        let name = sources.files.first().map_or("", |it| it.path.as_str());
        Failure::Input(format!("{name} has {} mistakes", errors.len()))
    })
}

/// One roster file.
pub(crate) fn roster(path: &Path) -> Result<Sources, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|it| Failure::Input(format!("cannot read {}: {it}", path.display())))?;
    Ok(Sources::single(path.display().to_string(), text))
}
