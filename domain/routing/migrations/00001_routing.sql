-- +goose Up
create table offer (
    org bigint not null,
{sqlite}    id integer primary key,
{postgres}    id bigint primary key,
    contact bigint not null,
    case_id bigint not null,
    agent bigint not null,
    state text not null,
    reason text not null,
    declined text not null default '',
    waiting_since bigint not null,
    made_at bigint not null,
    until bigint not null,
    answered_at bigint
);
-- One contact is put to one agent at a time, whichever node decides.
create unique index offer_contact on offer (org, contact) where state = 'open';
create index offer_agent on offer (org, agent, id) where state = 'open';
create index offer_until on offer (until) where state = 'open';
create index offer_past on offer (org, contact, answered_at) where answered_at is not null;
-- A row per organisation: who holds it decides about its offers.
create table matching (
    org bigint primary key,
    at bigint not null
);
