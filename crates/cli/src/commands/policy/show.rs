//! `baton policy show`: a policy as it is understood.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use model::Seconds;
use policy::section::{Clock, ClockHours, Destination, Exit, Strategy, Target};
use policy::{Expr, Policy, Sources};
use serde_json::json;

use super::{Format, sound, write_json};
use crate::outcome::{Failure, Outcome};
use crate::screen::counted;

pub(super) fn run(path: &Path, format: Format, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let (sources, policy) = sound(path)?;
    match format {
        Format::Json => write_json(out, &as_json(&policy, &sources))?,
        Format::Text => write!(out, "{}", Shown { policy: &policy, sources: &sources }.text())?,
    }
    Ok(Outcome::Done)
}

struct Shown<'a> {
    policy: &'a Policy,
    sources: &'a Sources,
}

impl Shown<'_> {
    fn text(&self) -> String {
        let mut text = format!("{}\n  hash {}\n", self.policy.name, hash(self.policy));
        for part in [
            self.intake(),
            self.exclusions(),
            self.scoring(),
            self.routing(),
            self.people(),
            self.slas(),
        ] {
            text.push('\n');
            text.push_str(&part);
        }
        text
    }

    fn intake(&self) -> String {
        let policy = self.policy;
        let mut text = "Contract\n".to_owned();
        for field in &policy.contract.fields {
            let need = if field.required { ", required" } else { "" };
            let personal = if field.personal { ", personal" } else { "" };
            let kind =
                policy.fields.get(field.id).map(|it| format!("{:?}", it.kind).to_lowercase());
            let (name, kind) = (policy.fields.name(field.id), kind.unwrap_or_default());
            let _ = writeln!(text, "  {name}: {kind}{need}{personal}");
        }
        for derived in &policy.derived {
            let _ = writeln!(text, "  {} (derived)", policy.fields.name(derived.field));
        }
        text
    }

    fn exclusions(&self) -> String {
        let policy = self.policy;
        let mut text = "Not handed off\n".to_owned();
        for it in policy.disqualify.iter().chain(&policy.suppress) {
            let then = format!("{:?}", it.then).to_lowercase();
            let _ = writeln!(text, "  {}: {then} when {}", it.id, self.condition(&it.when));
        }
        let _ = writeln!(text, "  without a tier: {}", exit(policy.qualification.below));
        text
    }

    fn scoring(&self) -> String {
        let policy = self.policy;
        let mut text = "Score and tiers\n".to_owned();
        for group in policy.scoring.groups.iter().chain(&policy.scoring.matrix) {
            let name = policy.fields.name(group.field);
            let rules = counted(i64::try_from(group.rules.len()).unwrap_or(i64::MAX), "rule");
            let _ = writeln!(text, "  {name}: {} to {}, {rules}", group.floor, group.cap);
        }
        for (name, criterion) in
            [("mql", &policy.qualification.mql), ("sql", &policy.qualification.sql)]
        {
            if let Some(criterion) = criterion {
                let _ = writeln!(text, "  {name}: {}", self.condition(criterion));
            }
        }
        for tier in &policy.qualification.tiers {
            let _ = writeln!(text, "  tier {}: {}", tier.tier, self.condition(&tier.when));
        }
        text
    }

    fn routing(&self) -> String {
        let routing = &self.policy.routing;
        let mut text = "Routing, the first that holds\n".to_owned();
        for (place, rule) in routing.rules.iter().enumerate() {
            let when = self.condition(&rule.when);
            let _ = writeln!(text, "  {}. {}: {when}", place + 1, rule.id);
            let _ = writeln!(text, "     to {}", self.targets(&rule.to));
        }
        let _ = writeln!(text, "  fallback: {}", self.targets(&routing.fallback));
        text
    }

    fn targets(&self, targets: &[Target]) -> String {
        let one = |it: &Target| {
            let to = match &it.to {
                Destination::AccountOwner => "the account's owner".to_owned(),
                Destination::Rep(rep) => rep.to_string(),
                Destination::Pool(at) => {
                    let pool = self.policy.pools.get(usize::from(*at));
                    format!("pool {}", pool.map_or("", |it| it.id.as_str()))
                }
                Destination::Queue(at) => {
                    let queue = self.policy.queues.get(usize::from(*at));
                    format!("queue {}", queue.map_or("", |it| it.id.as_str()))
                }
                Destination::Exit(way) => exit(*way).to_owned(),
            };
            match &it.only {
                Some(only) => format!("{to} (only {})", self.condition(only)),
                None => to,
            }
        };
        targets.iter().map(one).collect::<Vec<_>>().join(", then ")
    }

    fn people(&self) -> String {
        let mut text = "Pools and queues\n".to_owned();
        for pool in &self.policy.pools {
            let strategy = self.sources.text(pool.span);
            let how = match pool.strategy {
                Strategy::RoundRobin => "in turn",
                Strategy::Weighted => "in turn by weight",
                Strategy::LeastOpen => "least open work first",
                Strategy::LeastValue => "least open value first",
            };
            let entries = match pool.members.len() {
                1 => "1 entry of members".to_owned(),
                n => format!("{n} entries of members"),
            };
            let _ = writeln!(text, "  pool {strategy}: {how}, {entries}");
        }
        for queue in &self.policy.queues {
            let _ = writeln!(text, "  queue {}: kept by {}", queue.id, queue.keeper);
        }
        text
    }

    fn slas(&self) -> String {
        let slas = &self.policy.slas;
        let mut text = "SLAs\n".to_owned();
        for tier in &slas.tiers {
            let _ = writeln!(text, "  {}: touch {}", tier.id, clocks(&tier.touch));
            if !tier.acknowledge.is_empty() {
                let _ = writeln!(text, "    acknowledge {}", clocks(&tier.acknowledge));
            }
            let chain = tier.escalation.and_then(|it| self.policy.chains.get(usize::from(it)));
            if let Some(chain) = chain {
                let _ =
                    writeln!(text, "    escalation {} in {} steps", chain.id, chain.steps.len());
            }
        }
        text
    }

    /// A condition as written, on one line.
    fn condition(&self, condition: &Expr) -> String {
        one_line(self.sources, condition)
    }
}

