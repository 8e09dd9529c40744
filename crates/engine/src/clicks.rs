//! What people do in Slack with the buttons of a message.
//!
//! What holds: a click is believed where Slack signed it a moment ago, or where it came over our own
//! socket. It acts for the rep whom Slack's member stands for in the roster, and for nobody else; the
//! handoff itself says whether the deed still fits. The message then shows what became of it, also
//! where the click came too late.

mod socket;

use connect::slack::{Choice, Interaction, Posted, ReasonForm, interaction, signature};
use connect::{ActionKind, Message, Secret};
use model::RepId;
use model::id::HandoffId;
use store::delivery::Delivery;

use crate::engine::{Engine, WORKSPACE};
use crate::link_page::LinkPage;
use crate::links::{Deed, Ticket};
use crate::respond::{Action, RespondRequest};
use crate::sender::channels::Channels;
use crate::sender::channels::slack::SlackDesk;
use crate::sender::{rendered, unsigned};
use crate::{Actor, Refusal, RefusalKind};

/// Answers clicks in the workspace's Slack. Clones share it.
#[derive(Clone, Debug)]
pub struct Clicks {
    engine: Engine,
    channels: Channels,
}

/// Where a click was made, and by whom.
struct Scene {
    desk: SlackDesk,
    rep: RepId,
    handoff: HandoffId,
    place: Option<Posted>,
    /// The message with the button, where it is one of ours.
    message: Option<Delivery>,
    page: LinkPage,
}

impl Clicks {
    /// Answers what is done with messages that `channels` sent.
    pub fn new(engine: Engine, channels: Channels) -> Self {
        Self { engine, channels }
    }

    /// What a request of Slack is about.
    ///
    /// # Errors
    /// `A0421` where Slack did not sign it within the last five minutes, or no signing secret is
    /// known; `A0411` where it is none of Slack's payloads. Failures of the store.
    pub async fn read(
        &self,
        timestamp: &str,
        signed: &str,
        body: &[u8],
    ) -> Result<Interaction, Refusal> {
        let desk = self.channels.slack_desk().await?.ok_or_else(unsigned)?;
        let secret = desk.signing_secret.as_ref().ok_or_else(unsigned)?;
        let now = self.engine.now().await?.as_seconds();
        signature::verify(secret, timestamp, signed, body, now).map_err(|_| unsigned())?;
        interaction(body)
            .map_err(|error| Refusal::new(RefusalKind::Invalid, "A0411", error.to_string()))
    }

    /// Does what a click asks for, and shows it.
    pub async fn answer(&self, interaction: Interaction) {
        let answered = match interaction {
            Interaction::Pressed { action, value, user, place, trigger } => {
                self.pressed((action, &trigger), &value, &user, place).await
            }
            Interaction::Reasoned { context, user, reason, note } => {
                let (handoff, place) = context.split_once(' ').unwrap_or((&context, ""));
                let place = Posted::from_receipt(&connect::Receipt(place.to_owned())).ok();
                let action = Action::Reject { reason: Some(reason), note };
                self.act(handoff, &user, place, Some(action)).await
            }
            Interaction::Other => Ok(()),
        };
        if let Err(refusal) = answered {
            tracing::warn!(code = refusal.code, "a click in Slack was not answered: {refusal}");
        }
    }

    async fn pressed(
        &self,
        (action, trigger): (ActionKind, &Secret),
        handoff: &str,
        user: &str,
        place: Option<Posted>,
    ) -> Result<(), Refusal> {
        match action {
            ActionKind::Open => Ok(()),
            ActionKind::Accept => self.act(handoff, user, place, Some(Action::Accept)).await,
            ActionKind::Snooze => self.act(handoff, user, place, None).await,
            ActionKind::Reject => {
                let Some(scene) = self.scene(handoff, user, place).await? else { return Ok(()) };
                if let Some(state) = scene.page.moved_on() {
                    return self.show(&scene, &state).await;
                }
                let place = scene.place.as_ref().map(|it| it.receipt().0).unwrap_or_default();
                let context = format!("{handoff} {place}");
                let form = form(&scene.page);
                let asked = scene.desk.slack.ask_reason(trigger, &context, &form).await;
                asked.map_err(|it| outside(&it))
            }
        }
    }

    /// Does `action`, or reminds later where there is none.
    async fn act(
        &self,
        handoff: &str,
        user: &str,
        place: Option<Posted>,
        action: Option<Action>,
    ) -> Result<(), Refusal> {
        let Some(scene) = self.scene(handoff, user, place).await? else { return Ok(()) };
        let key = match &action {
            Some(Action::Accept) => "page.accepted",
            Some(_) => "page.rejected",
            None => "page.snoozed",
        };
        let rep = scene.rep.clone();
        let done = match action {
            None => self.engine.snooze(rep, scene.handoff).await.map(drop),
            Some(action) => {
                let by = Some(rep.clone());
                let request = RespondRequest { handoff: scene.handoff, version: None, by, action };
                self.engine.respond(Actor::Rep(rep), request).await.map(drop)
            }
        };
        let language = scene.page.language;
        match done {
            Ok(()) => self.show(&scene, language.label(key)).await,
            Err(refusal) if refusal.kind == RefusalKind::Conflict => {
                let page = self.engine.link_page(ticket(scene.handoff, &scene.rep)).await?;
                let state = page.moved_on().unwrap_or(refusal.message);
                self.show(&scene, &state).await
            }
            Err(refusal) if refusal.kind == RefusalKind::Invalid => {
                scene.desk.slack.tell(user, &refusal.message).await.map_err(|it| outside(&it))
            }
            Err(refusal) => {
                let told = scene.desk.slack.tell(user, language.label("page.later")).await;
                told.map_err(|it| outside(&it))?;
                Err(refusal)
            }
        }
    }

