-- Timers and messages are kept under what makes them unique, which saves each of them a tree: every
-- lead writes several of both. And a list of more than two words after `in` is a tree of its own,
-- made anew for each row that is checked: checks of hot tables compare word by word.

create table timer_new (
    workspace_id integer not null,
    id integer not null,
    handoff_id integer not null,
    lead_id integer not null,
    assignment_id integer,
    kind text not null,
    due_at integer not null,
    state text not null,
    chain_run integer not null,
    loop_no integer not null,
    step_no integer not null,
    armed_at integer not null,
    ended_at integer,
    zone_data text not null,
    primary key (workspace_id, handoff_id, kind, chain_run, loop_no, step_no),
    constraint timer_state check (state = 'armed' or state = 'fired' or state = 'cancelled'),
    constraint timer_ended check ((state = 'armed') = (ended_at is null))
) strict, without rowid;
insert into timer_new select * from timer
    order by workspace_id, handoff_id, kind, chain_run, loop_no, step_no;
drop table timer;
alter table timer_new rename to timer;
create index timer_due on timer (due_at, id) where state = 'armed';

create table outbox_new (
    workspace_id integer not null,
    id integer not null,
    event_stream integer not null,
    event_seq integer not null,
    lead_id integer,
    handoff_id integer,
    recipient text not null,
    channel text not null,
    template text not null,
    body text not null,
    state text not null,
    attempt integer not null,
    next_at integer not null,
    created_at integer not null,
    done_at integer,
    primary key (workspace_id, event_stream, event_seq, recipient, channel),
    constraint outbox_state check (state = 'queued' or state = 'sent' or state = 'failed'
        or state = 'dead')
) strict, without rowid;
insert into outbox_new select * from outbox
    order by workspace_id, event_stream, event_seq, recipient, channel;
drop table outbox;
alter table outbox_new rename to outbox;
create index outbox_due on outbox (next_at, id) where state = 'queued';

drop view v_lead;
create table lead_new (
    workspace_id integer not null,
    id integer primary key,
    version integer not null,
    state text not null,
    owner text,
    queue text,
    captured_at integer not null,
    received_at integer not null,
    channel text not null,
    reason text not null,
    attributes text not null,
    originals text not null,
    closed_reason text,
    updated_at integer not null,
    constraint lead_state check (state = 'assigned' or state = 'queued' or state = 'new'
        or state = 'accepted' or state = 'waiting' or state = 'nurture' or state = 'self_service'
        or state = 'disqualified' or state = 'attached' or state = 'closed' or state = 'merged'),
    constraint lead_owned check (owner is not null
        or (state <> 'assigned' and state <> 'accepted')),
    constraint lead_queued check (queue is not null or state <> 'queued')
) strict;
insert into lead_new select * from lead order by id;
drop table lead;
alter table lead_new rename to lead;
create index lead_waiting on lead (workspace_id, state, id)
    where state = 'new' or state = 'queued' or state = 'waiting';
create view v_lead as select
    workspace_id,
    id,
    version,
    state,
    owner,
    queue,
    strftime('%Y-%m-%dT%H:%M:%fZ', captured_at / 1000000.0, 'unixepoch') as captured_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', received_at / 1000000.0, 'unixepoch') as received_at,
    channel,
    reason,
    attributes,
    originals,
    closed_reason,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000000.0, 'unixepoch') as updated_at
from lead;

drop view v_handoff;
create table handoff_new (
    workspace_id integer not null,
    id integer primary key,
    lead_id integer not null,
    number integer not null,
    reason text not null,
    tier text,
    sla text,
    score real,
    state text not null,
    version integer not null,
    owner text,
    queue text,
    pool text,
    value integer,
    created_at integer not null,
    acknowledge_due integer,
    touch_due integer,
    disposition_due integer,
    acknowledged_at integer,
    accepted_at integer,
    rejected_at integer,
    reject_reason text,
    reject_note text,
    first_touch_at integer,
    first_attempt_at integer,
    disposed_at integer,
    disposition text,
    breached_at integer,
    closed_at integer,
    constraint handoff_state check (state = 'offered' or state = 'accepted' or state = 'touched'
        or state = 'disposed' or state = 'rejected' or state = 'queued' or state = 'waiting'
        or state = 'paused' or state = 'recycled' or state = 'closed'),
    constraint handoff_disposition check (disposition is null or disposition = 'submitted'
        or disposition = 'rejected' or disposition = 'pursue_account'
        or disposition = 'bad_use_case' or disposition = 'recycled'),
    constraint handoff_kept check (closed_at is not null or owner is not null or queue is not null
        or state = 'waiting' or state = 'rejected')
) strict;
insert into handoff_new select * from handoff order by id;
drop table handoff;
alter table handoff_new rename to handoff;
create unique index one_open_handoff on handoff (workspace_id, lead_id) where closed_at is null;
create index handoff_past on handoff (workspace_id, lead_id) where closed_at is not null;
create index handoff_owner on handoff (workspace_id, owner, state) where closed_at is null;
create index handoff_imported on handoff (workspace_id, lead_id, created_at) where number = 0;
create view v_handoff as select
    workspace_id,
    id,
    lead_id,
    number,
    reason,
    tier,
    sla,
    score,
    state,
    version,
    owner,
    queue,
    pool,
    value,
    strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000000.0, 'unixepoch') as created_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', acknowledge_due / 1000000.0, 'unixepoch') as acknowledge_due,
    strftime('%Y-%m-%dT%H:%M:%fZ', touch_due / 1000000.0, 'unixepoch') as touch_due,
    strftime('%Y-%m-%dT%H:%M:%fZ', disposition_due / 1000000.0, 'unixepoch') as disposition_due,
    strftime('%Y-%m-%dT%H:%M:%fZ', acknowledged_at / 1000000.0, 'unixepoch') as acknowledged_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', accepted_at / 1000000.0, 'unixepoch') as accepted_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', rejected_at / 1000000.0, 'unixepoch') as rejected_at,
    reject_reason,
    reject_note,
    strftime('%Y-%m-%dT%H:%M:%fZ', first_touch_at / 1000000.0, 'unixepoch') as first_touch_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', first_attempt_at / 1000000.0, 'unixepoch') as first_attempt_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', disposed_at / 1000000.0, 'unixepoch') as disposed_at,
    disposition,
    strftime('%Y-%m-%dT%H:%M:%fZ', breached_at / 1000000.0, 'unixepoch') as breached_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', closed_at / 1000000.0, 'unixepoch') as closed_at
from handoff;
