-- Working hours that count for the past too, reps who let offers pass in silence, and which running
-- node has which number.

alter table policy_live add column retroactive integer not null default 0;
alter table rep_load add column silent integer not null default 0;

create table node (
    number integer not null,
    holder text not null,
    zone_data text not null,
    until_at integer not null,
    primary key (number)
) strict;
