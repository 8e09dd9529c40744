//! The report computed the obvious way: go through a list of structs and count. Slow, and right by inspection.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use report::monthly::Group;
use report::quantile::Spread;
use report::tally::{Clocks, WindowCount};
use report::{
    Dimension, Disposition, Duty, Facts, HandoffFact, Label, OutcomeFact, OutcomeKind, Report,
    Settings, Tally,
};

/// A handoff that owns its text.
#[derive(Clone, Debug)]
pub(crate) struct Handoff {
    pub(crate) created_at: i64,
    pub(crate) captured_at: i64,
    pub(crate) lead_since: i64,
    pub(crate) closed_at: Option<i64>,
    /// Reason, tier, SLA, rep, team, queue, source, campaign, reject reason.
    pub(crate) text: [Option<String>; 9],
    pub(crate) disposition: Option<Disposition>,
    /// Acknowledge, touch, dispose: deadline and when it was met.
    pub(crate) duties: [(Option<i64>, Option<i64>); 3],
    pub(crate) first_attempt_at: Option<i64>,
}

/// An outcome that owns its text; the handoff is an index.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) handoff: Option<usize>,
    pub(crate) kind: OutcomeKind,
    pub(crate) at: i64,
    pub(crate) value: Option<i64>,
    pub(crate) lead_source: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Data {
    pub(crate) handoffs: Vec<Handoff>,
    pub(crate) outcomes: Vec<Outcome>,
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

impl Handoff {
    pub(crate) fn fact(&self) -> HandoffFact<'_> {
        let text = |index: usize| self.text[index].as_deref();
        let duty = |index: usize| {
            let (due, met) = self.duties[index];
            Duty { due: due.map(at), met_at: met.map(at) }
        };
        HandoffFact {
            created_at: at(self.created_at),
            captured_at: at(self.captured_at),
            lead_since: at(self.lead_since),
            closed_at: self.closed_at.map(at),
            reason: text(0),
            tier: text(1),
            sla: text(2),
            rep: text(3),
            team: text(4),
            queue: text(5),
            source: text(6),
            campaign: text(7),
            reject_reason: text(8),
            disposition: self.disposition,
            acknowledge: duty(0),
            touch: duty(1),
            dispose: duty(2),
            first_attempt_at: self.first_attempt_at.map(at),
        }
    }
}

impl Data {
    /// Facts pushed one after the other; every third handoff is first pushed untouched and amended at the end.
    pub(crate) fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        let mut rows = Vec::new();
        for (index, handoff) in self.handoffs.iter().enumerate() {
            let fact = handoff.fact();
            let early = HandoffFact { disposition: None, touch: Duty::default(), ..fact };
            rows.push(facts.push(if index % 3 == 0 { &early } else { &fact }).unwrap());
        }
        for outcome in &self.outcomes {
            let fact = OutcomeFact {
                handoff: outcome.handoff.map(|it| rows[it]),
                kind: outcome.kind,
                at: at(outcome.at),
                value: outcome.value,
                lead_source: outcome.lead_source.as_deref(),
            };
            facts.attach(&fact).unwrap();
        }
        for (index, handoff) in self.handoffs.iter().enumerate().step_by(3) {
            facts.amend(rows[index], &handoff.fact());
        }
        facts
    }

    fn of(&self, handoff: usize) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(move |it| it.handoff == Some(handoff))
    }
}

/// Like [`check`], without the intervals of medians over more than a thousand values: those come from another formula.
pub(crate) fn check_but_large_intervals(data: &Data, report: &mut Report) {
    let forget = |spread: &mut Option<Spread>| {
        if let Some(it) = spread.as_mut().filter(|it| it.n > 1000) {
            it.median_interval = None;
        }
    };
    let groups = report.tables.iter_mut().flat_map(|it| &mut it.groups).map(|it| &mut it.tally);
    for tally in groups.chain([&mut report.total]) {
        [&mut tally.speed, &mut tally.attempt, &mut tally.age].into_iter().for_each(forget);
    }
    check(data, report);
}