fn one_line(sources: &Sources, condition: &Expr) -> String {
    sources.text(condition.span).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn clocks(clocks: &[Clock]) -> String {
    let one = |it: &Clock| match &it.hours {
        ClockHours::Always => format!("{} on the wall", it.within),
        ClockHours::Team => format!("{} of the team's hours", worked(it.within)),
        ClockHours::Named(name) => format!("{} of {name}", worked(it.within)),
    };
    clocks.iter().map(one).collect::<Vec<_>>().join(" or ")
}

/// Hours that are worked: 24 of them are no day.
fn worked(within: Seconds) -> String {
    match within.get() {
        it if 0 < it && it % 3_600 == 0 => format!("{}h", it / 3_600),
        _ => within.to_string(),
    }
}

const fn exit(exit: Exit) -> &'static str {
    match exit {
        Exit::Nurture => "nurture",
        Exit::SelfService => "self-service",
    }
}

fn hash(policy: &Policy) -> String {
    policy.hash.0.iter().map(|it| format!("{it:02x}")).collect()
}

fn as_json(policy: &Policy, sources: &Sources) -> serde_json::Value {
    let rules: Vec<_> = policy
        .routing
        .rules
        .iter()
        .map(|it| json!({ "id": it.id, "when": one_line(sources, &it.when) }))
        .collect();
    json!({
        "name": policy.name,
        "hash": hash(policy),
        "fields": policy.fields.iter().map(|(_, it)| it.name.as_str()).collect::<Vec<_>>(),
        "rules": rules,
        "pools": policy.pools.iter().map(|it| &it.id).collect::<Vec<_>>(),
        "queues": policy.queues.iter().map(|it| &it.id).collect::<Vec<_>>(),
        "slas": policy.slas.tiers.iter().map(|it| &it.id).collect::<Vec<_>>(),
    })
}
