//! What the kernel says of processes and disks.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Linux counts in hundredths of a second towards programs, on every architecture Baton runs on.
const TICK: Duration = Duration::from_millis(10);

/// User and system time of a process and all its descendants, those that ended included.
pub(crate) fn cpu_of_tree(root: u32) -> Duration {
    let all: Vec<(u32, u32, u64)> = fs::read_dir("/proc").unwrap().filter_map(stat).collect();
    let mut tree = vec![root];
    let mut at = 0;
    while at < tree.len() {
        let parent = tree[at];
        tree.extend(all.iter().filter(|it| it.1 == parent).map(|it| it.0));
        at += 1;
    }
    let ticks: u64 = all.iter().filter(|it| tree.contains(&it.0)).map(|it| it.2).sum();
    TICK * u32::try_from(ticks).unwrap()
}

/// Process, parent and ticks.
fn stat(entry: std::io::Result<fs::DirEntry>) -> Option<(u32, u32, u64)> {
    let id: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in parentheses may hold spaces.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11..15)?.iter().filter_map(|it| it.parse::<u64>().ok()).sum();
    Some((id, fields.get(1)?.parse().ok()?, ticks))
}

/// The parent of a process.
pub(crate) fn parent(id: u32) -> u32 {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let fields = text.rsplit_once(')').unwrap().1.split_whitespace().nth(1);
    fields.unwrap().parse().unwrap()
}

/// Memory a process holds, in KiB.
pub(crate) fn resident_kib(id: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = text.lines().find_map(|it| it.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// Median of 20 flushes of 4 KiB that overwrite a file in `folder`, in microseconds.
pub(crate) fn flush_micros(folder: &Path) -> u64 {
    let path = folder.join("flush");
    let mut file = fs::File::create(&path).unwrap();
    let mut times: Vec<u64> = (0..20)
        .map(|_| {
            file.seek(SeekFrom::Start(0)).unwrap();
            let start = Instant::now();
            file.write_all(&[0; 4096]).unwrap();
            file.sync_data().unwrap();
            u64::try_from(start.elapsed().as_micros()).unwrap()
        })
        .collect();
    times.sort_unstable();
    times[10]
}
