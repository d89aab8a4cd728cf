-- +goose Up
-- Browsers that are told something while no screen of the desk is open (web push).
create table push (
    org bigint not null,
    endpoint text not null,
    agent bigint not null,
    p256dh text not null,
    auth text not null,
    created_at bigint not null,
    primary key (org, endpoint)
);
create index push_agent on push (org, agent, created_at);
-- What is to be told. A row goes away when it was told or has no use any more.
create table nudge (
    org bigint not null,
    id bigint primary key,
    agent bigint not null,
    kind text not null,
    case_id bigint not null,
    offer bigint,
    until bigint not null,
    next_at bigint not null,
    tries bigint not null default 0
);
create index nudge_next on nudge (next_at);
