-- +goose Up
-- When a call back begins; its deadline is when it ends. Null: not a call.
alter table promise add column call_at bigint;
-- How often what the customer was told about it changed: a calendar must know which file is the newer one.
alter table promise add column changes bigint not null default 0;
