//! Checks of the machine: time zones, disk, flushes, open files.

use std::fs;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit};

use crate::screen::{Line, Status, bytes};

/// Free bytes below which a warning is due: a day of heavy load.
const DISK_WARN: u64 = 2 << 30;

/// Free bytes below which writes will soon be refused.
const DISK_FAIL: u64 = 200 << 20;

/// Size of the write-ahead log from which on something keeps it from being emptied.
const LOG_WARN: u64 = 256 << 20;

/// A flush slower than this makes single leads slow.
const FLUSH_WARN: Duration = Duration::from_millis(20);

/// How often the flush is tried.
const FLUSHES: usize = 20;

/// Open files allowed below which many connections end in errors.
const FILES_WARN: u64 = 1024;

/// Where the system's time zones name their version.
const ZONE_FILES: [&str; 2] = ["/usr/share/zoneinfo/tzdata.zi", "/usr/share/zoneinfo/+VERSION"];

/// The time zones that Baton brings beside those of the system: after a change of law the newer
/// one is right.
pub(super) fn zone_data() -> Line {
    let ours = calendar::tz_data_version();
    let theirs = ZONE_FILES.iter().find_map(|it| fs::read_to_string(it).ok());
    let theirs = theirs.as_deref().and_then(version);
    match theirs {
        Some(theirs) if ours < theirs => {
            let detail = format!("{ours} is built in, the system has {theirs}: update Baton");
            Line::new(Status::Warn, "time zones", detail)
        }
        Some(theirs) => {
            let detail = format!("{ours} is built in, the system has {theirs}");
            Line::new(Status::Ok, "time zones", detail)
        }
        None => Line::new(Status::Ok, "time zones", format!("{ours} is built in")),
    }
}

/// `# version 2026b` or `2026b`.
fn version(text: &str) -> Option<&str> {
    text.lines().next()?.split_whitespace().last().filter(|it| it.starts_with("20"))
}

/// The write-ahead log beside a SQLite file.
pub(super) fn log_size(file: &Path) -> Line {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    let size = fs::metadata(PathBuf::from(name)).map_or(0, |it| it.len());
    let (status, hint) = match size {
        0..=LOG_WARN => (Status::Ok, ""),
        _ => (Status::Warn, "; a long reader or a backup keeps it from being emptied"),
    };
    Line::new(status, "write-ahead log", format!("{}{hint}", bytes(size)))
}

/// Room on the disk that `folder` lies on.
pub(super) fn disk(folder: &Path) -> Line {
    let room = match rustix::fs::statvfs(folder) {
        Ok(it) => it.f_bavail.saturating_mul(it.f_frsize),
        Err(error) => return Line::new(Status::Warn, "disk", format!("cannot be asked: {error}")),
    };
    let status = match room {
        ..DISK_FAIL => Status::Fail,
        DISK_FAIL..DISK_WARN => Status::Warn,
        DISK_WARN.. => Status::Ok,
    };
    Line::new(status, "disk", format!("{} free", bytes(room)))
}

/// How long a flush takes where the database lies: the floor of a single lead's latency.
pub(super) fn flush(folder: &Path) -> Line {
    match flush_median(folder) {
        Ok(median) => {
            let millis = median.as_secs_f64() * 1e3;
            let status = if median <= FLUSH_WARN { Status::Ok } else { Status::Warn };
            let detail = format!("{millis:.2} ms to the disk (median of {FLUSHES})");
            Line::new(status, "flush", detail)
        }
        Err(error) => Line::new(Status::Warn, "flush", format!("cannot be tried: {error}")),
    }
}

fn flush_median(folder: &Path) -> io::Result<Duration> {
    let path = folder.join(format!(".baton-doctor-{}", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
    let mut tried = || -> io::Result<Duration> {
        let mut times = Vec::with_capacity(FLUSHES);
        for _ in 0..FLUSHES {
            let start = Instant::now();
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&[0; 4096])?;
            file.sync_data()?;
            times.push(start.elapsed());
        }
        times.sort();
        Ok(times.get(FLUSHES / 2).copied().unwrap_or_default())
    };
    let median = tried();
    fs::remove_file(&path)?;
    median
}

/// How many files a process started from here may open; each connection is one.
pub(super) fn open_files() -> Line {
    match getrlimit(Resource::Nofile).current {
        None => Line::new(Status::Ok, "open files", "no limit"),
        Some(limit) => {
            let status = if limit < FILES_WARN { Status::Warn } else { Status::Ok };
            Line::new(status, "open files", format!("at most {limit}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_the_systems_time_zones_is_read_in_both_forms() {
        assert_eq!(version("# version 2026b\nR a b"), Some("2026b"));
        assert_eq!(version("2025c\n"), Some("2025c"));
        assert_eq!(version("# something else"), None);
    }

    #[test]
    fn the_file_that_is_flushed_is_gone_afterwards() {
        let folder = tempfile::TempDir::new().unwrap();
        assert_ne!(flush_median(folder.path()).unwrap(), Duration::ZERO);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
