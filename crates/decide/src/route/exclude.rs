//! Leads that are not for sales or must not be followed up twice.
//!
//! A rule that certainly holds decides, even where an earlier one could not be evaluated; only
//! where none certainly holds does one that could not be evaluated hold the lead back.

use policy::Truth;
use policy::section::{Exclusion, IfUnknown};

use super::{RouteEnd, Work, place};
use crate::trace::{ExclusionList, Step, TraceSink};

impl<T: TraceSink> Work<'_, T> {
    pub(super) fn exclude(&mut self) -> Option<RouteEnd> {
        let policy = self.policy();
        let lists = [
            (ExclusionList::Disqualify, policy.disqualify.as_slice()),
            (ExclusionList::Suppress, policy.suppress.as_slice()),
        ];
        if T::ON {
            return excluded(lists, |rule, list, at| {
                self.ask(&rule.when, |tested| Step::Exclusion { list, at, tested })
            });
        }
        // One view for all rules: a text that several of them search is folded once.
        let view = self.view();
        excluded(lists, |rule, _, _| policy::expr::eval(&rule.when, &view))
    }
}

fn excluded(
    lists: [(ExclusionList, &[Exclusion]); 2],
    mut ask: impl FnMut(&Exclusion, ExclusionList, u16) -> Truth,
) -> Option<RouteEnd> {
    let mut held = None;
    for (list, rules) in lists {
        for (at, rule) in rules.iter().enumerate() {
            let at = place(at);
            match ask(rule, list, at) {
                Truth::True => return Some(RouteEnd::Excluded(list, at, rule.then)),
                Truth::Unknown if rule.if_unknown == IfUnknown::Hold => {
                    held.get_or_insert(RouteEnd::Held(list, at));
                }
                Truth::Unknown | Truth::False => {}
            }
        }
    }
    held
}
