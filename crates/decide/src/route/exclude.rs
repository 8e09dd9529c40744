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
        let mut held = None;
        let disqualified =
            self.exclusions(ExclusionList::Disqualify, &policy.disqualify, &mut held);
        let end = disqualified
            .or_else(|| self.exclusions(ExclusionList::Suppress, &policy.suppress, &mut held));
        end.or(held)
    }

    fn exclusions(
        &mut self,
        list: ExclusionList,
        rules: &[Exclusion],
        held: &mut Option<RouteEnd>,
    ) -> Option<RouteEnd> {
        for (at, rule) in rules.iter().enumerate() {
            let at = place(at);
            match self.ask(&rule.when, |tested| Step::Exclusion { list, at, tested }) {
                Truth::True => return Some(RouteEnd::Excluded(list, at, rule.then)),
                Truth::Unknown if rule.if_unknown == IfUnknown::Hold => {
                    held.get_or_insert(RouteEnd::Held(list, at));
                }
                Truth::Unknown | Truth::False => {}
            }
        }
        None
    }
}
