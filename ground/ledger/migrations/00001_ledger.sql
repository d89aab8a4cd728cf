-- +goose Up
create table ledger (
    xid {xid},
    seq {identity},
    org bigint not null,
    at bigint not null,
    kind text not null,
    case_id bigint,
    party bigint,
    actor_kind text not null,
    actor_id bigint,
    actor_name text not null,
    body text not null
);
-- What is added to a place on PostgreSQL, so that places go on after those of a restored backup; empty: nothing.
create table ledger_base (
    org bigint not null default 0,
    base bigint not null
);
-- Followers belong to the program, not to an organisation; org is 0.
create table follower (
    org bigint not null default 0,
    name text primary key,
    seq bigint not null
);
create table set_aside (
    org bigint not null,
    follower text not null,
    seq bigint not null,
    kind text not null,
    reason text not null,
    at bigint not null,
    primary key (follower, seq)
);
