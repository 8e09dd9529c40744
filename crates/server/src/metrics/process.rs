//! The process as the kernel sees it, from `/proc`. What cannot be read is left out.

use std::fs;

/// Ticks of the kernel's clock a second and bytes of a page, on every Linux that Rust runs on.
const TICKS: f64 = 100.0;

/// What is known of this process.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Process {
    /// Bytes in memory.
    pub(crate) resident_bytes: Option<u64>,
    /// Seconds of processor time, user and system.
    pub(crate) cpu_seconds: Option<f64>,
    /// Files and connections that are open.
    pub(crate) open_files: Option<usize>,
    /// Threads.
    pub(crate) threads: Option<u64>,
}

impl Process {
    /// Looks now.
    pub(crate) fn read() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        Self {
            resident_bytes: field(&status, "VmRSS:").map(|kib| kib * 1024),
            threads: field(&status, "Threads:"),
            cpu_seconds: cpu(&stat),
            open_files: fs::read_dir("/proc/self/fd").ok().map(Iterator::count),
        }
    }
}

fn field(status: &str, name: &str) -> Option<u64> {
    let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Fields 14 and 15 of `stat`, see proc(5); the second is a name that may hold spaces.
fn cpu(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut times = rest.split_whitespace().skip(11).map_while(|it| it.parse::<u64>().ok());
    Some((times.next()? + times.next()?) as f64 / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_behind_a_name_with_spaces() {
        assert_eq!(field("Name:\ta b\nVmRSS:\t  12 kB\n", "VmRSS:"), Some(12));
        assert_eq!(cpu("7 (a b) c) S 1 2 3 4 5 6 7 8 9 10 100 20 0 0 20"), Some(1.2));
    }

    #[test]
    fn this_process_takes_memory_and_has_files_open() {
        let read = Process::read();
        assert!(read.resident_bytes > Some(1 << 20), "{read:?}");
        assert!(read.open_files > Some(2), "{read:?}");
        assert!(read.threads >= Some(1), "{read:?}");
    }
}
