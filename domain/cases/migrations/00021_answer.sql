-- +goose Up
-- By when a written question gets an answer, when we look whether it did, and by when something must be done for the case
-- at all: answered, or a promise kept. The last one is the order of written work.
alter table cases add column answer_due bigint;
alter table cases add column answer_next bigint;
alter table cases add column due_at bigint;
-- Answers that were promised and given.
create table answer (
    org bigint not null,
{sqlite}    id integer primary key,
{postgres}    id bigint primary key,
    case_id bigint not null,
    channel text not null,
    department bigint,
    agent bigint,
    since bigint not null,
    due bigint not null,
    answered_at bigint not null
);
create index answer_past on answer (org, answered_at);
create index cases_line on cases (org, due_at, id) where owner is null and due_at is not null;
create index cases_due on cases (org, owner, due_at) where owner is not null and due_at is not null;
create index cases_answer on cases (answer_next) where answer_next is not null;
-- Who waits since before there were such moments is not left out.
update cases set due_at = case when channel = 'webchat' then promise_due else coalesce(promise_due, waiting_since) end
    where status <> 'closed' and merged_into is null;
