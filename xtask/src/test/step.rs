//! Steps of a run: announced, timed, counted.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::Outcome;

/// Clock ticks a second in `/proc`: 100 on every Linux that Rust supports.
const TICKS_PER_SECOND: u32 = 100;

/// What ran so far.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: &'static str,
    passed: bool,
    wall: Duration,
    cpu: Option<Duration>,
}

impl Steps {
    /// Runs a step and keeps its figures; `None` when it failed, which has then been said.
    pub(crate) fn run<T>(
        &mut self,
        name: &'static str,
        step: impl FnOnce() -> Outcome<T>,
    ) -> Option<T> {
        eprintln!("==> {name}");
        let (start, cpu_before) = (Instant::now(), cpu_of_this_and_its_children());
        let result = step();
        let cpu = cpu_of_this_and_its_children().zip(cpu_before).map(|(a, b)| a.saturating_sub(b));
        let step = Step { name, passed: result.is_ok(), wall: start.elapsed(), cpu };
        eprintln!("<== {}", step.line());
        self.done.push(step);
        match result {
            Ok(value) => Some(value),
            Err(failure) => {
                eprintln!("error: {failure}");
                None
            }
        }
    }

    /// Prints all steps and says whether every one passed.
    pub(crate) fn finish(&self) -> ExitCode {
        eprintln!("==> summary");
        for step in &self.done {
            eprintln!("    {}", step.line());
        }
        if self.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn passed(&self) -> bool {
        !self.done.is_empty() && self.done.iter().all(|step| step.passed)
    }
}

impl Step {
    fn line(&self) -> String {
        let verdict = if self.passed { "ok" } else { "FAILED" };
        let cpu = self
            .cpu
            .map_or("CPU unknown".to_owned(), |it| format!("CPU {:.1} s", it.as_secs_f64()));
        format!("{}: {verdict}, {:.1} s, {cpu}", self.name, self.wall.as_secs_f64())
    }
}

/// Processor time so far, as Linux counts it; `None` elsewhere.
fn cpu_of_this_and_its_children() -> Option<Duration> {
    ticks(&std::fs::read_to_string("/proc/self/stat").ok()?)
        .map(|ticks| Duration::from_secs(ticks) / TICKS_PER_SECOND)
}

/// User and system time of a process and of the children it has waited for: fields 14 to 17 of
/// `/proc/PID/stat`, see proc(5).
fn ticks(stat: &str) -> Option<u64> {
    // The second field is the program's name in parentheses and may hold spaces.
    let (_, rest) = stat.rsplit_once(')')?;
    let times: Vec<u64> =
        rest.split_whitespace().skip(11).take(4).map_while(|it| it.parse().ok()).collect();
    (times.len() == 4).then(|| times.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Failure;

    #[test]
    fn one_failed_step_fails_the_run_and_the_next_step_still_runs() {
        let mut steps = Steps::default();
        assert_eq!(steps.run("first", || Ok(1)), Some(1));
        assert!(steps.passed());
        assert_eq!(steps.run("second", || Err::<(), _>(Failure::new("planted"))), None);
        assert_eq!(steps.run("third", || Ok(3)), Some(3));
        assert!(!steps.passed());
        assert_eq!(steps.done.len(), 3);
    }

    #[test]
    fn a_run_without_steps_has_not_passed() {
        assert!(!Steps::default().passed());
    }

    #[test]
    fn four_times_are_added_after_a_name_with_spaces() {
        let stat = "7 (a b) c) S 1 2 3 4 5 6 7 8 9 10 100 20 3000 400 20 0 1 0";
        assert_eq!(ticks(stat), Some(3_520));
        assert_eq!(ticks("7 (short) S 1"), None);
    }
}
