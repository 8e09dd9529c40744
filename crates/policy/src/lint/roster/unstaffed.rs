//! P0333: hours in which a pool has nobody.
//!
//! What: the times of a week without holidays at which no member of a pool works, where the pool
//! keeps to working hours.
//! Why: leads that come then go to the next target of their rule.
//! Example: a pool of one team in one zone: nobody from Friday 16:00 to Monday 08:00 UTC
//! Instead: members in other zones, `hours: preferred`, or a next target that is meant for it

use model::{Rep, Roster, Seconds, Timestamp};

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::lint::roster::active_members;
use crate::section::{Hours, Policy};

/// Monday, 5 January 2026, 00:00 UTC: the first of the weeks that are tried.
const FIRST_MONDAY: Timestamp = Timestamp::from_seconds(1_767_571_200);
/// Weeks tried, so that one without holidays is among them.
const WEEKS: u32 = 8;
/// From one tried week to the next, in days.
const DAYS_BETWEEN: u32 = 42;
const GAPS_SHOWN: usize = 7;
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MINUTE: i64 = 60;

/// Instants `[from, to)`.
type Stretch = (Timestamp, Timestamp);

/// Hints at the gaps of each pool; warns where its members never work at all.
pub(super) fn lint(policy: &Policy, roster: &Roster, found: &mut Diagnostics) {
    for pool in policy.pools.iter().filter(|it| it.hours == Hours::Required) {
        let members = active_members(policy, roster, pool);
        if members.is_empty() {
            continue;
        }
        let Some((gaps, monday)) = typical_gaps(policy, roster, &members) else { continue };
        let never =
            gaps.first().is_some_and(|it| *it == (monday, monday.plus(Seconds::from_days(7))));
        if gaps.is_empty() {
            continue;
        }
        let shown: Vec<String> = gaps.iter().take(GAPS_SHOWN).map(|it| words(*it)).collect();
        let more = if GAPS_SHOWN < gaps.len() { " and more" } else { "" };
        let message = if never {
            format!("nobody of pool `{}` ever works", pool.id)
        } else {
            format!("pool `{}` has hours without anybody", pool.id)
        };
        let hint = Diagnostic::warning("P0333", message, pool.span)
            .label(format!("nobody (UTC): {}{more}", shown.join(", ")))
            .help("leads that come then go to the next target");
        let severity = if never { Severity::Warning } else { Severity::Hint };
        found.push(Diagnostic { severity, ..hint });
    }
}

/// The gaps of the tried week with the fewest hours of them, and its Monday.
fn typical_gaps(
    policy: &Policy,
    roster: &Roster,
    members: &[&Rep],
) -> Option<(Vec<Stretch>, Timestamp)> {
    let weeks = (0..WEEKS).map(|it| FIRST_MONDAY.plus(Seconds::from_days(it * DAYS_BETWEEN)));
    let tried = weeks.map(|monday| (gaps(policy, roster, members, monday), monday));
    tried.min_by_key(|(gaps, _)| gaps.iter().map(|it| it.1.micros_since(it.0)).sum::<i64>())
}

fn gaps(policy: &Policy, roster: &Roster, members: &[&Rep], monday: Timestamp) -> Vec<Stretch> {
    let end = monday.plus(Seconds::from_days(7));
    let mut open: Vec<Stretch> = Vec::new();
    for rep in members {
        match roster.calendar_of(rep).and_then(|it| policy.calendars.get(it)) {
            Some(calendar) => {
                open.extend(calendar.open_windows(monday, end).map(|it| (it.from, it.to)));
            }
            // Without a calendar a rep works at any time.
            None => return Vec::new(),
        }
    }
    open.sort_unstable();
    let mut gaps = Vec::new();
    let mut covered = monday;
    for (from, to) in open {
        if covered < from {
            gaps.push((covered, from));
        }
        covered = covered.max(to);
    }
    if covered < end {
        // The week goes round: a gap up to Monday runs on into the first one.
        let runs_on = gaps.first().is_some_and(|it| it.0 == monday);
        let until = if runs_on { gaps.remove(0).1.plus(Seconds::from_days(7)) } else { end };
        gaps.push((covered, until));
    }
    gaps
}

/// `Fri 16:00 to Mon 08:00`
fn words((from, to): Stretch) -> String {
    format!("{} to {}", moment(from), moment(to))
}

fn moment(at: Timestamp) -> String {
    let minutes = at.as_seconds().saturating_sub(FIRST_MONDAY.as_seconds()).div_euclid(MINUTE);
    let day = usize::try_from(minutes.div_euclid(24 * 60).rem_euclid(7)).unwrap_or_default();
    let (hour, minute) = (minutes.div_euclid(60).rem_euclid(24), minutes.rem_euclid(60));
    format!("{} {hour:02}:{minute:02}", DAYS.get(day).copied().unwrap_or_default())
}
