-- Timers and messages are kept under what makes them unique, which saves each of them an index:
-- every lead writes several of both.

alter table timer drop constraint timer_pkey;
drop index timer_once;
alter table timer add primary key
    (workspace_id, handoff_id, kind, chain_run, loop_no, step_no);

alter table outbox drop constraint outbox_pkey;
drop index outbox_once;
alter table outbox add primary key
    (workspace_id, event_stream, event_seq, recipient, channel);
