-- +goose Up
-- How many chats at once an agent takes at most, set by hand. What was chosen before stays the most.
alter table presence add column cap bigint;
update presence set cap = chats where chats <> 2;
-- Which contacts are with whom, as far as the facts were followed.
create table in_hand (
    org bigint not null,
    contact bigint not null,
    agent bigint not null,
    since bigint not null,
    primary key (org, contact)
) {no rowid};
create index in_hand_agent on in_hand (org, agent);
-- Since when an agent has as many open as now, or was away.
create table hand (
    org bigint not null,
    agent bigint not null,
    since bigint not null,
    away integer not null default 0,
    primary key (org, agent)
) {no rowid};
-- With how many beside it a contact ended: for what its customer says of it later.
create table helped (
    org bigint not null,
    contact bigint not null,
    agent bigint not null,
    chats bigint not null,
    at bigint not null,
    primary key (org, contact)
) {no rowid};
create index helped_at on helped (org, agent, at);
-- Sums by agent, day and number of chats open: time in milliseconds, chats that ended, replies and how many of them came
-- later than promised, judgements and the sum of their satisfaction.
create table at_once (
    org bigint not null,
    agent bigint not null,
    day bigint not null,
    chats bigint not null,
    busy bigint not null default 0,
    done bigint not null default 0,
    replies bigint not null default 0,
    slow bigint not null default 0,
    judged bigint not null default 0,
    points bigint not null default 0,
    primary key (org, agent, day, chats)
) {no rowid};
-- What was learnt of them, once a day.
create table advice (
    org bigint not null,
    agent bigint not null,
    chats bigint not null,
    why text not null,
    rate bigint not null,
    less bigint not null,
    at bigint not null,
    primary key (org, agent)
) {no rowid};
