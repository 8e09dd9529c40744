//! Every metric, in the order of the page. A test makes `docs/metrics.md` from this table.

use super::page::{Family, Kind};

macro_rules! families {
    ($($id:ident: $kind:ident $name:literal [$($label:literal),*] $help:literal;)+) => {
        $(pub(super) static $id: Family = Family {
            name: $name, kind: Kind::$kind, labels: &[$($label),*], help: $help,
        };)+

        /// All of them.
        #[cfg(test)]
        static ALL: &[&Family] = &[$(&$id),+];
    };
}

families! {
    BUILD: Gauge "baton_build_info" ["version"]
        "1; the version of Baton.";
    HTTP_REQUESTS: Counter "baton_http_requests_total" ["method", "route", "status"]
        "Answered requests.";
    HTTP_SECONDS: Histogram "baton_http_request_duration_seconds" ["method", "route"]
        "Time from the head of a request to the head of its answer.";
    CAPTURES: Counter "baton_captures_total" ["outcome"]
        "Leads that came through the API: what became of each, quarantined or repeated included.";
    HANDOFFS: Counter "baton_handoffs_total" ["outcome"]
        "Steps of handoffs made on this node: accepted, rejected, touched, breached and so on.";
    BREACHES: Counter "baton_sla_breaches_total" ["tier"]
        "Missed deadlines recorded by this node, by SLA tier.";
    FIRST_TOUCH: Histogram "baton_first_touch_seconds" []
        "Time from the handoff to its first valid touch, nights and weekends included.";
    DATABASE_UP: Gauge "baton_database_up" []
        "1 where the database answered just now; without it the figures below are missing.";
    SET_UP: Gauge "baton_set_up" []
        "1 where a policy and a roster are live; leads are refused else.";
    QUEUE_DEPTH: Gauge "baton_queue_depth" ["queue"]
        "Leads that wait in a queue; the same on every node.";
    TIMERS_ARMED: Gauge "baton_timers_armed" []
        "Duties with a due time; the same on every node.";
    TIMERS_LATE: Gauge "baton_timers_late" []
        "Timers still armed over two minutes after they were due; must be 0.";
    TIMER_LATENESS: Gauge "baton_timer_lateness_seconds" []
        "Time since the first armed timer was due; 0 where none is.";
    TIMERS_FIRED: Counter "baton_timers_fired_total" []
        "Timers that fired on this node.";
    TIMERS_STUCK: Gauge "baton_timers_stuck" []
        "Timers that this node could not fire and tries again; must be 0.";
    OUTBOX_DEPTH: Gauge "baton_outbox_depth" []
        "Messages that wait to leave; the same on every node.";
    OUTBOX_AGE: Gauge "baton_outbox_age_seconds" []
        "Time since the oldest message that waits was written.";
    FINDINGS: Gauge "baton_audit_findings" ["check"]
        "Rows that break a promise, as this node's auditor last counted them; must be 0.";
    AUDIT_BEAT: Gauge "baton_audit_beat_timestamp_seconds" []
        "When this node's auditor last found nothing; missing until then.";
    WATCH_FAILING: Gauge "baton_heartbeat_failing" []
        "1 where the watch outside did not take this node's last beat; missing without a watch.";
    WATCH_BEAT: Gauge "baton_heartbeat_timestamp_seconds" []
        "Beat of the auditor that the watch outside took last; missing until then.";
    CHAIN_HEAD: Gauge "baton_chain_head" ["log", "stream"]
        "Number of the last row of a chain; never goes back. Compare it with what was noted elsewhere.";
    STORE_JOBS: Gauge "baton_store_jobs" ["kind"]
        "Jobs for the database that wait or run in this process.";
    STORE_JOBS_MAX: Gauge "baton_store_jobs_max" ["kind"]
        "Jobs that may wait; one more is answered with 503.";
    STORE_COMMITS: Counter "baton_store_commits_total" []
        "Commits of this process.";
    STORE_COMMITTED: Counter "baton_store_committed_jobs_total" []
        "Jobs in those commits; divided by them it is the size of a group.";
    MEMORY: Gauge "process_resident_memory_bytes" []
        "Memory of the process.";
    CPU: Counter "process_cpu_seconds_total" []
        "Processor time of the process, user and system.";
    FILES: Gauge "process_open_fds" []
        "Open files and connections.";
    THREADS: Gauge "process_threads" []
        "Threads of the process.";
}

#[cfg(test)]
const HEAD: &str = "\
# Metrics\n\
\n\
`baton serve --admin-listen 127.0.0.1:9464` answers `GET /metrics` there in the Prometheus text format,\n\
beside `/health/live` and `/health/ready`. The port asks for no credentials and shows figures of the\n\
business, so it is another one than that of the API, is closed unless it is asked for, and belongs on\n\
the loopback or a private network.\n\
\n\
Counters start at 0 with the process, and each node counts what went through itself: add nodes up.\n\
Gauges that are \"the same on every node\" describe the database: take their maximum. Labels take few\n\
values (routes, codes, names in the policy) and never name a lead or a person. Times are in seconds,\n\
sizes in bytes. `deploy/prometheus/alerts.yaml` has rules for all that must not happen.\n\
\n\
| name | type | labels | meaning |\n\
|---|---|---|---|\n";

/// The page that documents them.
#[cfg(test)]
pub(super) fn documentation() -> String {
    let mut text = String::from(HEAD);
    for family in ALL {
        let labels: Vec<String> = family.labels.iter().map(|it| format!("`{it}`")).collect();
        let (name, kind, help) = (family.name, family.kind.name(), family.help);
        text.push_str(&format!("| `{name}` | {kind} | {} | {help} |\n", labels.join(", ")));
    }
    text
}
