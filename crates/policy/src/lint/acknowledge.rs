//! P0306: time to acknowledge that is not shorter than the time to the first touch.
//!
//! What: an SLA tier whose acknowledge clock may run as long as its touch clock.
//! Why: silence is noticed only when the touch is already late; no time is left for whoever takes
//! over.
//! Example: `touch: [{hours: team, within: 15m}]`, `acknowledge: [{hours: team, within: 15m}]`
//! Instead: a third of it: `acknowledge: [{hours: team, within: 5m}]`

use model::Seconds;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::section::{Clock, ClockHours, SlaTier};

/// Reports the first such clock of each tier.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    for tier in &subject.policy.slas.tiers {
        if let Some(touch) = tier.touch.iter().find(|it| !is_covered(it, tier)) {
            report(touch, tier).into_iter().for_each(|it| found.push(it));
        }
    }
}

/// Whether some acknowledge clock surely rings before `touch`: calendar time runs at least as fast
/// as any working time.
fn is_covered(touch: &Clock, tier: &SlaTier) -> bool {
    tier.acknowledge.is_empty()
        || tier.acknowledge.iter().any(|it| {
            let as_fast = it.hours == touch.hours || it.hours == ClockHours::Always;
            as_fast && it.within < touch.within
        })
}

fn report(touch: &Clock, tier: &SlaTier) -> Option<Diagnostic> {
    let same_hours = tier.acknowledge.iter().find(|it| it.hours == touch.hours);
    let clock = same_hours.or(tier.acknowledge.first())?;
    let third = Seconds::new((touch.within.get() / 3).max(1));
    let message = format!("SLA tier `{}` notices silence only when the touch is late", tier.id);
    let diagnostic = Diagnostic::warning("P0306", message, clock.span)
        .other(touch.span, "the touch is due by then");
    Some(if same_hours.is_some() {
        diagnostic
            .label("not shorter than the time to the first touch")
            .help(format!("a third leaves time to take over: `{third}`"))
    } else {
        diagnostic
            .label("these hours may stand still while the touch clock runs")
            .help(format!("add a clock of the same hours, e.g. `{third}`"))
    })
}
