-- What is held back for one reader comes as one message.

create index delivery_held on delivery (workspace_id, recipient, channel, id) where state = 'held';
