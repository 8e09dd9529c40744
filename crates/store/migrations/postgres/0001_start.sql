-- The first schema. Instants are microseconds since 1970 in UTC, flags are 0 or 1, JSON is text that
-- no statement looks into. Every key starts with the workspace: tables can be spread by it.

create table store_clock (id bigint primary key, last_us bigint not null);

create table workspace (
    id bigint not null,
    name text not null,
    zone text not null,
    currency text not null,
    created_at bigint not null,
    primary key (id)
);

create table roster (
    workspace_id bigint not null,
    version bigint not null,
    hash text not null,
    body text not null,
    created_at bigint not null,
    primary key (workspace_id, version)
);

create table rep_load (
    workspace_id bigint not null,
    rep text not null,
    present bigint not null,
    open_count bigint not null,
    open_value bigint not null,
    cap bigint,
    over_cap_reason text,
    day_key bigint not null,
    day_count bigint not null,
    week_key bigint not null,
    week_count bigint not null,
    month_key bigint not null,
    month_count bigint not null,
    primary key (workspace_id, rep),
    constraint rep_cap check (open_count >= 0
        and (cap is null or open_count <= cap or over_cap_reason is not null))
);

create table pool_state (
    workspace_id bigint not null,
    pool text not null,
    sequence bigint not null,
    body text not null,
    primary key (workspace_id, pool)
);

create table policy (
    workspace_id bigint not null,
    hash text not null,
    parent text,
    name text not null,
    files text not null,
    note text not null,
    author text not null,
    created_at bigint not null,
    primary key (workspace_id, hash)
);

create table policy_live (
    workspace_id bigint not null,
    number bigint not null,
    hash text not null,
    from_at bigint not null,
    by_whom text not null,
    note text not null,
    primary key (workspace_id, number)
);

create table lead (
    workspace_id bigint not null,
    id bigint not null,
    version bigint not null,
    state text not null,
    owner text,
    queue text,
    captured_at bigint not null,
    received_at bigint not null,
    channel text not null,
    reason text not null,
    attributes text not null,
    originals text not null,
    closed_reason text,
    updated_at bigint not null,
    primary key (workspace_id, id),
    constraint lead_state check (state in ('new', 'assigned', 'accepted', 'queued', 'waiting',
        'nurture', 'self_service', 'disqualified', 'attached', 'closed', 'merged')),
    constraint lead_owned check (state not in ('assigned', 'accepted') or owner is not null),
    constraint lead_queued check (state <> 'queued' or queue is not null)
);

create table lead_version (
    workspace_id bigint not null,
    lead_id bigint not null,
    version bigint not null,
    attributes text not null,
    originals text not null,
    primary key (workspace_id, lead_id, version)
);

create table lead_key (
    workspace_id bigint not null,
    kind bigint not null,
    hash bigint not null,
    lead_id bigint not null,
    primary key (workspace_id, kind, hash, lead_id)
);

create table activity (
    workspace_id bigint not null,
    id bigint not null,
    lead_id bigint not null,
    kind text not null,
    at bigint not null,
    body text not null,
    primary key (workspace_id, id)
);

create table decision (
    workspace_id bigint not null,
    lead_id bigint not null,
    number bigint not null,
    decided_at bigint not null,
    policy_hash text not null,
    roster_version bigint not null,
    lead_version bigint not null,
    outcome text not null,
    record text not null,
    input_digest bytea not null,
    output_digest bytea not null,
    primary key (workspace_id, lead_id, number)
);

create table handoff (
    workspace_id bigint not null,
    id bigint not null,
    lead_id bigint not null,
    number bigint not null,
    reason text not null,
    tier text,
    sla text,
    score double precision,
    state text not null,
    version bigint not null,
    owner text,
    queue text,
    pool text,
    value bigint,
    created_at bigint not null,
    acknowledge_due bigint,
    touch_due bigint,
    disposition_due bigint,
    acknowledged_at bigint,
    accepted_at bigint,
    rejected_at bigint,
    reject_reason text,
    reject_note text,
    first_touch_at bigint,
    first_attempt_at bigint,
    disposed_at bigint,
    disposition text,
    breached_at bigint,
    closed_at bigint,
    primary key (workspace_id, id),
    constraint handoff_state check (state in ('offered', 'accepted', 'touched', 'disposed', 'rejected',
        'queued', 'waiting', 'paused', 'recycled', 'closed')),
    constraint handoff_disposition check (disposition is null or disposition in ('submitted',
        'rejected', 'pursue_account', 'bad_use_case', 'recycled')),
    constraint handoff_kept check (closed_at is not null or owner is not null or queue is not null
        or state in ('waiting', 'rejected'))
);

create table assignment (
    workspace_id bigint not null,
    id bigint not null,
    handoff_id bigint not null,
    lead_id bigint not null,
    rep text,
    queue text,
    pool text,
    epoch bigint,
    pool_seq bigint,
    credit bigint not null,
    active bigint not null,
    from_at bigint not null,
    until_at bigint,
    ended text,
    primary key (workspace_id, id),
    constraint assignment_kept check (active = 0 or rep is not null or queue is not null)
);

create table timer (
    workspace_id bigint not null,
    id bigint not null,
    handoff_id bigint not null,
    lead_id bigint not null,
    assignment_id bigint,
    kind text not null,
    due_at bigint not null,
    state text not null,
    chain_run bigint not null,
    loop_no bigint not null,
    step_no bigint not null,
    armed_at bigint not null,
    ended_at bigint,
    zone_data text not null,
    primary key (workspace_id, id),
    constraint timer_state check (state in ('armed', 'fired', 'cancelled')),
    constraint timer_ended check ((state = 'armed') = (ended_at is null))
);

