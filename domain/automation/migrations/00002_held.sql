-- +goose Up
-- Until when a node has a receiver for itself. What stands here is also how the node knows that it still has it.
alter table receiver add column held_until bigint not null default 0;
