//! Policies and rosters on disk: one file, or a folder of them.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use policy::parse::decode;
use policy::span::SourceFile;
use policy::{Color, Diagnostic, Diagnostics, Severity, Sources, render};

use crate::outcome::Failure;

/// The most files of a folder.
const FILES_MAX: usize = 1_000;

/// What a compiler makes of sources.
type Compiled<T> = (Option<T>, Vec<Diagnostic>);

/// Reads one file, or all files of a folder that belong to a policy, in order of their names, with
/// the tables beside them that they name: another list that lies there is none of theirs. Mistakes
/// of encoding are returned beside the text.
pub(crate) fn read(path: &Path) -> Result<(Sources, Vec<Diagnostic>), Failure> {
    let paths = match path.is_dir() {
        true => listed(path, &["yaml", "yml", "json"])?,
        false => vec![path.to_owned()],
    };
    if paths.is_empty() {
        return Err(Failure::Input(format!("no YAML file lies in {}", path.display())));
    }
    let mut sources = Sources::default();
    let mut found = Diagnostics::default();
    add(&paths, &mut sources, &mut found)?;
    let named = policy::table_files(&sources);
    let beside = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = if path.is_dir() { path } else { beside };
    if !named.is_empty() && folder.is_dir() {
        let is_named = |path: &PathBuf| {
            let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
            named.contains(name)
        };
        let tables: Vec<_> = listed(folder, &["csv"])?.into_iter().filter(is_named).collect();
        add(&tables, &mut sources, &mut found)?;
    }
    Ok((sources, found.into_sorted()))
}

/// Reads files behind those that are there.
fn add(paths: &[PathBuf], sources: &mut Sources, found: &mut Diagnostics) -> Result<(), Failure> {
    if FILES_MAX < sources.files.len() + paths.len() {
        return Err(Failure::Input(format!("a policy has {FILES_MAX} files at most")));
    }
    for path in paths {
        let bytes = std::fs::read(path).map_err(|it| cannot_read(path, &it))?;
        let number = u16::try_from(sources.files.len()).unwrap_or(u16::MAX);
        let text = decode(number, &bytes, found);
        sources.files.push(SourceFile { path: path.display().to_string(), text });
    }
    Ok(())
}

/// What `compile` makes of a file or folder; findings that are errors end the command.
pub(crate) fn sound<T>(
    path: &Path,
    compile: impl FnOnce(&Sources) -> Compiled<T>,
) -> Result<(Sources, T), Failure> {
    let (sources, mut found) = read(path)?;
    let (value, more) = compile(&sources);
    found.extend(more);
    match value.filter(|_| !has_errors(&found)) {
        Some(value) => Ok((sources, value)),
        None => {
            show(&found, &sources);
            let counted = counted(&found);
            Err(Failure::Input(format!("{} cannot be used: {counted}", path.display())))
        }
    }
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Input(format!("cannot read {}: {error}", path.display()))
}

fn listed(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|it| cannot_read(folder, &it))? {
        let path = entry.map_err(|it| cannot_read(folder, &it))?.path();
        let ending = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        if endings.contains(&ending) && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Whether any finding blocks publishing.
pub(crate) fn has_errors(found: &[Diagnostic]) -> bool {
    found.iter().any(|it| it.severity == Severity::Error)
}

/// Shows findings on stderr, in colour on a terminal.
pub(crate) fn show(found: &[Diagnostic], sources: &Sources) {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    let color =
        if std::io::stderr().is_terminal() && !plain { Color::Always } else { Color::Never };
    eprint!("{}", render(found, sources, color));
}

/// How many findings there are, in words.
pub(crate) fn counted(found: &[Diagnostic]) -> String {
    let count = |severity| found.iter().filter(|it| it.severity == severity).count();
    let words = [
        (count(Severity::Error), "error"),
        (count(Severity::Warning), "warning"),
        (count(Severity::Hint), "hint"),
    ];
    let parts: Vec<String> = words
        .iter()
        .filter(|(count, _)| 0 < *count)
        .map(|(count, word)| format!("{count} {word}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}
