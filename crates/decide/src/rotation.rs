//! Whose turn it is: weighted rotation by Tijdeman's rule, in integers.
//!
//! Source: R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32 (1980). Within
//! an epoch, with `n` the number of the pick, weights `w_i` of sum `W`, `k` members and `x_i` picks
//! so far: `lag_i = (w_i*n - x_i*W) * (2k-2)`; among members with `lag_i >= W` the one with the
//! least `((2k-3)*W - lag_i) / w_i` is next, ties by id. One member is always next. Then every
//! member keeps `|x_i - n*w_i/W| <= 1 - 1/(2k-2)`, and `x_i = w_i` after `W` picks.
//!
//! A change of members, weights or of who is on duty starts a new epoch in which nobody is owed
//! anything, so that a returning rep gets no burst. A rep that is away for less than a round keeps
//! its place instead: an epoch begins with the first by id, and switching off and on must not buy
//! that place again and again.
//!
//! A lead that only some of the members can take goes to the least served of them. The others
//! keep their claim to one later lead, not to more: a claim above that lapses as a turn missed.

use model::RepIndex;

/// Who takes turns, with what weight. Sorted by rep, each rep once, no weight 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Who.
    pub rep: RepIndex,
    /// Share of turns.
    pub weight: u32,
}

/// One member's place in the rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Who.
    pub rep: RepIndex,
    /// Share of turns.
    pub weight: u32,
    /// Turns taken or missed in this epoch.
    pub taken: u64,
    /// Picks of the pool since it was last on duty.
    pub away: u32,
}

/// Where the rotation of a pool stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Counts the epochs of the pool; 0 before the first pick.
    pub epoch: u64,
    /// Turns so far in this epoch: the sum of `taken`.
    pub n: u64,
    /// Those on duty, sorted by rep.
    pub places: Vec<Place>,
}

impl Rotation {
    /// Makes ready for a pick among `on_duty` (sorted): starts a new epoch where somebody joins,
    /// has another weight, or has been away for a round. Call it once for each pick.
    pub fn enter(&mut self, on_duty: &[Turn]) {
        let find = |rep: RepIndex| {
            on_duty.binary_search_by_key(&rep, |it| it.rep).ok().and_then(|at| on_duty.get(at))
        };
        let round = u32::try_from(on_duty.len()).unwrap_or(u32::MAX);
        let mut here: usize = 0;
        let mut goes_on = true;
        for place in &mut self.places {
            match find(place.rep) {
                Some(turn) => {
                    here += 1;
                    place.away = 0;
                    goes_on &= turn.weight.max(1) == place.weight;
                }
                None => {
                    place.away = place.away.saturating_add(1);
                    goes_on &= place.away <= round;
                }
            }
        }
        // A state from which a rep was dropped, because it left the roster, does not add up.
        let turns = self.places.iter().map(|it| it.taken).fold(0, u64::saturating_add);
        if !goes_on || here != on_duty.len() || turns != self.n {
            self.start_epoch(on_duty);
        }
    }

    /// Ends the epoch: the next pick starts from nothing.
    pub fn restart(&mut self) {
        self.places.clear();
        self.n = 0;
    }

    /// Whose turn it is among `eligible` (sorted), all of whom are on duty. Does not move on.
    pub fn next(&self, eligible: &[RepIndex]) -> Option<RepIndex> {
        let all = eligible.len() == self.places.len();
        if all { self.tijdeman() } else { self.least_served(eligible) }
    }

    /// Records that `chosen` took its turn while only `eligible` (sorted) could have.
    pub fn take(&mut self, chosen: RepIndex, eligible: &[RepIndex]) {
        self.n = self.n.saturating_add(1);
        if let Some(place) = self.places.iter_mut().find(|it| it.rep == chosen) {
            place.taken = place.taken.saturating_add(1);
        }
        if eligible.len() != self.places.len() {
            self.lapse_claims(eligible);
        }
    }

    fn start_epoch(&mut self, on_duty: &[Turn]) {
        self.places = on_duty
            .iter()
            .map(|it| Place { rep: it.rep, weight: it.weight.max(1), taken: 0, away: 0 })
            .collect();
        self.n = 0;
        self.epoch = self.epoch.saturating_add(1);
    }

    fn total_weight(&self) -> i128 {
        self.places.iter().map(|it| i128::from(it.weight)).sum()
    }

    fn tijdeman(&self) -> Option<RepIndex> {
        if let [only] = self.places.as_slice() {
            return Some(only.rep);
        }
        let members = self.places.len() as i128;
        let total = self.total_weight();
        let pick = i128::from(self.n) + 1;
        let mut best: Option<(i128, i128, RepIndex)> = None;
        for place in &self.places {
            let weight = i128::from(place.weight);
            let lag = (weight * pick - i128::from(place.taken) * total) * (2 * members - 2);
            if lag < total {
                continue;
            }
            let left = (2 * members - 3) * total - lag;
            // left / weight < best_left / best_weight; weights are above 0.
            let sooner = best.is_none_or(|(best_left, best_weight, _)| {
                left.saturating_mul(best_weight) < best_left.saturating_mul(weight)
            });
            if sooner {
                best = Some((left, weight, place.rep));
            }
        }
        best.map(|(_, _, rep)| rep)
    }

    /// The least `taken / weight`, ties by greater weight, then by id.
    fn least_served(&self, eligible: &[RepIndex]) -> Option<RepIndex> {
        let mut best: Option<&Place> = None;
        for place in self.places.iter().filter(|it| eligible.binary_search(&it.rep).is_ok()) {
            let better = best.is_none_or(|best| {
                let own = u128::from(place.taken) * u128::from(best.weight);
                let other = u128::from(best.taken) * u128::from(place.weight);
                own < other || (own == other && best.weight < place.weight)
            });
            if better {
                best = Some(place);
            }
        }
        best.map(|it| it.rep)
    }

    /// One pass over those who could not take the lead: a claim to more than one lapses by one.
    fn lapse_claims(&mut self, eligible: &[RepIndex]) {
        let total = self.total_weight();
        for place in &mut self.places {
            if eligible.binary_search(&place.rep).is_ok() {
                continue;
            }
            let owed =
                i128::from(place.weight) * i128::from(self.n) - i128::from(place.taken) * total;
            if total < owed {
                place.taken = place.taken.saturating_add(1);
                self.n = self.n.saturating_add(1);
            }
        }
    }
}

#[cfg(test)]
mod tests;
