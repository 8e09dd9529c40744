//! The routing table and the choice of the SLA: the first rule that holds.

use policy::{SystemField, Truth};

use super::{Work, place};
use crate::trace::{Step, TraceSink};

impl<T: TraceSink> Work<'_, T> {
    /// The place of the first routing rule that holds. A trace asks one rule after the other, to
    /// say why each did not hold; the index finds the same rule.
    pub(super) fn rule(&mut self) -> Option<u16> {
        let routing = &self.policy().routing;
        if !T::ON {
            return routing.index.first_match(&self.view()).map(place);
        }
        let mut found = None;
        for (at, rule) in routing.rules.iter().enumerate() {
            let at = place(at);
            if self.ask(&rule.when, |tested| Step::Rule { at, tested }) == Truth::True {
                found = Some(at);
                break;
            }
        }
        self.routed(found)
    }

    pub(super) fn routed(&mut self, rule: Option<u16>) -> Option<u16> {
        self.tell(|| Step::Routed { rule });
        rule
    }

    /// The place of the SLA: the first rule that holds, else the default.
    pub(super) fn sla(&mut self) -> Option<u16> {
        let slas = &self.policy().slas;
        let mut sla = slas.default;
        for (at, rule) in slas.rules.iter().enumerate() {
            let at = place(at);
            if self.ask(&rule.when, |tested| Step::SlaRule { at, tested }) == Truth::True {
                sla = Some(rule.sla);
                break;
            }
        }
        let sla = sla.filter(|it| usize::from(*it) < slas.tiers.len());
        self.tell(|| Step::Sla { sla });
        let fact = self.setup.sla_fact(sla);
        self.set(SystemField::Sla, fact);
        sla
    }
}
