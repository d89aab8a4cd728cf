-- +goose Up
-- How many contacts an agent has now: who has room is found without counting those of everybody (see Occupied).
alter table presence add column live bigint not null default 0;
update presence set live = (select count(*) from contact c where c.org = presence.org and c.agent = presence.agent and c.state = 'live');
create index presence_room on presence (org, free_since, agent) where state = 'available' and live < chats;
