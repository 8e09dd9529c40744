-- Working hours that count for the past too, reps who let offers pass in silence, and which running
-- node has which number.

alter table policy_live add column retroactive bigint not null default 0;
alter table rep_load add column silent bigint not null default 0;

create table node (
    number bigint not null,
    holder text not null,
    zone_data text not null,
    until_at bigint not null,
    primary key (number)
);
