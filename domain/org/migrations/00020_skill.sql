-- +goose Up
-- What an agent must know to help with what comes in here; the skills themselves are in the room of the agents at work.
alter table site add column skill bigint;
alter table address add column skill bigint;