/// The groups of `report`'s tables and its total, computed from `data`.
pub(crate) fn check(data: &Data, report: &Report) {
    let settings = &report.settings;
    let everything = tally(data, settings, &|_| true);
    assert_eq!(report.total, everything, "total");
    for table in &report.tables {
        let index = text_index(table.dimension);
        let value =
            |handoff: Option<usize>| handoff.and_then(|it| data.handoffs[it].text[index].clone());
        let values: BTreeSet<Option<String>> =
            (0..data.handoffs.len()).map(|it| value(Some(it))).chain([None]).collect();
        let mut expected: BTreeMap<Label, Tally> = BTreeMap::new();
        for wanted in values {
            let tally = tally(data, settings, &|it| value(it) == wanted);
            if tally.handoffs > 0 || tally.dated != Default::default() {
                expected.insert(wanted.map_or(Label::Unknown, Label::Known), tally);
            }
        }
        assert_eq!(table.groups.len(), expected.len(), "{:?}", table.dimension);
        for Group { label, tally } in &table.groups {
            assert_eq!(Some(tally), expected.get(label), "{:?} {label:?}", table.dimension);
        }
    }
    for it in &report.checks {
        assert!(it.holds(), "{it:?}");
    }
}

fn text_index(dimension: Dimension) -> usize {
    match dimension {
        Dimension::Reason => 0,
        Dimension::Tier => 1,
        Dimension::Sla => 2,
        Dimension::Rep => 3,
        Dimension::Team => 4,
        Dimension::Queue => 5,
        Dimension::Source => 6,
        Dimension::Campaign => 7,
    }
}

fn tally(data: &Data, settings: &Settings, is_in: &dyn Fn(Option<usize>) -> bool) -> Tally {
    let (from, to) = (settings.period.from().as_micros(), settings.period.to().as_micros());
    let inside = |it: i64| from <= it && it < to;
    let mut tally = Tally::default();
    let (mut speeds, mut attempts, mut ages, mut closes) = (vec![], vec![], vec![], vec![]);
    for (index, handoff) in data.handoffs.iter().enumerate() {
        if !inside(handoff.created_at) || !is_in(Some(index)) {
            continue;
        }
        let touched = handoff.duties[1].1;
        tally.handoffs += 1;
        tally.open += u64::from(handoff.closed_at.is_none());
        tally.attempted += u64::from(handoff.first_attempt_at.is_some());
        tally.touched += u64::from(touched.is_some());
        let verdict = match handoff.disposition {
            None => &mut tally.verdicts.silent,
            Some(Disposition::Submitted) => &mut tally.verdicts.submitted,
            Some(Disposition::Rejected) => &mut tally.verdicts.rejected,
            Some(Disposition::PursueAccount) => &mut tally.verdicts.pursue_account,
            Some(Disposition::BadUseCase) => &mut tally.verdicts.bad_use_case,
            Some(Disposition::Recycled) => &mut tally.verdicts.recycled,
        };
        *verdict += 1;
        for (clocks, duty) in [&mut tally.acknowledge, &mut tally.touch, &mut tally.dispose]
            .into_iter()
            .zip(handoff.duties)
        {
            clock(clocks, handoff, duty, settings.as_of.as_micros());
        }
        speeds.extend(delay(handoff.captured_at, touched));
        attempts.extend(delay(handoff.captured_at, handoff.first_attempt_at));
        ages.extend(delay(handoff.lead_since, touched));
        cohort(data, settings, index, &mut tally, &mut closes);
    }
    for outcome in data.outcomes.iter().filter(|it| inside(it.at) && is_in(it.handoff)) {
        dated(data, settings, outcome, &mut tally);
    }
    tally.speed = spread(speeds);
    tally.attempt = spread(attempts);
    tally.age = spread(ages);
    tally.close = spread(closes);
    tally
}

fn clock(clocks: &mut Clocks, handoff: &Handoff, duty: (Option<i64>, Option<i64>), as_of: i64) {
    let (Some(due), met) = duty else {
        clocks.without += 1;
        return;
    };
    let place = match (met, handoff.closed_at) {
        (Some(met), _) if met > due => &mut clocks.missed,
        (Some(met), _) if met - handoff.created_at > (due - handoff.created_at) / 2 => {
            &mut clocks.late
        }
        (Some(_), _) => &mut clocks.early,
        (None, Some(closed)) if closed > due => &mut clocks.missed,
        (None, Some(_)) => &mut clocks.released,
        // Running deadlines are kept to the second, rounded up.
        (None, None) if ceil(due) < as_of / 1_000_000 => &mut clocks.missed,
        (None, None) => &mut clocks.running,
    };
    *place += 1;
}

