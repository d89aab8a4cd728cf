-- +goose Up
-- Which nodes live: each says so again and again, until when it may be counted on.
create table node (
    org bigint not null default 0,
    name text primary key,
    until bigint not null
);
