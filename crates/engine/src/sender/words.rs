//! The message to a reader: its words of now, where it goes, and what can be done at once.

use connect::{Action, ActionKind, Key, Message, Section, SectionKind};
use model::Timestamp;
use model::id::{HandoffId, LeadId, OutboxId};
use store::delivery::Delivery;
use store::handoff::Handoff;
use store::{Snapshot, StoreError};

use super::outside::{NOT_SET_UP, Parcel};
use super::plan::{NO_WAY_OUT, Plan, Planner, no_address};
use super::reader::{Address, Who};
use crate::engine::WORKSPACE;
use crate::explain::Replayer;
use crate::links::{Deed, Links, Ticket};
use crate::live::Live;
use crate::message::{Content, Language, Package, Subject, Template, package};
use crate::notice::Notice;
use crate::tasks::{self, TASK};

impl Planner<'_> {
    /// The message with its words of now.
    pub(super) fn written(
        &self,
        db: &mut Snapshot<'_>,
        who: &Who<'_>,
        notice: &Notice,
        lead: i64,
    ) -> Result<Plan, StoreError> {
        if self.row.channel == TASK {
            return self.task(db, who, notice);
        }
        let Some((package, content)) = self.content(db, who, notice, lead)? else {
            return Ok(self.overtaken("the lead is not there any more"));
        };
        if self.row.channel == "in_app" {
            return Ok(match who {
                Who::Prospect => no_address("a lead has no inbox here"),
                Who::Rep(_) | Who::Marketing => Plan::Inbox(content.to_json()),
            });
        }
        self.parcel(db, who, notice, &package, content)
    }

    /// A task for whoever keeps tasks.
    fn task(
        &self,
        db: &mut Snapshot<'_>,
        who: &Who<'_>,
        notice: &Notice,
    ) -> Result<Plan, StoreError> {
        if !matches!(who, Who::Rep(_)) {
            return Ok(no_address("tasks are for reps"));
        }
        if !tasks::is_taken(db)? {
            let detail = "no webhook asks for `task.created`".to_owned();
            return Ok(Plan::Fail { code: NOT_SET_UP, detail });
        }
        let handoff = match self.row.handoff_id {
            Some(id) => store::handoff::get(db, WORKSPACE, id)?,
            None => None,
        };
        Ok(Plan::Task(tasks::body(self.row, notice, handoff.as_ref())))
    }

    /// What is known by now and how it is put; `None` where the lead is gone.
    pub(super) fn content(
        &self,
        db: &mut Snapshot<'_>,
        who: &Who<'_>,
        notice: &Notice,
        lead: i64,
    ) -> Result<Option<(Package, Content)>, StoreError> {
        let row = self.row;
        let language = who.language(lead_language(db, lead)?.as_deref());
        let zone = who.zone(self.live);
        let subject = Subject { lead, handoff: row.handoff_id, language, zone: &zone };
        let mut replayer = Replayer::knowing(self.live);
        let Some(package) = package(db, self.live, &mut replayer, &subject)? else {
            return Ok(None);
        };
        let template = template(db, &row.template, &notice.on, language)?;
        let content = words(&template, &package, language, who);
        Ok(Some((package, content)))
    }

    fn parcel(
        &self,
        db: &mut Snapshot<'_>,
        who: &Who<'_>,
        notice: &Notice,
        package: &Package,
        content: Content,
    ) -> Result<Plan, StoreError> {
        let channel = self.row.channel.as_str();
        if channel == "webhook" {
            let detail = "webhooks take events and no messages to a person".to_owned();
            return Ok(Plan::Fail { code: NOT_SET_UP, detail });
        }
        let mut to = match who {
            Who::Marketing => marketing(db, channel)?,
            Who::Rep(_) | Who::Prospect => who.address(channel, package),
        };
        if let (Who::Prospect, Some(Address::Email { unsubscribe, .. })) = (who, &mut to) {
            let Some(links) = self.links else {
                let detail = "the server's public address is not known".to_owned();
                return Ok(Plan::Fail { code: NO_WAY_OUT, detail });
            };
            *unsubscribe = Some(links.unsubscribe(LeadId::from_raw(self.row.lead_id.unwrap_or(0))));
        }
        let Some(to) = to else { return Ok(no_address("the roster names none")) };
        let id = OutboxId::from_raw(self.row.id).to_string();
        let thread = match (self.row.handoff_id, self.row.lead_id) {
            (Some(id), _) => HandoffId::from_raw(id).to_string(),
            (None, lead) => LeadId::from_raw(lead.unwrap_or(0)).to_string(),
        };
        let (Ok(id), Ok(thread)) = (id.parse(), thread.parse()) else {
            return Ok(self.overtaken("its key cannot be written"));
        };
        let actions = self.actions(who, notice, content.language);
        let event = format!("notification.{}", notice.on);
        let at = Timestamp::from_micros(self.row.created_at);
        let message = Message { actions, ..message(&content, [id, thread], &event, at) };
        Ok(Plan::Send(Box::new(Parcel { to, message })))
    }

    /// What the reader can do at once: the owner answers, everybody inside can look.
    fn actions(&self, who: &Who<'_>, notice: &Notice, language: Language) -> Vec<Action> {
        let Some(id) = self.row.handoff_id else { return Vec::new() };
        let handoff = HandoffId::from_raw(id);
        let mut actions = Vec::new();
        let mut action = |kind: ActionKind, url: Option<String>| {
            // Slack's buttons come back by themselves; everywhere else they are links.
            let by_itself = self.row.channel == "slack" && kind != ActionKind::Open;
            let url = url.or_else(|| by_itself.then(String::new));
            let label = language.label(kind.name()).to_owned();
            let value = handoff.to_string();
            actions.extend(url.map(|url| Action { kind, label, url, value }));
        };
        let answers = matches!(notice.on.as_str(), "assigned" | "reminder");
        if let Who::Rep(rep) = who {
            for (kind, deed) in [
                (ActionKind::Accept, Deed::Accept),
                (ActionKind::Reject, Deed::Reject),
                (ActionKind::Snooze, Deed::Snooze),
            ] {
                if answers {
                    let ticket = Ticket::new(handoff, rep.id.clone(), deed, self.now);
                    action(kind, self.links.map(|it| it.deed(&ticket)));
                }
            }
        }
        if !matches!(who, Who::Prospect) {
            action(ActionKind::Open, self.links.map(|it| it.handoff(handoff)));
        }
        actions
    }
}

