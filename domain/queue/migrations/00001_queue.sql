-- +goose Up
-- One wait of one contact. rank is the moment it counts from: when it joined, less what was waited on the matter before.
create table wait (
    org bigint not null,
{sqlite}    id integer primary key,
{postgres}    id bigint primary key,
    contact bigint not null,
    case_id bigint not null,
    channel text not null,
    department bigint,
    wanted bigint,
    rank bigint not null,
    joined_at bigint not null,
    state text not null,
    ended_at bigint,
    agent bigint,
    told_position bigint,
    told_wait bigint,
    told_bound bigint
);
create index wait_line on wait (org, rank, id) where state = 'waiting';
create index wait_contact on wait (org, contact, id);
create index wait_case on wait (org, case_id, id);
create index wait_ended on wait (org, ended_at) where ended_at is not null;
-- How many wait, kept beside the rows: everybody who joins is told a position, and counting thousands for each would
-- cost more than the rest. Department 0 is whoever is free.
create table line (
    org bigint not null,
    department bigint not null,
    n bigint not null,
    primary key (org, department)
) {no rowid};
