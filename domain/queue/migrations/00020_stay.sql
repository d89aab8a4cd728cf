-- +goose Up
-- A customer may choose to wait on for one agent: when that was chosen last, until when it holds (null: no longer), and
-- within how many seconds that agent was said to have room nine times of ten (null: nothing could be said).
alter table wait add column stay_at bigint;
alter table wait add column stay_until bigint;
alter table wait add column stay_bound bigint;
create index wait_stays on wait (org, stay_until) where state = 'waiting' and stay_until is not null;
