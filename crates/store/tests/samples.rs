//! Rows that are as they should be, for tests to bend.

use store::assignment::Assignment;
use store::chain::NewEvent;
use store::handoff::Handoff;
use store::lead::Lead;
use store::outbox::Outbox;
use store::rep::RepLoad;
use store::timer::Timer;

/// The workspace of all samples.
pub(crate) const WS: i64 = 7;

pub(crate) fn lead(id: i64) -> Lead {
    Lead {
        workspace_id: WS,
        id,
        version: 1,
        state: "new".to_owned(),
        owner: None,
        queue: None,
        captured_at: 1_000,
        received_at: 1_001,
        channel: "form".to_owned(),
        reason: "demo".to_owned(),
        attributes: r#"{"name":"Zoë"}"#.to_owned(),
        originals: "{}".to_owned(),
        closed_reason: None,
        updated_at: 1_001,
    }
}

pub(crate) fn handoff(id: i64, lead_id: i64) -> Handoff {
    Handoff {
        workspace_id: WS,
        id,
        lead_id,
        number: 1,
        reason: "demo".to_owned(),
        tier: Some("tier_1".to_owned()),
        sla: Some("fast".to_owned()),
        score: Some(81.5),
        state: "offered".to_owned(),
        version: 1,
        owner: Some("ana".to_owned()),
        queue: None,
        pool: Some("emea".to_owned()),
        value: Some(12_000),
        created_at: 2_000,
        acknowledge_due: Some(3_000),
        touch_due: Some(4_000),
        disposition_due: None,
        acknowledged_at: None,
        accepted_at: None,
        rejected_at: None,
        reject_reason: None,
        reject_note: None,
        first_touch_at: None,
        first_attempt_at: None,
        disposed_at: None,
        disposition: None,
        breached_at: None,
        closed_at: None,
    }
}

pub(crate) fn assignment(id: i64, lead_id: i64) -> Assignment {
    Assignment {
        workspace_id: WS,
        id,
        handoff_id: lead_id,
        lead_id,
        rep: Some("ana".to_owned()),
        queue: None,
        pool: Some("emea".to_owned()),
        epoch: Some(1),
        pool_seq: Some(id),
        credit: 1,
        active: 1,
        from_at: 2_000,
        until_at: None,
        ended: None,
    }
}

pub(crate) fn timer(id: i64, handoff_id: i64) -> Timer {
    Timer {
        workspace_id: WS,
        id,
        handoff_id,
        lead_id: handoff_id,
        assignment_id: Some(handoff_id),
        kind: "acknowledge".to_owned(),
        due_at: 3_000,
        state: "armed".to_owned(),
        chain_run: 1,
        loop_no: 0,
        step_no: 0,
        armed_at: 2_000,
        ended_at: None,
        zone_data: "2026e".to_owned(),
    }
}

pub(crate) fn outbox(id: i64) -> Outbox {
    Outbox {
        workspace_id: WS,
        id,
        event_stream: 1,
        event_seq: id,
        lead_id: Some(id),
        handoff_id: Some(id),
        recipient: "ana".to_owned(),
        channel: "slack".to_owned(),
        template: "offer".to_owned(),
        body: r#"{"v":1}"#.to_owned(),
        state: "queued".to_owned(),
        attempt: 0,
        next_at: 2_000,
        created_at: 2_000,
        done_at: None,
    }
}

pub(crate) fn event(lead_id: i64) -> NewEvent {
    NewEvent {
        at: 2_000,
        kind: "handoff.offered".to_owned(),
        lead_id: Some(lead_id),
        handoff_id: Some(lead_id),
        actor: "system".to_owned(),
        body: r#"{"v":1}"#.to_owned(),
    }
}

pub(crate) fn load(rep: &str) -> RepLoad {
    RepLoad {
        workspace_id: WS,
        rep: rep.to_owned(),
        present: 1,
        open_count: 0,
        open_value: 0,
        cap: Some(2),
        over_cap_reason: None,
        day_key: 0,
        day_count: 0,
        week_key: 0,
        week_count: 0,
        month_key: 0,
        month_count: 0,
        silent: 0,
    }
}

/// A finding about rows that have a name and no id.
pub(crate) fn by_name((count, _): (i64, Option<String>)) -> store::auditor::Finding {
    store::auditor::Finding { count, first: None }
}
