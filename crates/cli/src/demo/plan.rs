//! What happens in the demo month, before anybody decides anything: who arrives when, with what,
//! and how the rep who gets the lead will answer.

use std::collections::VecDeque;

use model::{Seconds, Timestamp};
use serde_json::{Map, Value, json};

use super::people::Person;
use super::sources::{OPPORTUNITIES_WITH_SOURCE, SOURCES, Source};
use simulate::Random;

/// Length of the month.
pub(crate) const MONTH: Seconds = Seconds::from_days(30);

/// Before the end of the month, decided leads leave this much time for their verdict.
const DECIDED_BEFORE_END: Seconds = Seconds::from_days(4);

/// Leads without a verdict that arrive in the last hours, so that clocks run when the demo opens.
const LATE_ARRIVALS: usize = 60;
const LATE: Seconds = Seconds::from_hours(5);

/// A lead that will arrive.
#[derive(Clone, Debug)]
pub(crate) struct PlannedLead {
    /// When it is captured.
    pub(crate) at: Timestamp,
    /// What the form sends.
    pub(crate) fields: Map<String, Value>,
    /// What the lead did: kind and minutes before the capture.
    pub(crate) activities: Vec<(&'static str, u32)>,
    /// How the rep will answer.
    pub(crate) verdict: Verdict,
    /// Typical minutes until the rep answers.
    pub(crate) verdict_minutes: f64,
    /// Whether an opportunity comes of it, and what it brings with it.
    pub(crate) opportunity: Option<Opportunity>,
}

/// How a rep answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Submitted,
    Rejected(&'static str),
    PursueAccount,
    BadUseCase,
    Undecided,
}

/// An opportunity in the CRM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opportunity {
    /// Worth, in dollars.
    pub(crate) value: u32,
    /// The lead source the CRM knows of, if any.
    pub(crate) lead_source: Option<&'static str>,
}

/// The leads of the month that ends at `end`, in order of arrival.
pub(crate) fn month(seed: u64, end: Timestamp) -> Vec<PlannedLead> {
    let mut leads = Vec::new();
    for (source, purpose) in SOURCES.iter().zip(10..) {
        leads.extend(of_source(source, &mut Random::stream(seed, purpose), leads.len() as u32));
    }
    give_opportunities(&mut leads, &mut Random::stream(seed, 1));
    give_times(&mut leads, &mut Random::stream(seed, 2), end);
    leads.sort_by_key(|it| it.at);
    leads
}

/// A lead that arrives while the demo runs, with a number no lead of the month has. Nobody answers
/// it but whoever looks at the demo.
pub(crate) fn newcomer(random: &mut Random, number: u32) -> Option<PlannedLead> {
    let busy = SOURCES.get(random.below(SOURCES.len()))?;
    Some(lead(busy, random, number, Verdict::Undecided))
}

fn of_source(source: &Source, random: &mut Random, before: u32) -> Vec<PlannedLead> {
    let mut verdicts = Vec::new();
    let mut add = |count: u32, verdict: Verdict| {
        verdicts.extend(std::iter::repeat_n(verdict, count as usize));
    };
    add(source.submitted, Verdict::Submitted);
    add(source.pursue_account, Verdict::PursueAccount);
    add(source.bad_use_case, Verdict::BadUseCase);
    add(source.undecided, Verdict::Undecided);
    for _ in 0..source.rejected {
        let reason = random.weighted(source.reject_reasons).copied().unwrap_or("other");
        verdicts.push(Verdict::Rejected(reason));
    }
    random.shuffle(&mut verdicts);
    let lead = |(verdict, number)| lead(source, random, before + number, verdict);
    verdicts.into_iter().zip(0..).map(lead).collect()
}

fn lead(source: &Source, random: &mut Random, number: u32, verdict: Verdict) -> PlannedLead {
    let person = Person::invent(random, number);
    let fast_track = random.percent(source.fast_track_percent);
    let intent = random.weighted(source.intents).copied().unwrap_or("page_view");
    let mut activities = vec![(intent, 1 + random.below(20) as u32)];
    for _ in 0..random.below(5) {
        let kind = random.pick(&["page_view", "page_view", "download", "pricing_page_view"]);
        activities.push((kind.copied().unwrap_or("page_view"), random.below(20_000) as u32));
    }
    PlannedLead {
        at: Timestamp::default(),
        fields: fields(source, random, &person, fast_track, number),
        activities,
        verdict,
        verdict_minutes: source.verdict_minutes,
        opportunity: None,
    }
}

fn fields(
    source: &Source,
    random: &mut Random,
    person: &Person,
    fast_track: bool,
    number: u32,
) -> Map<String, Value> {
    let product = match fast_track {
        true => "voice_ai",
        false => random
            .weighted(&[("messaging", 5), ("voice", 3), ("wireless", 2)])
            .copied()
            .unwrap_or("messaging"),
    };
    let mut all = json!({
        "external_id": format!("demo-{number}"),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "title": person.title,
        "company": person.company,
        "website": person.website,
        "industry": person.industry,
        "country": person.country,
        "employees": person.employees,
        "product": product,
        "handoff_reason": source.reason,
        "consent": { "contact": true },
    });
    if let Some(all) = all.as_object_mut() {
        if let Some(message) = message(random, fast_track) {
            all.insert("message".to_owned(), message.into());
        }
        if random.percent(45) {
            let potential = u64::from(person.employees.clamp(10, 4_000)) * 12;
            all.insert("monthly_potential".to_owned(), potential.into());
        }
    }
    match all {
        Value::Object(all) => all,
        _ => Map::new(),
    }
}

