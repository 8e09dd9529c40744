//! When to try again: fixed steps with jitter, as a pure function.

use model::Seconds;
use sha2::{Digest, Sha256};

use crate::message::Key;

/// Waits between tries; after the last the message is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    steps: &'static [u32],
}

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;

/// The longest wait that the other side may ask for: it would park a message for years otherwise.
const ASKED_MAX: Seconds = Seconds::from_hours(1);

impl Schedule {
    /// For systems of others, which may be down for days: ten tries.
    pub const WEBHOOK: Self = Self {
        steps: &[
            5,
            5 * MINUTE,
            30 * MINUTE,
            2 * HOUR,
            5 * HOUR,
            10 * HOUR,
            14 * HOUR,
            20 * HOUR,
            24 * HOUR,
        ],
    };

    /// For people who must act within minutes: nine tries within about an hour.
    pub const ALERT: Self =
        Self { steps: &[2, 5, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE] };

    /// The wait after try number `tries` (1 for the first) of `message`; nothing when that was the
    /// last. What the other side asked for is kept up to an hour, and jitter of up to a fifth comes
    /// on top, so that what failed together does not come back together.
    pub fn wait(self, tries: u32, message: &Key, asked: Option<Seconds>) -> Option<Seconds> {
        let index = usize::try_from(tries.checked_sub(1)?).ok()?;
        let step = *self.steps.get(index)?;
        let wait = step.max(asked.map_or(0, |it| it.min(ASKED_MAX).get()));
        Some(Seconds::new(wait.saturating_add(jitter(tries, message, wait / 5))))
    }

    /// Tries in all, the first included.
    pub const fn tries(self) -> usize {
        self.steps.len() + 1
    }
}

/// Up to `most`, the same for the same message and try.
fn jitter(tries: u32, message: &Key, most: u32) -> u32 {
    let digest =
        Sha256::new().chain_update(tries.to_be_bytes()).chain_update(message.as_str()).finalize();
    let number = digest.iter().take(4).fold(0u64, |sum, it| (sum << 8) | u64::from(*it));
    // A 32-bit fraction of a 32-bit number fits in 32 bits.
    u32::try_from((number * (u64::from(most) + 1)) >> 32).unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(schedule: Schedule, id: &str) -> Vec<u32> {
        let id = id.parse().unwrap();
        (1..).map_while(|tries| schedule.wait(tries, &id, None)).map(Seconds::get).collect()
    }

    #[test]
    fn webhooks_are_tried_for_three_days_and_then_given_up() {
        let waits = waits(Schedule::WEBHOOK, "msg_1");
        assert_eq!(waits.len() + 1, Schedule::WEBHOOK.tries());
        for (wait, step) in waits.iter().zip(Schedule::WEBHOOK.steps) {
            assert!(step <= wait && *wait <= step + step / 5, "{wait} for {step}");
        }
    }

    #[test]
    fn messages_that_fail_together_come_back_apart() {
        let id = |it: u32| format!("m{it}").parse::<Key>().unwrap();
        let wait = |it| Schedule::WEBHOOK.wait(3, &id(it), None).unwrap().get();
        let set: std::collections::BTreeSet<u32> = (0..100).map(wait).collect();
        assert!(set.len() > 80, "{} different waits of 100", set.len());
        assert_eq!(wait(7), wait(7));
    }

    #[test]
    fn a_wait_that_was_asked_for_is_kept() {
        let id: Key = "m".parse().unwrap();
        let wait = |asked| Schedule::ALERT.wait(1, &id, Some(Seconds::new(asked))).unwrap().get();
        assert!((120..=144).contains(&wait(120)));
        assert_eq!(wait(1), 2);
        assert!((3_600..=4_320).contains(&wait(4_000_000_000)));
        assert_eq!(Schedule::ALERT.wait(0, &id, None), None);
    }
}
