-- +goose Up
-- The customer chose another moment: a call, an answer by mail. Looking at the conversation is then no return.
alter table contact add column put_off bigint not null default 0;
update contact set put_off = 1 where state = 'left' and answered_at is null and left_at = started_at;
