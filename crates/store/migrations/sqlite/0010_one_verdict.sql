-- A deal has one verdict. Of two that were told at the same moment the later counts, and of two of
-- one instant the one that was recorded last.

delete from outcome where (kind = 'won' or kind = 'lost') and external_id is not null and exists (
    select 1 from outcome other
    where other.workspace_id = outcome.workspace_id and other.external_id = outcome.external_id
        and other.kind = case outcome.kind when 'won' then 'lost' else 'won' end
        and (other.at > outcome.at or (other.at = outcome.at and other.id > outcome.id))
);
create unique index outcome_verdict on outcome (workspace_id, external_id)
    where (kind = 'won' or kind = 'lost') and external_id is not null;
