-- +goose Up
create table rule (
    org bigint not null,
{sqlite}    id integer primary key,
{postgres}    id bigint primary key,
    name text not null,
    cause text not null,
    matching text not null,
    conditions text not null,
    actions text not null,
    on_since bigint,
    version bigint not null default 1,
    created_at bigint not null
);
create index rule_on on rule (org, cause, id) where on_since is not null;
-- What a rule did, once per fact: the key is what keeps it from doing it again.
create table rule_run (
    org bigint not null,
    rule bigint not null,
    seq bigint not null,
    case_id bigint not null,
    number text not null,
    at bigint not null,
    outcome text not null,
    replied integer not null default 0,
    deeds text not null,
    primary key (org, rule, seq)
) {no rowid};
create index rule_run_case on rule_run (org, case_id, at);
-- Calls to other programs. Each rule has one receiver: whoever leads it looks at its calls in order, so that a receiver
-- that is down takes no time of others. next_at is null when nothing waits.
create table receiver (
    org bigint not null,
    rule bigint not null,
    next_at bigint,
    failures bigint not null default 0,
    primary key (org, rule)
) {no rowid};
create index receiver_next on receiver (next_at) where next_at is not null;
create table webhook_call (
    org bigint not null,
{sqlite}    id integer primary key,
{postgres}    id bigint primary key,
    rule bigint not null,
    case_id bigint not null,
    url text not null,
    body text not null,
    state text not null,
    attempts bigint not null default 0,
    reason text not null default '',
    next_at bigint not null,
    created_at bigint not null,
    sent_at bigint
);
create index webhook_call_queued on webhook_call (org, rule, case_id, id) where state = 'queued';
create index webhook_call_list on webhook_call (org, rule, id);
create index webhook_call_old on webhook_call (org, rule, sent_at) where sent_at is not null;
-- No rule is about what happened before there were any: the follower begins behind the history that is there.
insert into follower (org, name, seq) select 0, 'rules', last from (select max(seq) as last from ledger) as l where last is not null;
