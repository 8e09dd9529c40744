//! What a mail to the lead of a handoff proves.

use jiff::tz::TimeZone;
use store::{Snapshot, StoreError};

use super::Stored;
use crate::engine::WORKSPACE;
use crate::evidence::{MailEvidence, built_in};
use crate::explain::Replayer;
use crate::live::Live;
use crate::message::language::LANGUAGES;
use crate::message::{Subject, Template, package};

/// Compares the words with the templates of the workspace and with what qualified the lead.
pub(super) fn evidence(
    db: &mut Snapshot<'_>,
    live: &Live,
    stored: &Stored,
    text: &str,
) -> Result<MailEvidence, StoreError> {
    let mut deeds = Vec::new();
    for language in LANGUAGES {
        let subject = Subject {
            lead: stored.row.lead_id,
            handoff: Some(stored.row.id),
            language,
            zone: &TimeZone::UTC,
        };
        let mut replayer = Replayer::knowing(live);
        if let Some(package) = package(db, live, &mut replayer, &subject)? {
            deeds.push(package.qualifying);
            // What the lead did or asked for may be named instead of the one deed that counts most.
            deeds.extend(
                package.behaviours.into_iter().filter(|it| it.points != 0).map(|it| it.name),
            );
            deeds.push(package.intent);
        }
    }
    let own = store::template::list(db, WORKSPACE)?;
    let own = own.iter().filter_map(|it| serde_json::from_str::<Template>(&it.body).ok());
    let templates: Vec<_> = own.chain(built_in()).collect();
    Ok(MailEvidence::of(text, &deeds, &templates))
}
