-- What became of messages, the inbox of each rep, texts, connections and webhooks.

-- The progress of each message of the outbox; made when it is first taken up.
create table delivery (
    workspace_id bigint not null,
    id bigint not null,
    event_stream bigint not null,
    event_seq bigint not null,
    lead_id bigint,
    handoff_id bigint,
    recipient text not null,
    channel text not null,
    occasion text not null,
    state text not null,
    tries bigint not null,
    code text,
    detail text,
    receipt text,
    queued_at bigint not null,
    tried_at bigint,
    sent_at bigint,
    delivered_at bigint,
    seen_at bigint,
    ended_at bigint,
    unseen_due bigint,
    primary key (workspace_id, id),
    constraint delivery_state check (state in ('waiting', 'held', 'sent', 'delivered', 'seen',
        'failed', 'dead', 'cancelled'))
);

create index delivery_handoff on delivery (workspace_id, handoff_id) where handoff_id is not null;
create index delivery_unseen on delivery (unseen_due) where unseen_due is not null;

-- The inbox inside Baton: the id is that of the message.
create table notification (
    workspace_id bigint not null,
    id bigint not null,
    recipient text not null,
    occasion text not null,
    lead_id bigint,
    handoff_id bigint,
    at bigint not null,
    body text not null,
    seen_at bigint,
    primary key (workspace_id, id)
);

create index notification_inbox on notification (workspace_id, recipient, id);

-- Texts that replace those that are built in.
create table template (
    workspace_id bigint not null,
    name text not null,
    language text not null,
    body text not null,
    updated_at bigint not null,
    updated_by text not null,
    primary key (workspace_id, name, language)
);

-- How outside systems are reached; what is secret is encrypted.
create table connection (
    workspace_id bigint not null,
    kind text not null,
    settings text not null,
    secrets bytea,
    key_id text,
    updated_at bigint not null,
    updated_by text not null,
    primary key (workspace_id, kind)
);

create table webhook (
    workspace_id bigint not null,
    id bigint not null,
    secrets bytea not null,
    key_id text not null,
    description text not null,
    events text not null,
    form text not null,
    state text not null,
    disabled_why text,
    failing_since bigint,
    cursor text not null,
    created_by text not null,
    created_at bigint not null,
    primary key (workspace_id, id),
    constraint webhook_state check (state in ('enabled', 'disabled', 'removed'))
);

-- An event on its way to a webhook.
create table webhook_delivery (
    workspace_id bigint not null,
    id bigint not null,
    webhook_id bigint not null,
    event_stream bigint not null,
    event_seq bigint not null,
    kind text not null,
    state text not null,
    attempt bigint not null,
    tries bigint not null,
    next_at bigint not null,
    code text,
    detail text,
    created_at bigint not null,
    done_at bigint,
    primary key (workspace_id, id),
    constraint webhook_delivery_state check (state in ('queued', 'sent', 'failed', 'dead'))
);

create unique index webhook_delivery_once
    on webhook_delivery (workspace_id, webhook_id, event_stream, event_seq);
create index webhook_delivery_due on webhook_delivery (workspace_id, webhook_id, next_at)
    where state = 'queued';
create index webhook_delivery_log on webhook_delivery (workspace_id, webhook_id, id);

-- When somebody wants to be left alone, and the browsers that take their pushes.
create table preference (
    workspace_id bigint not null,
    rep text not null,
    body text not null,
    updated_at bigint not null,
    primary key (workspace_id, rep)
);

create table push_subscription (
    workspace_id bigint not null,
    id bigint not null,
    rep text not null,
    endpoint_hash bytea not null,
    secrets bytea not null,
    key_id text not null,
    created_at bigint not null,
    primary key (workspace_id, id)
);

create unique index push_endpoint on push_subscription (workspace_id, endpoint_hash);
create index push_rep on push_subscription (workspace_id, rep);
