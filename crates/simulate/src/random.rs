//! A small seeded stream of numbers (SplitMix64, Steele, Lea and Flood 2014), so that the same
//! seed gives the same run on every machine and with every version of the libraries.

/// A stream of numbers.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The stream of `seed` for one purpose; streams of different purposes do not touch each
    /// other, so that a new draw in one place does not shift the others.
    pub fn stream(seed: u64, purpose: u64) -> Self {
        let mut random = Self { state: seed ^ purpose.wrapping_mul(0x9e37_79b9_7f4a_7c15) };
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from 0 up to, not including, `bound`; 0 where `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// A number from 0 up to, not including, 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True in `percent` of 100 draws.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent as usize
    }

    /// One of `all`; the first entry's default where there is none.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    /// One of `all` by weight.
    pub fn weighted<'a, T>(&mut self, all: &'a [(T, u32)]) -> Option<&'a T> {
        let total: u32 = all.iter().map(|(_, weight)| weight).sum();
        let mut at = self.below(total as usize) as u32;
        for (value, weight) in all {
            match at.checked_sub(*weight) {
                None => return Some(value),
                Some(rest) => at = rest,
            }
        }
        None
    }

    /// Minutes around `median` with the long right tail of response times (log-normal, sigma 1).
    pub fn delay_minutes(&mut self, median: f64) -> f64 {
        // The sum of twelve shares is near enough to a normal draw (Irwin-Hall).
        let normal: f64 = (0..12).map(|_| self.share()).sum::<f64>() - 6.0;
        median * normal.exp()
    }

    /// Puts `all` in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_stream_and_purposes_differ() {
        let draw = |purpose| {
            let mut random = Random::stream(7, purpose);
            (0..5).map(|_| random.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn weights_hold_within_reason() {
        let mut random = Random::stream(7, 1);
        let drawn = (0..10_000).filter(|_| *random.weighted(&[(true, 3), (false, 1)]).unwrap());
        assert!((7_200..7_800).contains(&drawn.count()));
    }

    #[test]
    fn shuffling_keeps_every_entry() {
        let mut all: Vec<u32> = (0..100).collect();
        Random::stream(7, 1).shuffle(&mut all);
        assert_ne!(all, (0..100).collect::<Vec<_>>());
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
    }
}
