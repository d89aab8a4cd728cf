-- +goose Up
-- A contact is one unbroken exchange on a live channel. What was said in it are lines of its case.
create table contact (
    org bigint not null,
{sqlite}    id integer primary key,
{postgres}    id bigint primary key,
    case_id bigint not null,
    party bigint not null,
    channel text not null,
    state text not null,
    agent bigint,
    agent_name text not null default '',
    site bigint,
    page_url text not null default '',
    page_title text not null default '',
    verified integer not null default 0,
    locale text not null default '',
    started_at bigint not null,
    answered_at bigint,
    left_at bigint,
    ended_at bigint,
    seen bigint not null default 0
);
create index contact_case on contact (org, case_id, id);
-- Those that go on: of an agent, and all of them after a start.
create index contact_agent on contact (org, agent, state, id) where agent is not null and state in ('live', 'left');
create index contact_open on contact (org, state, id) where state in ('waiting', 'live');
create index contact_ended on contact (org, ended_at) where ended_at is not null and answered_at is not null;
