//! P0331: names that the other side does not have.
//!
//! What: a rep or team in the policy that the roster lacks; a calendar in the roster that the policy
//! lacks.
//! Why: a member that does not exist gets no lead, a keeper that does not exist answers for none.
//! Example: `members: [anna]` where the roster has `ana`
//! Instead: the name as the roster has it

use model::{RepId, Roster, TeamId};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::nearest::nearest;
use crate::section::{Destination, Policy, Recipient, StepTarget, Who};
use crate::span::Span;

/// Reports each unknown name at each of its places.
pub(super) fn lint(policy: &Policy, roster: &Roster, found: &mut Diagnostics) {
    let unknown_reps = reps_named(policy).into_iter().filter(|it| roster.find(it.0).is_none());
    for (rep, span) in unknown_reps {
        let names = roster.reps().iter().map(|it| it.id.as_str());
        found.push(report("rep", rep.as_str(), nearest(rep.as_str(), names), span));
    }
    let unknown_teams = teams_named(policy).into_iter().filter(|it| roster.team(it.0).is_none());
    for (team, span) in unknown_teams {
        let names = roster.teams().iter().map(|it| it.id.as_str());
        found.push(report("team", team.as_str(), nearest(team.as_str(), names), span));
    }
    calendars(policy, roster, found);
}

fn report(what: &str, name: &str, near: Option<&str>, span: Span) -> Diagnostic {
    let message = format!("the roster has no {what} `{name}`");
    let diagnostic = Diagnostic::error("P0331", message, span);
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    }
}

fn reps_named(policy: &Policy) -> Vec<(&RepId, Span)> {
    let mut all = Vec::new();
    for member in policy.pools.iter().flat_map(|it| &it.members) {
        if let Who::Rep(rep) = &member.who {
            all.push((rep, member.span));
        }
    }
    all.extend(policy.queues.iter().map(|it| (&it.keeper, it.span)));
    let routing = &policy.routing;
    for target in routing.rules.iter().flat_map(|it| &it.to).chain(&routing.fallback) {
        if let Destination::Rep(rep) = &target.to {
            all.push((rep, target.span));
        }
    }
    for step in policy.chains.iter().flat_map(|it| &it.steps) {
        if let StepTarget::Rep(rep) = &step.target {
            all.push((rep, step.span));
        }
    }
    for it in &policy.notifications {
        if let Recipient::Rep(rep) = &it.to {
            all.push((rep, it.span));
        }
    }
    all
}

fn teams_named(policy: &Policy) -> Vec<(&TeamId, Span)> {
    let mut all = Vec::new();
    for member in policy.pools.iter().flat_map(|it| &it.members) {
        if let Who::Team(team) = &member.who {
            all.push((team, member.span));
        }
    }
    all.extend(
        policy.queues.iter().flat_map(|queue| queue.teams.iter().map(|it| (it, queue.span))),
    );
    all
}

/// The roster's places are not at hand here, so the finding names the person.
fn calendars(policy: &Policy, roster: &Roster, found: &mut Diagnostics) {
    let teams = roster.teams().iter().map(|it| (format!("team `{}`", it.id), &it.calendar));
    let reps = roster.reps().iter().map(|it| (format!("rep `{}`", it.id), &it.calendar));
    for (who, calendar) in teams.chain(reps) {
        let Some(name) = calendar.as_ref().filter(|it| !policy.calendars.contains_key(*it)) else {
            continue;
        };
        let message = format!("{who} keeps calendar `{name}`, which the policy does not have");
        let mut diagnostic = Diagnostic::error("P0331", message, Span::default());
        let names = policy.calendars.keys().map(model::CalendarId::as_str);
        if let Some(near) = nearest(name.as_str(), names) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        found.push(diagnostic);
    }
}
