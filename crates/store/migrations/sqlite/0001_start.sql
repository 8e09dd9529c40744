-- The first schema. Instants are microseconds since 1970 in UTC, flags are 0 or 1, JSON is text that
-- no statement looks into. Every key starts with the workspace, and every id is unique by itself.
-- `integer primary key` is the row number itself, so these tables pay no index for their key.

create table store_clock (id integer primary key, last_us integer not null);

create table workspace (
    id integer primary key,
    name text not null,
    zone text not null,
    currency text not null,
    created_at integer not null
) strict;

create table roster (
    workspace_id integer not null,
    version integer not null,
    hash text not null,
    body text not null,
    created_at integer not null,
    primary key (workspace_id, version)
) strict;

create table rep_load (
    workspace_id integer not null,
    rep text not null,
    present integer not null,
    open_count integer not null,
    open_value integer not null,
    cap integer,
    over_cap_reason text,
    day_key integer not null,
    day_count integer not null,
    week_key integer not null,
    week_count integer not null,
    month_key integer not null,
    month_count integer not null,
    primary key (workspace_id, rep),
    constraint rep_cap check (open_count >= 0
        and (cap is null or open_count <= cap or over_cap_reason is not null))
) strict, without rowid;

create table pool_state (
    workspace_id integer not null,
    pool text not null,
    sequence integer not null,
    body text not null,
    primary key (workspace_id, pool)
) strict, without rowid;

create table policy (
    workspace_id integer not null,
    hash text not null,
    parent text,
    name text not null,
    files text not null,
    note text not null,
    author text not null,
    created_at integer not null,
    primary key (workspace_id, hash)
) strict;

create table policy_live (
    workspace_id integer not null,
    number integer not null,
    hash text not null,
    from_at integer not null,
    by_whom text not null,
    note text not null,
    primary key (workspace_id, number)
) strict, without rowid;

create table lead (
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
    constraint lead_state check (state in ('new', 'assigned', 'accepted', 'queued', 'waiting',
        'nurture', 'self_service', 'disqualified', 'attached', 'closed', 'merged')),
    constraint lead_owned check (state not in ('assigned', 'accepted') or owner is not null),
    constraint lead_queued check (state <> 'queued' or queue is not null)
) strict;

create table lead_version (
    workspace_id integer not null,
    lead_id integer not null,
    version integer not null,
    attributes text not null,
    originals text not null,
    primary key (workspace_id, lead_id, version)
) strict;

create table lead_key (
    workspace_id integer not null,
    kind integer not null,
    hash integer not null,
    lead_id integer not null,
    primary key (workspace_id, kind, hash, lead_id)
) strict, without rowid;

create table activity (
    workspace_id integer not null,
    id integer primary key,
    lead_id integer not null,
    kind text not null,
    at integer not null,
    body text not null
) strict;

create table decision (
    workspace_id integer not null,
    lead_id integer not null,
    number integer not null,
    decided_at integer not null,
    policy_hash text not null,
    roster_version integer not null,
    lead_version integer not null,
    outcome text not null,
    record text not null,
    input_digest blob not null,
    output_digest blob not null,
    primary key (workspace_id, lead_id, number)
) strict, without rowid;

create table handoff (
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
    constraint handoff_state check (state in ('offered', 'accepted', 'touched', 'disposed', 'rejected',
        'queued', 'waiting', 'paused', 'recycled', 'closed')),
    constraint handoff_disposition check (disposition is null or disposition in ('submitted',
        'rejected', 'pursue_account', 'bad_use_case', 'recycled')),
    constraint handoff_kept check (closed_at is not null or owner is not null or queue is not null
        or state in ('waiting', 'rejected'))
) strict;

create table assignment (
    workspace_id integer not null,
    id integer primary key,
    handoff_id integer not null,
    lead_id integer not null,
    rep text,
    queue text,
    pool text,
    epoch integer,
    pool_seq integer,
    credit integer not null,
    active integer not null,
    from_at integer not null,
    until_at integer,
    ended text,
    constraint assignment_kept check (active = 0 or rep is not null or queue is not null)
) strict;

create table timer (
    workspace_id integer not null,
    id integer primary key,
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
    constraint timer_state check (state in ('armed', 'fired', 'cancelled')),
    constraint timer_ended check ((state = 'armed') = (ended_at is null))
) strict;

create table outbox (
    workspace_id integer not null,
    id integer primary key,
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
    constraint outbox_state check (state in ('queued', 'sent', 'failed', 'dead'))
) strict;

create table event (
    workspace_id integer not null,
    stream integer not null,
    seq integer not null,
    at integer not null,
    kind text not null,
    lead_id integer,
    handoff_id integer,
    actor text not null,
    body text not null,
    prev_hash blob not null,
    hash blob not null,
    primary key (workspace_id, stream, seq)
) strict, without rowid;

