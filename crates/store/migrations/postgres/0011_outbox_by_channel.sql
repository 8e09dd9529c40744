-- Messages are taken up channel by channel: a long queue of one must not be walked to find that
-- another is empty.

drop index outbox_due;
create index outbox_due on outbox (channel, next_at, id) where state = 'queued';
