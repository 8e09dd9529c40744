-- Slots that are locked while a person is looked for; see src/match_lock.rs.

create table match_lock (
    workspace_id bigint not null,
    slot bigint not null,
    primary key (workspace_id, slot)
);