/// The lead's own language, where a field of that name says so.
fn lead_language(db: &mut Snapshot<'_>, lead: i64) -> Result<Option<String>, StoreError> {
    let lead = store::lead::get(db, WORKSPACE, lead)?;
    let fields = lead.map(|it| crate::capture::attributes::read(&it.attributes));
    let language = fields.and_then(|it| it.get("language")?.as_str().map(str::to_owned));
    Ok(language)
}

fn marketing(db: &mut Snapshot<'_>, channel: &str) -> Result<Option<Address>, StoreError> {
    let connection = store::connection::get(db, WORKSPACE, "marketing")?;
    let settings: serde_json::Value =
        connection.and_then(|it| serde_json::from_str(&it.settings).ok()).unwrap_or_default();
    let text = |key: &str| settings.get(key).and_then(|it| it.as_str()).map(str::to_owned);
    Ok(match channel {
        "email" => {
            text("email").map(|address| Address::Email { name: None, address, unsubscribe: None })
        }
        "slack" => text("slack").map(|user| Address::Slack { user: Some(user), email: None }),
        "teams" => Some(Address::Teams { reader: None }),
        _ => None,
    })
}

/// The words to use: the workspace's own before the built-in ones, the name before the occasion.
pub(crate) fn template(
    db: &mut Snapshot<'_>,
    name: &str,
    on: &str,
    language: Language,
) -> Result<Template, StoreError> {
    for name in [name, on] {
        let own = store::template::get(db, WORKSPACE, name, language.as_str())?;
        let own = own.and_then(|it| serde_json::from_str::<Template>(&it.body).ok());
        if let Some(found) = own.or_else(|| Template::built_in(name, language)) {
            return Ok(found);
        }
    }
    Ok(Template {
        title: "{{ lead.who }}".to_owned(),
        summary: "{{ qualifying }}".to_owned(),
        ..Template::default()
    })
}

