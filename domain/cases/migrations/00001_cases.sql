-- +goose Up
create table cases (
    org bigint not null,
    id bigint primary key,
    number text not null,
    subject text not null,
    status text not null,
    closed_by text not null default '',
    channel text not null,
    desk_address text not null default '',
    party bigint not null,
    party_name text not null,
    party_address text not null,
    owner bigint,
    owner_name text not null default '',
    department bigint,
    question text not null default '',
    question_asked_at bigint,
    question_confirmed_at bigint,
    solution text not null default '',
    preview text not null default '',
    created_at bigint not null,
    updated_at bigint not null,
    waiting_on text not null,
    waiting_since bigint,
    promise bigint,
    promise_text text not null default '',
    promise_due bigint,
    snoozed_until bigint,
    silence_due bigint,
    silence_asked_at bigint,
    closed_at bigint,
    dissatisfied integer not null default 0,
    unread integer not null default 0,
    merged_into bigint,
    link_version bigint not null default 1,
    seq bigint not null default 0
);
create unique index cases_number on cases (org, number);
create index cases_all on cases (org, updated_at, id);
create index cases_mine on cases (org, owner, updated_at, id)
    where owner is not null and status <> 'closed' and snoozed_until is null;
create index cases_unassigned on cases (org, updated_at, id)
    where owner is null and status in ('new', 'open') and snoozed_until is null;
create index cases_promises on cases (org, promise_due, id) where promise_due is not null;
create index cases_waiting on cases (org, updated_at, id) where waiting_on = 'customer' and status <> 'closed';
create index cases_snoozed on cases (org, snoozed_until, id) where snoozed_until is not null;
create index cases_dissatisfied on cases (org, updated_at, id) where dissatisfied = 1;
create index cases_us on cases (org, waiting_since, id) where waiting_since is not null;
create index cases_party on cases (org, party, id);
create index cases_closed on cases (org, closed_at) where closed_at is not null;
create index cases_silence on cases (silence_due) where silence_due is not null;
create index cases_wake on cases (snoozed_until) where snoozed_until is not null;
create table case_number (
    org bigint not null,
    year bigint not null,
    last bigint not null,
    primary key (org, year)
);
create table tag (
    org bigint not null,
    name text not null,
    case_id bigint not null,
    primary key (org, name, case_id)
);
create index tag_case on tag (org, case_id);