create table audit (
    workspace_id integer not null,
    stream integer not null,
    seq integer not null,
    at integer not null,
    actor text not null,
    action text not null,
    subject text not null,
    body text not null,
    prev_hash blob not null,
    hash blob not null,
    primary key (workspace_id, stream, seq)
) strict, without rowid;

create table chain_head (
    workspace_id integer not null,
    log text not null,
    stream integer not null,
    seq integer not null,
    hash blob not null,
    primary key (workspace_id, log, stream)
) strict, without rowid;

create table touch (
    workspace_id integer not null,
    id integer primary key,
    handoff_id integer not null,
    lead_id integer not null,
    rep text,
    kind text not null,
    valid integer not null,
    at integer not null,
    recorded_at integer not null,
    body text not null
) strict;

create table outcome (
    workspace_id integer not null,
    id integer primary key,
    lead_id integer,
    handoff_id integer,
    kind text not null,
    at integer not null,
    value integer,
    lead_source text,
    attributed_source text,
    external_id text,
    body text not null,
    constraint outcome_kind check (kind in ('meeting', 'opportunity', 'won', 'lost'))
) strict;

create table quarantine (
    workspace_id integer not null,
    id integer primary key,
    received_at integer not null,
    channel text not null,
    import_id integer,
    row_no integer,
    body text not null,
    reasons text not null,
    state text not null,
    lead_id integer,
    constraint quarantine_state check (state in ('open', 'replayed', 'discarded'))
) strict;

create table idempotency (
    workspace_id integer not null,
    key text not null,
    request_hash blob not null,
    status integer not null,
    body text not null,
    created_at integer not null,
    primary key (workspace_id, key)
) strict, without rowid;

create table import_run (
    workspace_id integer not null,
    id integer primary key,
    kind text not null,
    file_name text not null,
    file_hash text not null,
    mapping text not null,
    state text not null,
    cursor integer not null,
    accepted integer not null,
    attached integer not null,
    rejected integer not null,
    started_at integer not null,
    finished_at integer,
    constraint import_state check (state in ('running', 'done', 'failed'))
) strict;

create table app_user (
    workspace_id integer not null,
    id integer primary key,
    email text not null,
    name text not null,
    role text not null,
    rep text,
    password_hash text,
    active integer not null,
    created_at integer not null
) strict;

create table api_key (
    workspace_id integer not null,
    id integer primary key,
    name text not null,
    prefix text not null,
    hash blob not null,
    role text not null,
    scopes text not null,
    created_by integer not null,
    created_at integer not null,
    expires_at integer,
    revoked_at integer,
    last_used_at integer
) strict;

create table login_session (
    token_hash blob not null,
    workspace_id integer not null,
    user_id integer not null,
    created_at integer not null,
    expires_at integer not null,
    primary key (token_hash)
) strict, without rowid;

create index lead_waiting on lead (workspace_id, state, id) where state in ('new', 'queued', 'waiting');
create index activity_lead on activity (workspace_id, lead_id, at);
-- One open handoff per lead; past ones are indexed when they end, so the capture does not pay for it.
create unique index one_open_handoff on handoff (workspace_id, lead_id) where closed_at is null;
create index handoff_past on handoff (workspace_id, lead_id) where closed_at is not null;
create index handoff_owner on handoff (workspace_id, owner, state) where closed_at is null;
-- Never two owners, and a gapless log of picks per pool.
create unique index one_owner on assignment (workspace_id, lead_id) where active = 1;
create index assignment_past on assignment (workspace_id, lead_id) where active = 0;
create unique index pool_log on assignment (workspace_id, pool, pool_seq) where pool is not null;
-- A timer fires once.
create unique index timer_once on timer (workspace_id, handoff_id, kind, chain_run, loop_no, step_no);
create index timer_due on timer (due_at, id) where state = 'armed';
-- One message per event, recipient and channel.
create unique index outbox_once on outbox (workspace_id, event_stream, event_seq, recipient, channel);
create index outbox_due on outbox (next_at, id) where state = 'queued';
create index event_lead on event (workspace_id, lead_id, at) where lead_id is not null;
create index touch_handoff on touch (workspace_id, handoff_id);
create index outcome_lead on outcome (workspace_id, lead_id) where lead_id is not null;
create unique index outcome_once on outcome (workspace_id, kind, external_id) where external_id is not null;
create index quarantine_open on quarantine (workspace_id, id) where state = 'open';
create unique index user_email on app_user (workspace_id, email);
create unique index api_key_hash on api_key (hash);

-- What happened cannot be changed.
create trigger event_no_update before update on event begin
    select raise(abort, 'CHECK constraint failed: append_only');
end;
create trigger event_no_delete before delete on event begin
    select raise(abort, 'CHECK constraint failed: append_only');
end;
create trigger audit_no_update before update on audit begin
    select raise(abort, 'CHECK constraint failed: append_only');
end;
create trigger audit_no_delete before delete on audit begin
    select raise(abort, 'CHECK constraint failed: append_only');
end;

-- For people with tools of their own: instants as timestamps.
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
