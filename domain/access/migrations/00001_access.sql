-- +goose Up
create table account (
    org bigint not null,
    id bigint primary key,
    email text not null,
    name text not null,
    role text not null,
    operator integer not null,
    locale text not null,
    signature text not null,
    department bigint,
    state text not null,
    password text not null default '',
    -- the sealed key of the authenticator program, and the last time step that was used
    totp text not null default '',
    totp_step bigint not null default 0,
    -- how authenticators know the account; says nothing about the person
    handle text not null unique,
    created bigint not null,
    unique (org, email)
);
create index account_email on account (email);
create table recovery (
    org bigint not null,
    account bigint not null,
    tag text not null,
    primary key (account, tag)
);
create table passkey (
    org bigint not null,
    id bigint primary key,
    account bigint not null,
    credential text not null unique,
    name text not null,
    body text not null,
    created bigint not null,
    used bigint
);
create index passkey_account on passkey (account);
create table session (
    org bigint not null,
    id bigint primary key,
    hash text not null unique,
    account bigint not null,
    method text not null,
    ip text not null,
    browser text not null,
    created bigint not null,
    seen bigint not null,
    expires bigint not null
);
create index session_account on session (account);
create index session_expires on session (expires);
-- A ticket stands between the first and the second step of signing in. Its org is 0 as long as nobody is known.
create table ticket (
    org bigint not null,
    hash text primary key,
    account bigint,
    stage text not null,
    body text not null,
    expires bigint not null
);
create index ticket_expires on ticket (expires);
-- A link that is used once. Its org is 0 for the link that makes the first administrator.
create table link (
    org bigint not null,
    hash text primary key,
    purpose text not null,
    account bigint,
    created bigint not null,
    expires bigint not null,
    used bigint
);
create index link_account on link (account, purpose);
create index link_expires on link (expires);
create table token (
    org bigint not null,
    id bigint primary key,
    hash text not null unique,
    name text not null,
    role text not null,
    agent bigint,
    made_by text not null,
    created bigint not null,
    used bigint,
    revoked bigint
);
create index token_org on token (org, created);
-- How often something failed. It is counted before anything is known of an organisation, so org is 0.
create table attempt (
    org bigint not null default 0,
    tag text primary key,
    failures integer not null,
    last bigint not null
);
create index attempt_last on attempt (last);
