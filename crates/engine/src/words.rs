//! The stored and sent names of things the decision core knows as enums. A name never changes.

use decide::effect::{Address, TimerKind};
use decide::handoff::Evidence;
use decide::why::Flip;
use decide::{Outcome, Setup};
use policy::section::{Channel, NotifyOn};
use serde_json::{Value, json};

/// What becomes of a lead, as answers, rows and events name it.
pub const fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Assigned { .. } => "assigned",
        Outcome::Queued { .. } => "queued",
        Outcome::Waiting { .. } => "waiting",
        Outcome::Nurture => "nurture",
        Outcome::SelfService => "self_service",
        Outcome::Disqualified { .. } => "disqualified",
        Outcome::Attached { .. } => "attached",
    }
}

/// A timer's kind, with the round and step it is unique by.
pub const fn timer(kind: TimerKind) -> (&'static str, i64, i64) {
    match kind {
        TimerKind::Acknowledge => ("acknowledge", 0, 0),
        TimerKind::Touch => ("touch", 0, 0),
        TimerKind::Disposition => ("disposition", 0, 0),
        TimerKind::Reminder(at) => ("reminder", 0, at as i64),
        TimerKind::Escalation { round, step } => ("escalation", round as i64, step as i64),
        TimerKind::Relax => ("relax", 0, 0),
        TimerKind::Resume => ("resume", 0, 0),
    }
}

/// The timer that [`timer`] names so.
pub fn timer_kind(kind: &str, round: i64, step: i64) -> Option<TimerKind> {
    Some(match kind {
        "acknowledge" => TimerKind::Acknowledge,
        "touch" => TimerKind::Touch,
        "disposition" => TimerKind::Disposition,
        "reminder" => TimerKind::Reminder(u16::try_from(step).ok()?),
        "escalation" => TimerKind::Escalation {
            round: u8::try_from(round).ok()?,
            step: u16::try_from(step).ok()?,
        },
        "relax" => TimerKind::Relax,
        "resume" => TimerKind::Resume,
        _ => return None,
    })
}

/// A channel.
pub const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::InApp => "in_app",
        Channel::Email => "email",
        Channel::Slack => "slack",
        Channel::Teams => "teams",
        Channel::WebPush => "web_push",
        Channel::Sms => "sms",
        Channel::Webhook => "webhook",
        Channel::CrmTask => "crm_task",
    }
}

/// What a notification is about.
pub const fn occasion(on: NotifyOn) -> &'static str {
    match on {
        NotifyOn::Assigned => "assigned",
        NotifyOn::Queued => "queued",
        NotifyOn::Reminder => "reminder",
        NotifyOn::Unacknowledged => "unacknowledged",
        NotifyOn::Breached => "breached",
        NotifyOn::Rejected => "rejected",
        NotifyOn::Disqualified => "disqualified",
        NotifyOn::Converted => "converted",
        NotifyOn::Won => "won",
        NotifyOn::Lost => "lost",
    }
}

/// Who is told: a rep by id, or one of the words `prospect` and `marketing`.
pub fn recipient(setup: &Setup, to: Address) -> String {
    match to {
        Address::Rep(rep) => {
            setup.roster().rep(rep).map_or_else(String::new, |it| format!("rep:{}", it.id))
        }
        Address::Prospect => "prospect".to_owned(),
        Address::Marketing => "marketing".to_owned(),
    }
}

/// What is known of an outreach: its kind and the details.
pub fn evidence(evidence: &Evidence) -> (&'static str, Value) {
    match evidence {
        Evidence::Call { seconds, voicemail } => {
            ("call", json!({ "seconds": seconds, "voicemail": voicemail }))
        }
        Evidence::Email { names_action, template_similarity } => (
            "email",
            json!({ "names_action": names_action, "template_similarity": template_similarity }),
        ),
        Evidence::LinkedIn { note } => ("linkedin", json!({ "note": note })),
        Evidence::Meeting => ("meeting", json!({})),
        Evidence::AutoResponse => ("auto_response", json!({})),
        Evidence::StatusFlip => ("status_flip", json!({})),
    }
}

/// A change by which another rep would have been chosen, in words.
pub fn flip(setup: &Setup, flip: &Flip) -> String {
    let field = |id| setup.policy().fields.name(id).to_owned();
    let value = |it: &model::Value| serde_json::to_string(it).unwrap_or_default();
    match flip {
        Flip::Active => "the rep works here".to_owned(),
        Flip::NotExcluded => "the rep has not had or rejected this lead before".to_owned(),
        Flip::NotAbsent => "the rep is not away".to_owned(),
        Flip::Present => "the rep has switched itself on".to_owned(),
        Flip::InHours => "it is working time for the rep".to_owned(),
        Flip::BelowCaps => "the rep got fewer leads today, this week or this month".to_owned(),
        Flip::NoOpenWork => "the rep has no open work".to_owned(),
        Flip::LeadField(id, it) => format!("the lead's `{}` is {}", field(*id), value(it)),
        Flip::RepField(id, it) => format!("`{}` is {}", field(*id), value(it)),
        Flip::Turn => "it is the rep's turn".to_owned(),
        Flip::NotSticky => "nobody has the lead's earlier ones".to_owned(),
        Flip::AccountOwner(Some(rep)) => {
            let rep = setup.roster().rep(*rep).map_or("", |it| it.id.as_str());
            format!("`{rep}` owns the lead's account")
        }
        Flip::AccountOwner(None) => "nobody owns the lead's account".to_owned(),
    }
}
