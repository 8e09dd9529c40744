#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use proptest::prelude::*;

use super::*;

fn turns(weights: &[u32]) -> Vec<Turn> {
    (0..).map(RepIndex).zip(weights).map(|(rep, weight)| Turn { rep, weight: *weight }).collect()
}

fn reps(turns: &[Turn]) -> Vec<RepIndex> {
    turns.iter().map(|it| it.rep).collect()
}

fn pick(rotation: &mut Rotation, turns: &[Turn]) -> usize {
    rotation.enter(turns);
    let all = reps(turns);
    let rep = rotation.next(&all).unwrap();
    rotation.take(rep, &all);
    rep.0 as usize
}

/// |x_i - n*w_i/W| <= 1 - 1/(2k-2), without fractions.
fn within_bound(counts: &[u64], n: u64, weights: &[u32]) -> bool {
    let total: i128 = weights.iter().map(|it| i128::from(*it)).sum();
    let k = weights.len() as i128;
    let slack = if k == 1 { 0 } else { (2 * k - 3) * total };
    counts.iter().zip(weights).all(|(count, weight)| {
        let off = i128::from(*count) * total - i128::from(n) * i128::from(*weight);
        off.abs() * (2 * k - 2).max(1) <= slack
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nobody_strays_from_its_share_by_a_whole_pick(
        weights in prop::collection::vec(1_u32..40, 1..16),
    ) {
        let turns = turns(&weights);
        let total: u64 = weights.iter().map(|it| u64::from(*it)).sum();
        let mut rotation = Rotation::default();
        let mut counts = vec![0_u64; weights.len()];
        for n in 1..=total {
            counts[pick(&mut rotation, &turns)] += 1;
            prop_assert!(within_bound(&counts, n, &weights), "after {n}: {counts:?} {weights:?}");
        }
        prop_assert_eq!(counts, weights.iter().map(|it| u64::from(*it)).collect::<Vec<_>>());
    }

    #[test]
    fn large_weights_and_many_members_do_not_overflow(
        weights in prop::collection::vec(1_u32..=(1 << 31), 2..60),
    ) {
        let turns = turns(&weights);
        let mut rotation = Rotation::default();
        let mut counts = vec![0_u64; weights.len()];
        for n in 1..=300 {
            counts[pick(&mut rotation, &turns)] += 1;
            prop_assert!(within_bound(&counts, n, &weights));
        }
    }

    #[test]
    fn with_equal_weights_nobody_eligible_for_two_rounds_in_a_row_goes_without(
        sets in prop::collection::vec(1_u8..32, 10..120),
    ) {
        let turns = turns(&[1; 5]);
        let mut rotation = Rotation::default();
        let mut since = [0_u32; 5];
        for set in sets {
            let eligible: Vec<RepIndex> =
                (0..5).filter(|at| set & (1 << at) != 0).map(RepIndex).collect();
            rotation.enter(&turns);
            let rep = rotation.next(&eligible).unwrap();
            prop_assert!(eligible.contains(&rep));
            rotation.take(rep, &eligible);
            for at in 0..5_u32 {
                let here = &mut since[at as usize];
                let could = eligible.contains(&RepIndex(at));
                *here = if could && rep != RepIndex(at) { *here + 1 } else { 0 };
                // Each of the others may hold a claim to one lead beside its turn.
                prop_assert!(*here <= 2 * 5, "{at} went {here} picks without: {rotation:?}");
            }
        }
    }

    #[test]
    fn whoever_could_take_no_lead_for_long_gets_no_burst(away in 5_usize..200, weight in 1_u32..4) {
        let turns = turns(&[1, weight, 1]);
        let mut rotation = Rotation::default();
        rotation.enter(&turns);
        let others = [RepIndex(0), RepIndex(2)];
        for _ in 0..away {
            let rep = rotation.next(&others).unwrap();
            rotation.take(rep, &others);
        }
        let mut got = 0;
        let window = u64::from(weight) + 2;
        for _ in 0..window {
            got += u64::from(pick(&mut rotation, &turns) == 1);
        }
        // Its share of a round, and at most two leads more.
        prop_assert!(got <= u64::from(weight) + 2, "{got} of {window}");
    }

    #[test]
    fn any_run_of_changes_leaves_somebody_next(
        rounds in prop::collection::vec((1_u8..128, 1_u8..128, 0_usize..5), 1..60),
        weights in prop::collection::vec(1_u32..1000, 7),
    ) {
        let all = turns(&weights);
        let mut rotation = Rotation::default();
        for (on_duty, eligible, picks) in rounds {
            let pool: Vec<Turn> =
                all.iter().filter(|it| on_duty & (1 << it.rep.0) != 0).copied().collect();
            for _ in 0..picks {
                rotation.enter(&pool);
                let narrowed: Vec<RepIndex> = reps(&pool)
                    .into_iter()
                    .filter(|it| eligible & (1 << it.0) != 0)
                    .collect();
                let eligible = if narrowed.is_empty() { reps(&pool) } else { narrowed };
                let rep = rotation.next(&eligible).unwrap();
                prop_assert!(eligible.contains(&rep));
                rotation.take(rep, &eligible);
                let sum: u64 = rotation.places.iter().map(|it| it.taken).sum();
                prop_assert_eq!(sum, rotation.n);
            }
        }
    }
}

#[test]
fn a_thousand_members_of_the_greatest_weight_keep_the_bound() {
    let weights = vec![1_u32 << 31; 1000];
    let turns = turns(&weights);
    let mut rotation = Rotation::default();
    let mut counts = vec![0_u64; weights.len()];
    for _ in 0..1000 {
        counts[pick(&mut rotation, &turns)] += 1;
    }
    assert!(counts.iter().all(|it| *it == 1));
}

#[test]
fn switching_off_and_on_does_not_buy_the_next_place() {
    let all = turns(&[1, 1, 1]);
    let without_first = &all[1..];
    let mut rotation = Rotation::default();
    let mut counts = [0_u32; 3];
    for round in 0..30 {
        let on_duty = if round % 2 == 0 { &all[..] } else { without_first };
        counts[pick(&mut rotation, on_duty)] += 1;
    }
    assert!(counts[0] <= 11, "{counts:?}");
    assert!(counts.iter().all(|it| 9 <= *it), "{counts:?}");
}

#[test]
fn a_return_after_a_round_away_starts_a_fresh_epoch() {
    let all = turns(&[1, 1]);
    let mut rotation = Rotation::default();
    pick(&mut rotation, &all);
    for _ in 0..2 {
        assert_eq!(pick(&mut rotation, &all[1..]), 1);
    }
    assert_eq!(rotation.epoch, 2, "away for a round of one");
    assert_eq!(pick(&mut rotation, &all), 0);
    assert_eq!((rotation.epoch, rotation.n), (3, 1));
}

#[test]
fn another_weight_starts_a_fresh_epoch() {
    let mut rotation = Rotation::default();
    pick(&mut rotation, &turns(&[1, 1]));
    pick(&mut rotation, &turns(&[1, 2]));
    assert_eq!((rotation.epoch, rotation.n), (2, 1));
}

#[test]
fn a_state_from_which_a_rep_was_dropped_starts_a_fresh_epoch() {
    let all = turns(&[1, 1, 1]);
    let mut rotation = Rotation::default();
    for _ in 0..4 {
        pick(&mut rotation, &all);
    }
    rotation.places.remove(0);
    pick(&mut rotation, &all[1..]);
    assert_eq!((rotation.epoch, rotation.n), (2, 1));
}
