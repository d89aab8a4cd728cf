-- +goose Up
create table party (
    org bigint not null,
    id bigint primary key,
    name text not null,
    locale text not null,
    created_at bigint not null
);
create table contact_point (
    org bigint not null,
    channel text not null,
    address text not null,
    party bigint not null,
    proved_at bigint,
    proof text not null default '',
    created_at bigint not null,
    primary key (org, channel, address)
);
create index contact_point_party on contact_point (org, party);
-- Every different answer is kept: anybody can fill in somebody else's address in a form, so no answer replaces another.
create table given (
    org bigint not null,
    party bigint not null,
    field text not null,
    value text not null,
    source text not null,
    at bigint not null,
    primary key (org, party, field, value)
);
-- One row for each address and day on which an unproved address got an automatic mail (threat T5).
create table neutral_mail (
    org bigint not null,
    address text not null,
    day bigint not null,
    primary key (org, address, day)
);