/// The message that `content` is, under its id and thread.
pub(super) fn message(
    content: &Content,
    [id, thread]: [Key; 2],
    event: &str,
    at: Timestamp,
) -> Message {
    Message {
        id,
        thread,
        event: event.to_owned(),
        at,
        language: content.language.as_str().to_owned(),
        title: content.title.clone(),
        summary: content.summary.clone(),
        facts: facts(content),
        sections: sections(content),
        actions: Vec::new(),
    }
}

fn facts(content: &Content) -> Vec<connect::Fact> {
    let facts = content.facts.iter();
    facts.map(|it| connect::Fact { label: it.label.clone(), value: it.value.clone() }).collect()
}

fn sections(content: &Content) -> Vec<Section> {
    let language = content.language;
    let next = match (&content.next, &content.playbook) {
        (Some(next), Some(playbook)) => Some(format!("{next}\n{playbook}")),
        (next, playbook) => next.clone().or_else(|| playbook.clone()),
    };
    let parts = [
        (SectionKind::NextAction, "heading.next", next),
        (SectionKind::WhyYou, "heading.why", content.why.clone()),
        (SectionKind::Opener, "heading.opener", content.opener.clone()),
    ];
    let parts = parts.into_iter().filter_map(|(kind, heading, text)| {
        Some(Section { kind, heading: language.label(heading).to_owned(), text: text? })
    });
    parts.collect()
}

/// The message to a reader. Why a rep has the lead is told to that rep alone.
fn words(template: &Template, package: &Package, language: Language, who: &Who<'_>) -> Content {
    let content = template.write(package, language, who.kind());
    let owns = matches!(who, Who::Rep(rep) if rep.id.as_str() == package.rep.id);
    Content { why: content.why.filter(|_| owns), ..content }
}

/// A message that was sent, with its words of now; `None` where it can be written no more.
pub(crate) fn rendered(
    db: &mut Snapshot<'_>,
    live: &Live,
    links: Option<&Links>,
    sent: &Delivery,
    now: Timestamp,
) -> Result<Option<Message>, StoreError> {
    let of_event = store::outbox::of_event(db, WORKSPACE, sent.event_stream, sent.event_seq)?;
    let row = of_event.into_iter().find(|it| it.id == sent.id);
    let Some((row, lead)) = row.zip(sent.lead_id) else { return Ok(None) };
    let planner = Planner { live, links, row: &row, now };
    let (Some(who), Some(notice)) = (Who::of(live, &row.recipient), Notice::read(&row.body)) else {
        return Ok(None);
    };
    Ok(match planner.written(db, &who, &notice, lead)? {
        Plan::Send(parcel) | Plan::Digest { parcel, .. } => Some(parcel.message),
        Plan::Inbox(_)
        | Plan::Task(_)
        | Plan::Hold { .. }
        | Plan::Cancel { .. }
        | Plan::Fail { .. } => None,
    })
}

/// What a message to `recipient` would say; for previews and tests of templates.
pub(crate) fn preview(
    db: &mut Snapshot<'_>,
    live: &Live,
    template: &Template,
    handoff: &Handoff,
    recipient: &str,
    language: Language,
) -> Result<Option<Content>, StoreError> {
    let Some(who) = Who::of(live, recipient) else { return Ok(None) };
    let zone = who.zone(live);
    let subject =
        Subject { lead: handoff.lead_id, handoff: Some(handoff.id), language, zone: &zone };
    let mut replayer = Replayer::knowing(live);
    let package = package(db, live, &mut replayer, &subject)?;
    Ok(package.map(|it| words(template, &it, language, &who)))
}
