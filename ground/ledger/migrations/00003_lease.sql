-- +goose Up
-- Which node does what only one may do, and until when it has said so.
create table lease (
    org bigint not null default 0,
    name text primary key,
    holder text not null,
    until bigint not null
);
