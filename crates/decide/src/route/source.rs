//! How leads of this source are treated, and the gateway before a handoff.

use policy::section::{GatewayResult, SourceMode};
use policy::{Fact, SystemField, Truth};

use super::{Work, place};
use crate::trace::{Step, TraceSink};

impl<T: TraceSink> Work<'_, T> {
    pub(super) fn source(&mut self) -> SourceMode {
        let policy = self.policy();
        let reason = policy.contract.reason_field.map(|it| self.facts.get(it));
        let symbol = match reason {
            Some(Fact::Text(word)) => word.symbol,
            _ => None,
        };
        let known = policy
            .sources
            .sources
            .iter()
            .enumerate()
            .find(|(_, it)| Some(it.reason) == symbol)
            .map(|(at, it)| (place(at), it.mode));
        let mode = known.map_or(policy.sources.default, |(_, mode)| mode);
        let at = known.map(|(at, _)| at);
        self.tell(|| Step::Source { mode, at });
        self.set(SystemField::SourceMode, self.setup.mode_fact(mode));
        if let Some(gateway) = &policy.gateway {
            let answered = gateway.asks.iter().any(|it| *self.facts.get(*it) != Fact::Missing);
            self.set(SystemField::GatewayAnswered, Fact::Bool(answered));
        }
        mode
    }

    /// What the gateway says of this lead; `None` where the policy has none.
    pub(super) fn gateway(&mut self) -> Option<GatewayResult> {
        let gateway = self.policy().gateway.as_ref()?;
        let answered = gateway.asks.iter().any(|it| *self.facts.get(*it) != Fact::Missing);
        let mut result = if answered { gateway.otherwise } else { gateway.unanswered };
        if answered {
            for (at, rule) in gateway.rules.iter().enumerate() {
                let at = place(at);
                let truth = self.ask(&rule.when, |tested| Step::GatewayRule { at, tested });
                if truth == Truth::True {
                    result = rule.then;
                    break;
                }
            }
        }
        self.tell(|| Step::Gateway { answered, result });
        Some(result)
    }
}

/// The value of the field `source.mode`.
pub(crate) const fn mode_name(mode: SourceMode) -> &'static str {
    match mode {
        SourceMode::AutoSubmit => "auto_submit",
        SourceMode::Gateway => "gateway",
        SourceMode::Model => "model",
        SourceMode::Standard => "standard",
    }
}
