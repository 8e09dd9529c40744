-- Other working hours that count for the past too go through the breached handoffs in steps.

create index handoff_breached on handoff (workspace_id, id)
    where closed_at is null and breached_at is not null;
