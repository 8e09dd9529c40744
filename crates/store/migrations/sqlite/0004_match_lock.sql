-- Slots that are locked while a person is looked for; see src/match_lock.rs.

create table match_lock (
    workspace_id integer not null,
    slot integer not null,
    primary key (workspace_id, slot)
) strict, without rowid;
