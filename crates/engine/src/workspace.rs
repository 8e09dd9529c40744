//! The workspace itself.

use jiff::tz::TimeZone;

use crate::engine::{Engine, WORKSPACE};
use crate::{Refusal, RefusalKind};

impl Engine {
    /// Makes the workspace where it is not there yet; an existing one stays as it is.
    ///
    /// # Errors
    /// `A0604` for an unknown zone. Failures of the store.
    pub fn ensure_workspace(&self, name: &str, zone: &str, currency: &str) -> Result<(), Refusal> {
        if TimeZone::get(zone).is_err() {
            let message = format!("`{zone}` is no time zone; use a name like `Europe/Berlin`");
            return Err(Refusal::new(RefusalKind::Invalid, "A0604", message));
        }
        let (name, zone, currency) = (name.to_owned(), zone.to_owned(), currency.to_owned());
        self.write_blocking(move |tx, now| {
            if store::workspace::get(tx, WORKSPACE)?.is_none() {
                let row = store::workspace::Workspace {
                    id: WORKSPACE,
                    name: name.clone(),
                    zone: zone.clone(),
                    currency: currency.clone(),
                    created_at: now.as_micros(),
                };
                store::workspace::insert(tx, &[row])?;
            }
            Ok(Ok(()))
        })
    }
}