    /// Who clicked on what; `None` where it stands for nobody, who is told so.
    async fn scene(
        &self,
        handoff: &str,
        user: &str,
        place: Option<Posted>,
    ) -> Result<Option<Scene>, Refusal> {
        let Some(desk) = self.channels.slack_desk().await? else { return Ok(None) };
        let Ok(handoff) = handoff.parse::<HandoffId>() else { return Ok(None) };
        let message = self.message_at(handoff, place.as_ref()).await?;
        let Some(rep) = self.rep(&desk, user, message.as_ref()).await? else {
            let words = "Baton knows no rep for your Slack account.";
            desk.slack.tell(user, words).await.map_err(|it| outside(&it))?;
            return Ok(None);
        };
        let page = self.engine.link_page(ticket(handoff, &rep)).await?;
        Ok(Some(Scene { desk, rep, handoff, place, message, page }))
    }

    /// The message of ours that stands at `place`.
    async fn message_at(
        &self,
        handoff: HandoffId,
        place: Option<&Posted>,
    ) -> Result<Option<Delivery>, Refusal> {
        let Some(receipt) = place.map(|it| it.receipt().0) else { return Ok(None) };
        self.engine
            .read(move |db| {
                let rows = store::delivery::of_handoff(db, WORKSPACE, handoff.raw())?;
                let ours = |it: &Delivery| {
                    it.channel == "slack" && it.receipt.as_deref() == Some(receipt.as_str())
                };
                Ok(Ok(rows.into_iter().find(ours)))
            })
            .await
    }

    /// The rep whom the member `user` stands for: by the id in the roster, else by the mail address
    /// of the rep the message went to.
    async fn rep(
        &self,
        desk: &SlackDesk,
        user: &str,
        message: Option<&Delivery>,
    ) -> Result<Option<RepId>, Refusal> {
        let engine = self.engine.clone();
        let member = user.to_owned();
        let reader = message.and_then(|it| it.recipient.strip_prefix("rep:")).map(str::to_owned);
        let (named, by_mail) = self
            .engine
            .read(move |db| {
                let now = db.now()?;
                let live = match engine.live(db, now)? {
                    Ok(live) => live,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let reps = live.setup.roster().reps();
                let mut active = reps.iter().filter(|it| it.active);
                let slack = |it: &model::Rep| it.addresses.slack.clone();
                let named = active.clone().find(|it| slack(it).as_deref() == Some(&member));
                let read = active.find(|it| Some(it.id.as_str()) == reader.as_deref());
                let by_mail = read.filter(|it| slack(it).is_none());
                let by_mail = by_mail.and_then(|it| Some((it.id.clone(), it.email.clone()?)));
                Ok(Ok((named.map(|it| it.id.clone()), by_mail)))
            })
            .await?;
        if named.is_some() {
            return Ok(named);
        }
        let Some((rep, email)) = by_mail else { return Ok(None) };
        let found = desk.member(&email).await.map_err(|it| outside(&it))?;
        Ok((found == user).then_some(rep))
    }

    /// Shows in place of the buttons what became of the handoff, and that the message was seen.
    async fn show(&self, scene: &Scene, state: &str) -> Result<(), Refusal> {
        let (Some(place), Some(delivery)) = (&scene.place, &scene.message) else { return Ok(()) };
        let (engine, row) = (self.engine.clone(), delivery.clone());
        let links = self.channels.links();
        let message: Option<Message> = self
            .engine
            .write(move |tx, now| {
                store::delivery::seen(tx, WORKSPACE, row.id, now.as_micros())?;
                let live = match engine.live(tx, now)? {
                    Ok(live) => live,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                Ok(Ok(rendered(tx, &live, links.as_deref(), &row, now)?))
            })
            .await?;
        let Some(message) = message else { return Ok(()) };
        let updated = scene.desk.slack.update(place, &message, state).await;
        updated.map(drop).map_err(|it| outside(&it))
    }
}

fn ticket(handoff: HandoffId, rep: &RepId) -> Ticket {
    // Only the page is asked for: what it does and until when is of no account.
    Ticket::new(handoff, rep.clone(), Deed::Accept, model::Timestamp::from_micros(0))
}

fn form(page: &LinkPage) -> ReasonForm {
    let label = |key: &'static str| page.language.label(key).to_owned();
    let reason = |(key, label, noted): &(String, String, bool)| Choice {
        value: key.clone(),
        label: if *noted { format!("{label} *") } else { label.clone() },
    };
    ReasonForm {
        title: label("page.reject.do"),
        submit: label("page.reject.do"),
        cancel: label("cancel"),
        reason_label: label("page.reason"),
        reasons: page.reasons.iter().map(reason).collect(),
        note_label: label("page.note"),
    }
}

fn outside(failure: &connect::Failure) -> Refusal {
    Refusal::new(RefusalKind::Unavailable, failure.code.as_str(), failure.detail.clone())
}
