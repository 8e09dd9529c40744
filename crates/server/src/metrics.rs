//! What a monitoring system reads: counts of this process and figures of the database.
//!
//! Requests and captures are counted as they are answered. Steps of handoffs are counted from the log
//! of events, which holds what was committed and nothing else, so no use case has to remember to
//! count. A look that the database does not answer in time still tells of the process.

mod families;
mod page;
mod process;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::Method;
use engine::auditor::Findings;
use engine::figures::{Figures, Step};
use engine::heartbeat::Pulse;
use engine::{Engine, Refusal};

use page::{Histogram, Page};
use process::Process;

/// Bounds of the time of a request, in seconds.
const REQUEST_SECONDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Bounds of the time to the first touch: a minute to five days.
const TOUCH_SECONDS: &[f64] = &[
    60.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0, 28_800.0, 86_400.0, 172_800.0,
    432_000.0,
];

/// How long a look waits for the database.
const DATABASE_WAIT_MAX: Duration = Duration::from_secs(5);

/// The content type of a page.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The counts of one process.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<Arc<str>, BTreeMap<&'static str, Requests>>>,
    captures: Mutex<BTreeMap<String, u64>>,
    /// One look at a time: each goes on from where the last one ended.
    steps: tokio::sync::Mutex<Steps>,
}

/// Requests of one route and method.
#[derive(Debug)]
struct Requests {
    by_status: BTreeMap<u16, u64>,
    seconds: Histogram,
}

/// What happened to handoffs since the process began.
#[derive(Debug)]
struct Steps {
    /// The last event that is counted.
    after: Option<i64>,
    by_outcome: BTreeMap<String, u64>,
    breaches: BTreeMap<String, u64>,
    first_touch: Histogram,
}

impl Default for Steps {
    fn default() -> Self {
        let first_touch = Histogram::new(TOUCH_SECONDS);
        Self { after: None, by_outcome: BTreeMap::new(), breaches: BTreeMap::new(), first_touch }
    }
}

impl Metrics {
    /// Counts an answered request; `route` is the pattern of its path.
    pub(crate) fn request(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let mut routes = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if !routes.contains_key(route) {
            routes.insert(Arc::from(route), BTreeMap::new());
        }
        let Some(methods) = routes.get_mut(route) else { return };
        let requests = methods.entry(method_name(method)).or_insert_with(|| Requests {
            by_status: BTreeMap::new(),
            seconds: Histogram::new(REQUEST_SECONDS),
        });
        *requests.by_status.entry(status).or_default() += 1;
        requests.seconds.observe(took.as_secs_f64());
    }

    /// Counts a lead that came in.
    pub(crate) fn capture(&self, outcome: &str) {
        let mut captures = self.captures.lock().unwrap_or_else(PoisonError::into_inner);
        match captures.get_mut(outcome) {
            Some(count) => *count += 1,
            None => {
                captures.insert(outcome.to_owned(), 1);
            }
        }
    }

    /// Counts from the end of the log on: what was before belongs to earlier processes.
    ///
    /// # Errors
    /// Failures of the store.
    pub(crate) async fn begin(&self, engine: &Engine) -> Result<(), Refusal> {
        self.steps.lock().await.catch_up(engine).await
    }

    /// The page of this moment.
    pub(crate) async fn page(&self, engine: &Engine) -> String {
        let mut steps = self.steps.lock().await;
        let look = async {
            steps.catch_up(engine).await?;
            engine.figures().await
        };
        let figures = match tokio::time::timeout(DATABASE_WAIT_MAX, look).await {
            Ok(Ok(figures)) => Some(figures),
            Ok(Err(refusal)) => {
                tracing::warn!(error.code = refusal.code, "no figures of the database");
                None
            }
            Err(_) => {
                tracing::warn!("no figures of the database in time");
                None
            }
        };
        let mut page = Page::default();
        page.family(&families::BUILD).add(&[env!("CARGO_PKG_VERSION")], 1);
        self.write_requests(&mut page);
        steps.write(&mut page);
        write_figures(&mut page, figures.as_ref());
        let sweeps = engine.sweep_figures();
        page.family(&families::TIMERS_FIRED).add(&[], sweeps.fired);
        page.family(&families::TIMERS_STUCK).add(&[], sweeps.stuck);
        write_findings(&mut page, &engine.findings());
        write_pulse(&mut page, &engine.outside_pulse());
        write_load(&mut page, engine);
        write_process(&mut page);
        page.finish()
    }

    fn write_requests(&self, page: &mut Page) {
        let routes = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let mut series = page.family(&families::HTTP_REQUESTS);
        for (route, methods) in routes.iter() {
            for (method, requests) in methods {
                for (status, count) in &requests.by_status {
                    series.add(&[method, route, &status.to_string()], count);
                }
            }
        }
        let mut series = page.family(&families::HTTP_SECONDS);
        for (route, methods) in routes.iter() {
            for (method, requests) in methods {
                series.add_histogram(&[method, route], &requests.seconds);
            }
        }
        drop(routes);
        let captures = self.captures.lock().unwrap_or_else(PoisonError::into_inner);
        let mut series = page.family(&families::CAPTURES);
        for (outcome, count) in captures.iter() {
            series.add(&[outcome], count);
        }
    }
}

