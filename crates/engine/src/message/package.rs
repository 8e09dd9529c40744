//! The context package: everything a reader of a message may need, ready to be shown.
//!
//! Texts are in the reader's language and instants on the reader's clock; what is not known is
//! empty. Templates name its fields, so a field keeps its name and meaning for ever.

use serde::Serialize;

/// What is known when a message is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Package {
    /// The person.
    pub lead: LeadPart,
    /// The handoff; empty where there is none.
    pub handoff: HandoffPart,
    /// Who has the lead, or had it when it happened.
    pub rep: RepPart,
    /// What brought the lead here: the handoff reason.
    pub source: String,
    /// What the lead did, the most telling first.
    pub behaviours: Vec<Behaviour>,
    /// The deed that qualified it, as a noun.
    pub qualifying: String,
    /// The same, said to the lead.
    pub qualifying_yours: String,
    /// Points and where they came from.
    pub score: Option<ScorePart>,
    /// Answers to the questions of the gateway.
    pub answers: Vec<Named>,
    /// Score of the quiz.
    pub quiz_score: Option<f64>,
    /// What they want.
    pub intent: String,
    /// By when they want it.
    pub timeline: String,
    /// What they wrote.
    pub message: String,
    /// Purposes of consent with the answers.
    pub consent: Vec<Named>,
    /// What is known of the company.
    pub company: Vec<Named>,
    /// What there was before with the account.
    pub account: Vec<String>,
    /// Why this rep has it.
    pub why: String,
    /// What to do first.
    pub action: ActionPart,
    /// Questions for the first call.
    pub questions: Vec<String>,
    /// What came of it.
    pub outcome: OutcomePart,
}

/// A name with a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Named {
    /// What it is.
    pub name: String,
    /// The value.
    pub value: String,
}

/// The person.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LeadPart {
    /// Its id.
    pub id: String,
    /// First and last name, where known.
    pub name: String,
    /// First name.
    pub first_name: String,
    /// Whatever names it best: name, company, address, id.
    pub who: String,
    /// The company.
    pub company: String,
    /// The job title.
    pub title: String,
    /// The e-mail address.
    pub email: String,
    /// The phone number, E.164.
    pub phone: String,
    /// Where it stands, e.g. `nurture`.
    pub state: String,
    /// Why it is out.
    pub closed_reason: String,
}

/// The handoff.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct HandoffPart {
    /// Its id.
    pub id: String,
    /// Qualification tier.
    pub tier: String,
    /// SLA tier.
    pub sla: String,
    /// The queue it lies in.
    pub queue: String,
    /// By when to accept or reject.
    pub acknowledge_by: String,
    /// By when the first valid touch is due.
    pub touch_by: String,
    /// Key of the reject reason.
    pub reject_reason: String,
    /// The reject reason as the policy shows it.
    pub reject_label: String,
    /// In the rep's words.
    pub reject_note: String,
}

/// A rep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RepPart {
    /// Its id.
    pub id: String,
    /// As shown to people.
    pub name: String,
    /// Where mail goes.
    pub email: String,
}

/// Something the lead did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Behaviour {
    /// Its kind, e.g. `demo_request`.
    pub kind: String,
    /// As a noun.
    pub name: String,
    /// How often.
    pub count: u32,
    /// When it last did.
    pub last: String,
    /// The points it earned.
    pub points: i32,
}

/// Points and where they came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ScorePart {
    /// 0 to 100.
    pub points: u8,
    /// By group, e.g. fit and engagement.
    pub groups: Vec<GroupPart>,
}

/// Points of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GroupPart {
    /// The group.
    pub name: String,
    /// Its points, between floor and cap.
    pub points: i32,
    /// The rules that gave points.
    pub rules: Vec<RulePart>,
}

/// Points of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RulePart {
    /// The rule.
    pub name: String,
    /// Its points.
    pub points: i32,
}

/// What to do first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ActionPart {
    /// `call`, `email`, `meeting` or `find`.
    pub kind: String,
    /// By when.
    pub by: String,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OutcomePart {
    /// `opportunity`, `won` or `lost`.
    pub kind: String,
    /// What it is worth, with the currency.
    pub value: String,
}
