//! P0305: leads that no routing rule takes.
//!
//! What: a routing table without a last rule that always holds, with a lead that falls through.
//! Why: the fallback is a safety net; a lead that lands there was routed by nobody's decision.
//! Example: rules for `smb` and `enterprise` only
//! Instead: a last rule `when: true`, so that the choice is written down

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::lint::logic::{Region, Values, Variable, Want, both, number_at, regions};
use crate::section::Policy;

const SHOWN_MAX: usize = 4;

/// Reports one lead that no rule takes, if there is one.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    let policy = subject.policy;
    let declared = subject.root.child("routing").map_or(0, |it| it.list("rules").len());
    if declared != policy.routing.rules.len() {
        // A rule was lost to an error; it may be the one that takes the rest.
        return;
    }
    let mut left = Some(vec![Region::default()]);
    for rule in &policy.routing.rules {
        let passed = regions(&rule.when, Want::NotTrue, &policy.fields);
        left = left.zip(passed).and_then(|(left, passed)| both(&left, &passed));
    }
    // Too many to tell is no reason to speak.
    let Some(left) = left else { return };
    let Some(example) = left.iter().min_by_key(|it| it.strangeness()) else { return };
    let Some(section) = subject.root.get("routing") else { return };
    let at = section.value.get("rules").map_or(section.key_span, |it| it.key_span);
    found.push(
        Diagnostic::warning("P0305", "some leads match no rule and go to the fallback", at)
            .label(format!("for example a lead with {}", shown(example, policy)))
            .help("end the rules with one that always holds: `when: true`"),
    );
}

/// A region in words.
fn shown(region: &Region, policy: &Policy) -> String {
    let mut parts: Vec<String> = region
        .asked()
        .filter_map(|(variable, values)| part(region, variable, values, policy))
        .collect();
    if parts.is_empty() {
        return "no data at all".to_owned();
    }
    if SHOWN_MAX < parts.len() {
        parts.truncate(SHOWN_MAX);
        parts.push("more of the kind".to_owned());
    }
    parts.join(", ")
}

fn part(region: &Region, variable: &Variable, values: &Values, policy: &Policy) -> Option<String> {
    let name = |it| policy.fields.name(it);
    let yes = !values.and(&Values::yes()).is_empty();
    Some(match variable {
        Variable::Presence(field) if yes => {
            // Said by the value itself, where one is asked for.
            let said = region.asked().any(|(it, _)| match it {
                Variable::Flag(other)
                | Variable::Word(other)
                | Variable::Number(other)
                | Variable::Time(other)
                | Variable::Since(other)
                | Variable::Has(other, _) => other == field,
                Variable::Presence(_) | Variable::Count(..) | Variable::Other(_) => false,
            });
            if said {
                return None;
            }
            format!("some `{}`", name(*field))
        }
        Variable::Presence(field) => format!("no `{}`", name(*field)),
        Variable::Flag(field) => format!("`{}` {yes}", name(*field)),
        Variable::Has(field, word) => {
            let has = if yes { "with" } else { "without" };
            format!("`{}` {has} \"{}\"", name(*field), policy.symbols.text(*word))
        }
        Variable::Word(field) => match values {
            Values::Words(words) => {
                let word = words.iter().next().map_or("", |it| policy.symbols.text(*it));
                format!("`{}` \"{word}\"", name(*field))
            }
            Values::AllBut(_) | Values::Ranges(_) => format!("another `{}`", name(*field)),
        },
        Variable::Number(field) => format!("`{}` {}", name(*field), number(values)?),
        Variable::Time(_) | Variable::Since(_) | Variable::Count(..) | Variable::Other(_) => {
            return None;
        }
    })
}

/// A plain number of the set.
fn number(values: &Values) -> Option<String> {
    let Values::Ranges(ranges) = values else { return None };
    let (start, end) = ranges.first()?;
    let (low, high) = (number_at(*start), number_at(*end));
    let inside =
        |it: f64| low.is_none_or(|low| low.get() <= it) && high.is_none_or(|high| it <= high.get());
    let near_top = high.map(|it| it.get().floor()).filter(|it| inside(*it));
    let near_bottom = low.map(|it| it.get().ceil()).filter(|it| inside(*it));
    let plain = near_top.or(near_bottom).or(high.map(model::Number::get)).unwrap_or(0.0);
    Some(format!("{plain}"))
}
