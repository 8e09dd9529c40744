//! The programs of a Postgres server. Debian keeps them off `PATH`, one folder a version.

use std::path::{Path, PathBuf};

use super::{debian, find, is_file, search_path};
use crate::{Failure, Outcome};

const PROGRAMS: [&str; 3] = ["initdb", "pg_ctl", "postgres"];
const DEBIAN_FOLDER: &str = "/usr/lib/postgresql";

/// The folder that holds `initdb`, `pg_ctl` and `postgres`.
pub(crate) fn postgres() -> Outcome<PathBuf> {
    if let Some(folder) = installed(&search_path(), Path::new(DEBIAN_FOLDER)) {
        return Ok(folder);
    }
    debian::install("a Postgres server", &["postgresql"])?;
    installed(&search_path(), Path::new(DEBIAN_FOLDER)).ok_or_else(|| {
        Failure::new(format!("Postgres was installed, but {DEBIAN_FOLDER} holds no initdb"))
    })
}

fn installed(path: &[PathBuf], debian: &Path) -> Option<PathBuf> {
    // A link on PATH may point to initdb alone; the folder behind it holds the others.
    let linked = find("initdb", path).and_then(|link| link.canonicalize().ok());
    let linked = linked.and_then(|initdb| initdb.parent().map(Path::to_path_buf));
    linked.into_iter().chain(newest_first(debian)).find(|folder| is_complete(folder))
}

fn newest_first(debian: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = debian
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, folder)| folder).collect()
}

fn is_complete(folder: &Path) -> bool {
    PROGRAMS.iter().all(|program| is_file(&folder.join(program)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    fn plant(folder: &Path, programs: &[&str]) {
        std::fs::create_dir_all(folder).unwrap();
        for program in programs {
            std::fs::write(folder.join(program), "").unwrap();
        }
    }

    #[test]
    fn the_newest_complete_version_is_taken() {
        let scratch = Scratch::new("postgres-versions");
        plant(&scratch.path().join("9/bin"), &PROGRAMS);
        plant(&scratch.path().join("15/bin"), &PROGRAMS);
        plant(&scratch.path().join("17/bin"), &["pg_ctl"]);
        assert_eq!(installed(&[], scratch.path()), Some(scratch.path().join("15/bin")));
    }

    #[test]
    fn a_link_on_the_path_leads_to_its_folder() {
        let scratch = Scratch::new("postgres-link");
        let bin = scratch.path().join("server/bin");
        let path = scratch.path().join("path");
        plant(&bin, &PROGRAMS);
        plant(&path, &[]);
        std::os::unix::fs::symlink(bin.join("initdb"), path.join("initdb")).unwrap();
        assert_eq!(installed(&[path], Path::new("/nowhere")), bin.canonicalize().ok());
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        assert_eq!(installed(&[], Path::new("/nowhere")), None);
    }
}
