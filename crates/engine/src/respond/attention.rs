//! Reps who let offers pass in silence: after so many in a row, by the policy, they are switched off
//! until they switch themselves on again, and their manager is told.

use decide::Event;
use decide::effect::{Address, Notify, NotifyKey, Timer, TimerKind};
use model::id::HandoffId;
use policy::section::{Channel, NotifyOn};
use serde_json::json;

use super::apply::Applied;
use crate::record::Duty;
use crate::state::Desk;

/// Place of the notification, above those of a policy's rules.
const RULE: u16 = 902;

impl Applied<'_> {
    /// Counts offers that the owner let pass, and answers.
    pub(super) fn attention(&mut self, event: &Event, desk: &mut Desk) {
        let find = |it| self.site.live.setup.find(it);
        match event {
            Event::Fired(Timer { kind: TimerKind::Acknowledge, .. }) => {
                let Some(rep) = self.before.handoff.owner().and_then(find) else { return };
                let count = desk.missed(rep);
                let most = i64::from(self.before.own.setup.policy().dispositions.silent_max);
                if 0 < most && most <= count {
                    self.switch_off(rep, count, desk);
                }
            }
            Event::Accept { by }
            | Event::Reject { by, .. }
            | Event::Dispose { by, .. }
            | Event::Touch { by, .. } => {
                if let Some(rep) = find(by) {
                    desk.answered(rep);
                }
            }
            _ => {}
        }
    }

    fn switch_off(&mut self, rep: model::RepIndex, count: i64, desk: &mut Desk) {
        desk.answered(rep);
        let Some(state) = desk.state.reps.get_mut(rep.0 as usize) else { return };
        if !std::mem::replace(&mut state.present, false) {
            return;
        }
        let roster = self.site.live.setup.roster();
        let Some(person) = roster.rep(rep) else { return };
        let manager = roster.manager_of(person).and_then(|it| roster.find(it));
        let body = json!({ "v": 1, "rep": person.id, "silent": count });
        let at = self.event("rep.switched_off", body);
        let Some(manager) = manager else { return };
        let handoff = &self.before.handoff;
        let duty = Duty {
            lead: handoff.lead,
            handoff: Some(HandoffId::from_raw(self.before.row.id)),
            assignment: None,
            version: self.row.version,
            may_be_undone: false,
        };
        let key = NotifyKey {
            lead: handoff.lead,
            version: handoff.version,
            on: NotifyOn::Unacknowledged,
            rule: RULE,
        };
        let notify = Notify {
            on: NotifyOn::Unacknowledged,
            to: Address::Rep(manager),
            channel: Channel::InApp,
            template: "rep_switched_off".to_owned(),
            key,
        };
        self.recorder().notify(duty, at, &notify);
    }
}
