//! The express lane: a signal, and a potential that is not known to be too small.

use policy::{Fact, SystemField, Truth};

use super::{FastTracked, Work, place};
use crate::trace::{Step, TraceSink};

impl<T: TraceSink> Work<'_, T> {
    pub(super) fn fast_track(&mut self) -> Option<FastTracked> {
        let policy = self.policy();
        let found = self.signal();
        let found = found.filter(|_| self.potential_is_enough()).map(|signal| {
            let from = policy.fast_track.as_ref().and_then(|it| it.sponsor_from);
            let sponsor = match (self.potential(), from) {
                (Some(potential), Some(from)) => from <= potential,
                _ => false,
            };
            FastTracked { signal, sponsor }
        });
        self.set(SystemField::FastTrack, Fact::Bool(found.is_some()));
        found
    }

    /// The first signal that holds.
    fn signal(&mut self) -> Option<u16> {
        let signals = &self.policy().fast_track.as_ref()?.signals;
        if !T::ON {
            // One view for all signals: a text that several of them search is folded once.
            let view = self.view();
            let found =
                signals.iter().position(|(_, when)| policy::expr::eval(when, &view) == Truth::True);
            return found.map(place);
        }
        for (at, (_, when)) in signals.iter().enumerate() {
            let at = place(at);
            let truth = self.ask(when, |tested| Step::FastTrackSignal { at, tested });
            if truth == Truth::True {
                return Some(at);
            }
        }
        None
    }

    fn potential(&self) -> Option<model::Number> {
        match self.facts.get(self.policy().contract.potential_field?) {
            Fact::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn potential_is_enough(&mut self) -> bool {
        let policy = self.policy();
        let Some(lane) = &policy.fast_track else { return false };
        let potential = self.potential();
        let scene = self.scene();
        let minimum = lane.minimums.iter().enumerate().find(|(_, (when, _))| scene.holds(when));
        let Some((at, (_, least))) = minimum else { return true };
        let met = potential.is_none_or(|it| *least <= it);
        let (at, least) = (place(at), *least);
        self.tell(|| Step::FastTrackMinimum { at, least, potential, met });
        met
    }
}