create table outbox (
    workspace_id bigint not null,
    id bigint not null,
    event_stream bigint not null,
    event_seq bigint not null,
    lead_id bigint,
    handoff_id bigint,
    recipient text not null,
    channel text not null,
    template text not null,
    body text not null,
    state text not null,
    attempt bigint not null,
    next_at bigint not null,
    created_at bigint not null,
    done_at bigint,
    primary key (workspace_id, id),
    constraint outbox_state check (state in ('queued', 'sent', 'failed', 'dead'))
);

create table event (
    workspace_id bigint not null,
    stream bigint not null,
    seq bigint not null,
    at bigint not null,
    kind text not null,
    lead_id bigint,
    handoff_id bigint,
    actor text not null,
    body text not null,
    prev_hash bytea not null,
    hash bytea not null,
    primary key (workspace_id, stream, seq)
);

create table audit (
    workspace_id bigint not null,
    stream bigint not null,
    seq bigint not null,
    at bigint not null,
    actor text not null,
    action text not null,
    subject text not null,
    body text not null,
    prev_hash bytea not null,
    hash bytea not null,
    primary key (workspace_id, stream, seq)
);

create table chain_head (
    workspace_id bigint not null,
    log text not null,
    stream bigint not null,
    seq bigint not null,
    hash bytea not null,
    primary key (workspace_id, log, stream)
);

create table touch (
    workspace_id bigint not null,
    id bigint not null,
    handoff_id bigint not null,
    lead_id bigint not null,
    rep text,
    kind text not null,
    valid bigint not null,
    at bigint not null,
    recorded_at bigint not null,
    body text not null,
    primary key (workspace_id, id)
);

create table outcome (
    workspace_id bigint not null,
    id bigint not null,
    lead_id bigint,
    handoff_id bigint,
    kind text not null,
    at bigint not null,
    value bigint,
    lead_source text,
    attributed_source text,
    external_id text,
    body text not null,
    primary key (workspace_id, id),
    constraint outcome_kind check (kind in ('meeting', 'opportunity', 'won', 'lost'))
);

create table quarantine (
    workspace_id bigint not null,
    id bigint not null,
    received_at bigint not null,
    channel text not null,
    import_id bigint,
    row_no bigint,
    body text not null,
    reasons text not null,
    state text not null,
    lead_id bigint,
    primary key (workspace_id, id),
    constraint quarantine_state check (state in ('open', 'replayed', 'discarded'))
);

create table idempotency (
    workspace_id bigint not null,
    key text not null,
    request_hash bytea not null,
    status bigint not null,
    body text not null,
    created_at bigint not null,
    primary key (workspace_id, key)
);

create table import_run (
    workspace_id bigint not null,
    id bigint not null,
    kind text not null,
    file_name text not null,
    file_hash text not null,
    mapping text not null,
    state text not null,
    cursor bigint not null,
    accepted bigint not null,
    attached bigint not null,
    rejected bigint not null,
    started_at bigint not null,
    finished_at bigint,
    primary key (workspace_id, id),
    constraint import_state check (state in ('running', 'done', 'failed'))
);

create table app_user (
    workspace_id bigint not null,
    id bigint not null,
    email text not null,
    name text not null,
    role text not null,
    rep text,
    password_hash text,
    active bigint not null,
    created_at bigint not null,
    primary key (workspace_id, id)
);

create table api_key (
    workspace_id bigint not null,
    id bigint not null,
    name text not null,
    prefix text not null,
    hash bytea not null,
    role text not null,
    scopes text not null,
    created_by bigint not null,
    created_at bigint not null,
    expires_at bigint,
    revoked_at bigint,
    last_used_at bigint,
    primary key (workspace_id, id)
);

create table login_session (
    token_hash bytea not null,
    workspace_id bigint not null,
    user_id bigint not null,
    created_at bigint not null,
    expires_at bigint not null,
    primary key (token_hash)
);

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
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of this table are never changed'
        using errcode = 'check_violation', constraint = 'append_only';
end $$;
create trigger event_append_only before update or delete or truncate on event
    for each statement execute function refuse_change();
create trigger audit_append_only before update or delete or truncate on audit
    for each statement execute function refuse_change();

-- For people with tools of their own: instants as timestamps.
create view v_lead as select
    workspace_id,
    id,
    version,
    state,
    owner,
    queue,
    to_timestamp(captured_at / 1000000.0) as captured_at,
    to_timestamp(received_at / 1000000.0) as received_at,
    channel,
    reason,
    attributes,
    originals,
    closed_reason,
    to_timestamp(updated_at / 1000000.0) as updated_at
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
    to_timestamp(created_at / 1000000.0) as created_at,
    to_timestamp(acknowledge_due / 1000000.0) as acknowledge_due,
    to_timestamp(touch_due / 1000000.0) as touch_due,
    to_timestamp(disposition_due / 1000000.0) as disposition_due,
    to_timestamp(acknowledged_at / 1000000.0) as acknowledged_at,
    to_timestamp(accepted_at / 1000000.0) as accepted_at,
    to_timestamp(rejected_at / 1000000.0) as rejected_at,
    reject_reason,
    reject_note,
    to_timestamp(first_touch_at / 1000000.0) as first_touch_at,
    to_timestamp(first_attempt_at / 1000000.0) as first_attempt_at,
    to_timestamp(disposed_at / 1000000.0) as disposed_at,
    disposition,
    to_timestamp(breached_at / 1000000.0) as breached_at,
    to_timestamp(closed_at / 1000000.0) as closed_at
from handoff;