fn message(random: &mut Random, fast_track: bool) -> Option<&'static str> {
    const FAST: &[&str] = &[
        "We want to try conversational AI for our booking line.",
        "Looking at AI voice agents for after-hours calls.",
        "Can you help with call automation for 40 agents?",
        "Interested in AI voice for patient reminders.",
    ];
    const PLAIN: &[&str] = &[
        "Please send pricing for about 20,000 messages a month.",
        "We are comparing providers and need a quote this quarter.",
        "How does number porting work?",
        "Do you cover Latin America?",
        "We would like a demo for our support team.",
    ];
    let messages = if fast_track { FAST } else { PLAIN };
    (fast_track || random.percent(35)).then(|| random.pick(messages).copied()).flatten()
}

/// Picks which worked handoffs of each reason become opportunities, and which few keep a source.
fn give_opportunities(leads: &mut [PlannedLead], random: &mut Random) {
    let mut with_source = OPPORTUNITIES_WITH_SOURCE;
    for source in SOURCES {
        let mut worked: Vec<usize> = leads
            .iter()
            .enumerate()
            .filter(|(_, it)| it.fields.get("handoff_reason") == Some(&source.reason.into()))
            .filter(|(_, it)| matches!(it.verdict, Verdict::Submitted | Verdict::PursueAccount))
            .map(|(at, _)| at)
            .collect();
        random.shuffle(&mut worked);
        for at in worked.into_iter().take(source.opportunities as usize) {
            let value = 4_000 + random.delay_minutes(9_000.0).min(180_000.0) as u32;
            let lead_source = (with_source > 0).then_some("Website");
            with_source = with_source.saturating_sub(1);
            if let Some(lead) = leads.get_mut(at) {
                lead.opportunity = Some(Opportunity { value, lead_source });
            }
        }
    }
}

/// Spreads the arrivals over the month: fewer at night and at weekends, each reason all month.
fn give_times(leads: &mut [PlannedLead], random: &mut Random, end: Timestamp) {
    let mut late: VecDeque<usize> = leads
        .iter()
        .enumerate()
        .filter(|(_, it)| it.verdict == Verdict::Undecided)
        .map(|(at, _)| at)
        .collect();
    random.shuffle(late.make_contiguous());
    late.truncate(LATE_ARRIVALS);
    for (at, lead) in leads.iter_mut().enumerate() {
        let span = match lead.verdict {
            Verdict::Undecided => MONTH,
            _ => Seconds::new(MONTH.get() - DECIDED_BEFORE_END.get()),
        };
        let start = end.minus(MONTH);
        lead.at = match late.contains(&at) {
            true => end.minus(Seconds::new(60 + random.below(LATE.get() as usize - 60) as u32)),
            false => arrival(random, start, span),
        };
    }
}

/// A moment of the span, by the weight of its hour and weekday (UTC).
fn arrival(random: &mut Random, start: Timestamp, span: Seconds) -> Timestamp {
    loop {
        let at = start.plus(Seconds::new(random.below(span.get() as usize) as u32));
        let hour = at.as_seconds().rem_euclid(86_400) / 3_600;
        // 1970-01-01 was a Thursday: day 0 of the week is Monday.
        let weekday = (at.as_seconds().div_euclid(86_400) + 3).rem_euclid(7);
        let by_hour = match hour {
            13..=21 => 100,
            7..=12 => 55,
            22 | 23 => 35,
            _ => 18,
        };
        let by_day = if weekday < 5 { 100 } else { 40 };
        if random.below(10_000) < (by_hour * by_day) as usize {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Vec<PlannedLead> {
        month(1, "2026-11-20T18:00:00Z".parse().unwrap())
    }

    #[test]
    fn the_plan_is_the_reference_month() {
        let plan = plan();
        let count = |wanted: fn(&PlannedLead) -> bool| plan.iter().filter(|it| wanted(it)).count();
        assert_eq!(plan.len(), 8_488);
        assert_eq!(count(|it| it.verdict == Verdict::Submitted), 3_434);
        assert_eq!(count(|it| matches!(it.verdict, Verdict::Rejected(_))), 2_092);
        assert_eq!(count(|it| it.verdict == Verdict::PursueAccount), 343);
        assert_eq!(count(|it| it.opportunity.is_some()), 320);
        let sourced =
            |it: &PlannedLead| it.opportunity.as_ref().is_some_and(|it| it.lead_source.is_some());
        assert_eq!(count(sourced), 5);
    }

    #[test]
    fn every_lead_is_another_person_within_the_month() {
        let plan = plan();
        let end: Timestamp = "2026-11-20T18:00:00Z".parse().unwrap();
        let mut addresses: Vec<_> = plan.iter().map(|it| it.fields["email"].as_str()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        assert_eq!(addresses.len(), 8_488);
        assert!(plan.iter().all(|it| end.minus(MONTH) <= it.at && it.at < end));
        let late = plan.iter().filter(|it| end.minus(LATE) <= it.at);
        assert!(late.clone().count() >= LATE_ARRIVALS);
        assert!(late.clone().all(|it| it.verdict == Verdict::Undecided));
    }

    #[test]
    fn a_seed_gives_the_same_month() {
        let (a, b) = (plan(), plan());
        assert!(a.iter().zip(&b).all(|(a, b)| a.at == b.at && a.fields == b.fields));
    }
}
