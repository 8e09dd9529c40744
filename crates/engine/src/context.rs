//! The context package of a handoff for whoever works it, with a first outreach to start from.
//!
//! It is the package that messages are written from, so a screen and a mail say the same.

use jiff::tz::TimeZone;
use model::RepId;
use model::id::HandoffId;
use policy::section::RejectReason;

use crate::engine::{Engine, WORKSPACE};
use crate::explain::Replayer;
use crate::message::{Content, Language, Package, Reader, Subject, package};
use crate::sight::Sight;
use crate::templates::find;
use crate::{Live, Refusal};

/// The words that a new owner is told; its opener is what a screen suggests.
const TEMPLATE: &str = "assigned";

impl Engine {
    /// Everything that is known of a handoff and its lead, and what to do first in words.
    ///
    /// # Errors
    /// `A0404` where it is unknown or out of sight. Failures of the store.
    pub async fn context(
        &self,
        sight: Sight,
        id: HandoffId,
        language: Language,
    ) -> Result<(Package, Content), Refusal> {
        let engine = self.clone();
        self.read(move |db| {
            let now = db.now()?;
            let live = match engine.live(db, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let seen = sight.resolve(&live);
            let row = store::handoff::get(db, WORKSPACE, id.raw())?;
            let row = row.filter(|it| seen.handoff(it.owner.as_deref(), it.queue.as_deref()));
            let Some(row) = row else { return Ok(Err(Refusal::not_found("handoff", id))) };
            let zone = zone(&live, row.owner.as_deref());
            let subject =
                Subject { lead: row.lead_id, handoff: Some(row.id), language, zone: &zone };
            let mut replayer = Replayer::knowing(&live);
            let Some(package) = package(db, &live, &mut replayer, &subject)? else {
                return Ok(Err(Refusal::not_found("handoff", id)));
            };
            let template = match find(db, TEMPLATE, language.as_str())? {
                Ok(view) => view.template,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let content = template.write(&package, language, Reader::Rep);
            Ok(Ok((package, content)))
        })
        .await
    }
}

impl Engine {
    /// Why a handoff may be rejected, in the order of the live policy.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn reject_reasons(&self) -> Result<Vec<RejectReason>, Refusal> {
        let engine = self.clone();
        self.read(move |db| {
            let now = db.now()?;
            let live = engine.live(db, now)?;
            Ok(live.map(|it| it.setup.policy().dispositions.reject_reasons.clone()))
        })
        .await
    }
}

/// The clock of the owner; the workspace's where there is none.
fn zone(live: &Live, owner: Option<&str>) -> TimeZone {
    let rep: Option<RepId> = owner.and_then(|it| it.parse().ok());
    let index = rep.and_then(|it| live.setup.find(&it));
    index.map_or_else(|| live.rules.zone.clone(), |it| live.zone(it))
}
