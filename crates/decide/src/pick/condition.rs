//! Conditions on a rep: of the target, of the pool. A rep passes only where they certainly hold.

use policy::Expr;
use policy::section::{Pool, Target};

use super::{Candidate, Desk};
use crate::reason::{Passed, RepCondition};

impl Desk<'_> {
    /// The target's own condition.
    pub(super) fn only(&self, candidate: &Candidate<'_>, target: &Target) -> Option<Passed> {
        self.unmet(candidate, target.only.as_ref(), RepCondition::Only)
    }

    /// The pool's filter.
    pub(super) fn filter(&self, candidate: &Candidate<'_>, pool: &Pool) -> Option<Passed> {
        self.unmet(candidate, pool.filter.as_ref(), RepCondition::Filter)
    }

    fn unmet(
        &self,
        candidate: &Candidate<'_>,
        condition: Option<&Expr>,
        which: RepCondition,
    ) -> Option<Passed> {
        let condition = condition?;
        if self.scene(Some(candidate)).holds(condition) {
            return None;
        }
        Some(Passed::Condition {
            which,
            by: condition.span,
            failed: Vec::new(),
            missing: Vec::new(),
        })
    }

    /// Adds what only a trace needs and costs more than the answer: failed tests, opening time.
    pub(super) fn explain(
        &self,
        candidate: &Candidate<'_>,
        condition: Option<&Expr>,
        passed: Passed,
    ) -> Passed {
        match (passed, condition) {
            (Passed::Condition { which, by, .. }, Some(condition)) => {
                let tested = self.scene(Some(candidate)).test(condition);
                Passed::Condition { which, by, failed: tested.failed, missing: tested.missing }
            }
            (Passed::OutsideHours { by, .. }, _) => {
                let calendar = self.setup.rep_calendar(candidate.index);
                let opens = calendar.and_then(|it| it.next_open(self.now));
                Passed::OutsideHours { opens, by }
            }
            (passed, _) => passed,
        }
    }
}
