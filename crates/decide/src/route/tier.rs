//! Marketing and sales qualification, and the tier.

use policy::{Expr, Fact, SystemField, Truth};

use super::{Work, place, points};
use crate::trace::{Criterion, Step, TraceSink};

impl<T: TraceSink> Work<'_, T> {
    pub(super) fn qualify(&mut self) -> (Truth, Truth) {
        let policy = self.policy();
        let mql = policy.qualification.mql.as_ref();
        let mql = self.criterion(Criterion::Mql, SystemField::Mql, mql);
        let sql = policy.qualification.sql.as_ref();
        let sql = self.criterion(Criterion::Sql, SystemField::Sql, sql);
        (mql, sql)
    }

    /// The first tier whose condition holds.
    pub(super) fn tier(&mut self) -> Option<u8> {
        let policy = self.policy();
        let mut tier = None;
        for (at, rule) in policy.qualification.tiers.iter().enumerate() {
            let at = place(at);
            let truth = self.ask(&rule.when, |tested| Step::TierRule { at, tested });
            if truth == Truth::True {
                tier = Some(rule.tier);
                break;
            }
        }
        self.tell(|| Step::Tier { tier });
        self.set(SystemField::Tier, tier.map_or(Fact::Missing, |it| points(i32::from(it))));
        tier
    }

    fn criterion(&mut self, which: Criterion, field: SystemField, expr: Option<&Expr>) -> Truth {
        let truth = match expr {
            Some(expr) => self.ask(expr, |tested| Step::Criterion { which, tested }),
            None => Truth::False,
        };
        let fact = match truth {
            Truth::True => Fact::Bool(true),
            Truth::False => Fact::Bool(false),
            Truth::Unknown => Fact::Missing,
        };
        self.set(field, fact);
        truth
    }
}
