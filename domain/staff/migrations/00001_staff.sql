-- +goose Up
create table presence (
    org bigint not null,
    agent bigint not null,
    state text not null,
    reason text not null default '',
    chats bigint not null,
    since bigint not null,
    missed bigint not null default 0,
    free_since bigint,
    primary key (org, agent)
) {no rowid};
-- Which node has a stream of an agent open, and when it last said so.
create table watch (
    org bigint not null,
    agent bigint not null,
    node text not null,
    at bigint not null,
    primary key (org, agent, node)
) {no rowid};
create index watch_at on watch (at);
