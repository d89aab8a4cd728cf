-- +goose Up
-- Place of the last line that was mailed to a customer who had left: it is not mailed again.
alter table contact add column mailed bigint not null default 0;
