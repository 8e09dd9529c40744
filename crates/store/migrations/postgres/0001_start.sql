create table store_clock (id bigint primary key, last_us bigint not null);