impl Steps {
    /// Counts what happened since the last time.
    async fn catch_up(&mut self, engine: &Engine) -> Result<(), Refusal> {
        loop {
            let (steps, end) = engine.steps(self.after).await?;
            for step in steps {
                self.count(step);
            }
            if self.after.replace(end) == Some(end) {
                return Ok(());
            }
        }
    }

    fn count(&mut self, step: Step) {
        if step.what == "breached" {
            let tier = step.sla.unwrap_or_else(|| "none".to_owned());
            *self.breaches.entry(tier).or_default() += 1;
        }
        if let Some(seconds) = step.first_touch_seconds {
            self.first_touch.observe(seconds);
        }
        *self.by_outcome.entry(step.what).or_default() += 1;
    }

    fn write(&self, page: &mut Page) {
        let mut series = page.family(&families::HANDOFFS);
        for (what, count) in &self.by_outcome {
            series.add(&[what], count);
        }
        let mut series = page.family(&families::BREACHES);
        for (tier, count) in &self.breaches {
            series.add(&[tier], count);
        }
        page.family(&families::FIRST_TOUCH).add_histogram(&[], &self.first_touch);
    }
}

fn write_figures(page: &mut Page, figures: Option<&Figures>) {
    page.family(&families::DATABASE_UP).add(&[], u8::from(figures.is_some()));
    let Some(figures) = figures else { return };
    page.family(&families::SET_UP).add(&[], u8::from(figures.set_up));
    let mut series = page.family(&families::QUEUE_DEPTH);
    for (queue, count) in &figures.queues {
        series.add(&[queue], count);
    }
    page.family(&families::TIMERS_ARMED).add(&[], figures.timers_armed);
    page.family(&families::TIMERS_LATE).add(&[], figures.timers_late);
    page.family(&families::TIMER_LATENESS).add(&[], seconds(figures.timer_lateness));
    page.family(&families::OUTBOX_DEPTH).add(&[], figures.outbox_depth);
    page.family(&families::OUTBOX_AGE).add(&[], seconds(figures.outbox_age));
    let mut series = page.family(&families::CHAIN_HEAD);
    for (log, stream, number) in &figures.heads {
        series.add(&[log, &stream.to_string()], number);
    }
}

fn write_findings(page: &mut Page, findings: &Findings) {
    let mut series = page.family(&families::FINDINGS);
    for check in &findings.checks {
        series.add(&[&check.name], check.bad);
    }
    if let Some(beat) = findings.beat_at {
        page.family(&families::AUDIT_BEAT).add(&[], seconds(beat.as_micros()));
    }
}

fn write_pulse(page: &mut Page, pulse: &Pulse) {
    if pulse.watched {
        page.family(&families::WATCH_FAILING).add(&[], u8::from(pulse.failing));
    }
    if let Some(taken) = pulse.taken_at {
        page.family(&families::WATCH_BEAT).add(&[], seconds(taken.as_micros()));
    }
}

fn write_load(page: &mut Page, engine: &Engine) {
    let load = engine.store_load();
    let kinds = [("write", load.writes, load.writes_max), ("read", load.reads, load.reads_max)];
    let mut series = page.family(&families::STORE_JOBS);
    for (kind, jobs, _) in kinds {
        series.add(&[kind], jobs);
    }
    let mut series = page.family(&families::STORE_JOBS_MAX);
    for (kind, _, most) in kinds {
        series.add(&[kind], most);
    }
    page.family(&families::STORE_COMMITS).add(&[], load.commits);
    page.family(&families::STORE_COMMITTED).add(&[], load.committed_jobs);
}

fn write_process(page: &mut Page) {
    let process = Process::read();
    if let Some(bytes) = process.resident_bytes {
        page.family(&families::MEMORY).add(&[], bytes);
    }
    if let Some(seconds) = process.cpu_seconds {
        page.family(&families::CPU).add(&[], seconds);
    }
    if let Some(files) = process.open_files {
        page.family(&families::FILES).add(&[], files);
    }
    if let Some(threads) = process.threads {
        page.family(&families::THREADS).add(&[], threads);
    }
}

fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// Whoever makes up methods does not make up series.
fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_lists_every_metric() {
        let file = expect_test::expect_file!["../../../docs/metrics.md"];
        file.assert_eq(&families::documentation());
    }

    #[test]
    fn made_up_methods_share_a_series() {
        let metrics = Metrics::default();
        for name in ["BREW", "WHEN"] {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            metrics.request(&method, "/", 405, Duration::from_millis(1));
        }
        let routes = metrics.requests.lock().unwrap();
        assert_eq!(routes["/"].keys().collect::<Vec<_>>(), [&"other"]);
        assert_eq!(routes["/"]["other"].by_status[&405], 2);
    }
}
