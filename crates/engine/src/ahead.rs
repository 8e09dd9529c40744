//! Instants that have not come: nobody can report them.

use intake::Submission;
use model::Timestamp;

use crate::FieldFault;

/// By how much the clock of a sender may be ahead of ours.
const SKEW_MICROS: i64 = 5 * 60 * 1_000_000;

/// Code and message of an instant that has not come.
pub(crate) const IN_THE_FUTURE: (&str, &str) = ("I0605", "lies in the future");

/// Whether `at` cannot have come at `now`, whatever clock it was read from.
pub(crate) fn lies_ahead(at: Timestamp, now: Timestamp) -> bool {
    SKEW_MICROS < at.micros_since(now)
}

/// The instants of a submission that have not come at `now`.
pub(crate) fn faults(submission: &Submission, now: Timestamp) -> Vec<FieldFault> {
    let own = [
        ("captured_at", submission.captured_at),
        ("history.last_contact_at", submission.history.last_contact_at),
    ];
    let is_ahead = |at: Option<Timestamp>| at.is_some_and(|it| lies_ahead(it, now));
    let own = own.into_iter().filter(|(_, at)| is_ahead(*at)).map(|(name, _)| name.to_owned());
    let activities = submission.activities.iter().enumerate().filter(|(_, it)| is_ahead(it.at));
    let activities = activities.map(|(n, _)| format!("activities[{n}].at"));
    let consent = submission.consent.iter().filter(|it| is_ahead(it.at));
    let consent = consent.map(|it| format!("consent.{}.at", it.purpose));
    let (code, message) = IN_THE_FUTURE;
    let fault = |at| FieldFault { at, code: code.to_owned(), message: message.to_owned() };
    own.chain(activities).chain(consent).map(fault).collect()
}