fn cohort(
    data: &Data,
    settings: &Settings,
    index: usize,
    tally: &mut Tally,
    closes: &mut Vec<u32>,
) {
    let handoff = &data.handoffs[index];
    let has = |kinds: &[OutcomeKind]| data.of(index).any(|it| kinds.contains(&it.kind));
    let deal = [OutcomeKind::Opportunity, OutcomeKind::Won, OutcomeKind::Lost];
    let (is_opportunity, is_won) = (has(&deal), has(&[OutcomeKind::Won]));
    let reached = &mut tally.reached;
    reached.meeting += u64::from(has(&[OutcomeKind::Meeting]));
    reached.opportunity += u64::from(is_opportunity);
    reached.submitted_opportunity +=
        u64::from(is_opportunity && handoff.disposition == Some(Disposition::Submitted));
    reached.won += u64::from(is_won);
    reached.lost += u64::from(has(&[OutcomeKind::Lost]) && !is_won);
    for outcome in data.of(index) {
        match (outcome.kind, outcome.value) {
            (OutcomeKind::Opportunity, value) => reached.pipeline += value.unwrap_or(0),
            (OutcomeKind::Won, Some(value)) => reached.revenue += value,
            (OutcomeKind::Won, None) => reached.won_without_value += 1,
            (OutcomeKind::Meeting | OutcomeKind::Lost, _) => {}
        }
    }
    let seconds = |it: i64| it.div_euclid(1_000_000);
    let first = |kinds: &[OutcomeKind]| {
        data.of(index).filter(|it| kinds.contains(&it.kind)).map(|it| seconds(it.at)).min()
    };
    let (created, horizon) = (seconds(handoff.created_at), i64::from(settings.horizon_seconds));
    if created + horizon <= settings.as_of.as_seconds() {
        tally.mature.handoffs += 1;
        let is_within = first(&deal).is_some_and(|it| it - created <= horizon);
        tally.mature.opportunities += u64::from(is_within);
    }
    if let Some(won) = first(&[OutcomeKind::Won]).filter(|it| *it >= created) {
        closes.push(u32::try_from(won - created).unwrap());
    }
    let window = match handoff.duties[1].1.map(|it| it - handoff.captured_at) {
        None => 5,
        Some(micros) if micros < 0 => 6,
        Some(micros) if micros <= 300_000_000 => 0,
        Some(micros) if micros <= 900_000_000 => 1,
        Some(micros) if micros <= 3_600_000_000 => 2,
        Some(micros) if micros <= 86_400_000_000 => 3,
        Some(_) => 4,
    };
    let WindowCount { handoffs, opportunities } = &mut tally.windows[window];
    *handoffs += 1;
    *opportunities += u64::from(is_opportunity);
}

fn dated(data: &Data, settings: &Settings, outcome: &Outcome, tally: &mut Tally) {
    let reason = outcome.handoff.and_then(|it| data.handoffs[it].text[0].as_deref());
    let is_mapped = settings.attribution.iter().any(|(from, _)| Some(from.as_str()) == reason);
    let dated = &mut tally.dated;
    match outcome.kind {
        OutcomeKind::Meeting => {}
        OutcomeKind::Opportunity => {
            dated.opportunities += 1;
            match outcome.lead_source {
                Some(_) => dated.sourced += 1,
                None => dated.repairable += u64::from(is_mapped),
            }
        }
        OutcomeKind::Won => {
            dated.won += 1;
            dated.revenue += outcome.value.unwrap_or(0);
        }
        OutcomeKind::Lost => dated.lost += 1,
    }
}

fn ceil(micros: i64) -> i64 {
    -(-micros).div_euclid(1_000_000)
}

fn delay(from: i64, to: Option<i64>) -> Option<u32> {
    let micros = to? - from;
    (micros >= 0).then(|| u32::try_from(ceil(micros)).unwrap())
}

fn spread(mut values: Vec<u32>) -> Option<Spread> {
    values.sort_unstable();
    let n = values.len();
    if n == 0 {
        return None;
    }
    // The largest number of values that can be left out at each end while the binomial keeps 95 % between.
    let mut interval = None;
    for low in 1..=if n > 1000 { 0 } else { n / 2 } {
        let below: f64 =
            (0..low).map(|k| choose(n, k)).sum::<f64>() / 2_f64.powi(i32::try_from(n).unwrap());
        if below <= 0.025 {
            interval = Some((values[low - 1], values[n - low]));
        }
    }
    let rank =
        |numerator: usize, denominator: usize| values[(n * numerator).div_ceil(denominator) - 1];
    Some(Spread {
        n: n as u64,
        sum: values.iter().map(|&it| u64::from(it)).sum(),
        median: rank(1, 2),
        median_interval: interval,
        p90: rank(9, 10),
    })
}

fn choose(n: usize, k: usize) -> f64 {
    (0..k).map(|it| (n - it) as f64 / (it + 1) as f64).product()
}
