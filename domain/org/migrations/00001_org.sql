-- +goose Up
-- In organisation the column org is the organisation itself, so that every table is asked in the same way.
create table organisation (
    org bigint primary key,
    slug text not null unique,
    name text not null,
    locale text not null,
    zone text not null,
    settings text not null,
    created bigint not null
);
create table department (
    org bigint not null,
    id bigint primary key,
    name text not null,
    retired bigint
);
create unique index department_name on department (org, lower(name)) where retired is null;
-- An address belongs to one organisation of the whole installation.
create table address (
    org bigint not null,
    id bigint primary key,
    department bigint,
    address text not null unique,
    sender integer not null
);
create index address_org on address (org);
create unique index address_sender on address (org) where sender = 1;
create table mailbox (
    org bigint not null,
    id bigint primary key,
    address text not null,
    host text not null,
    port integer not null,
    tls text not null,
    username text not null,
    auth text not null,
    sealed text not null,
    folder text not null,
    active integer not null,
    uidvalidity bigint not null default 0,
    uidnext bigint not null default 0,
    aside text not null default '',
    heard bigint,
    error text not null default ''
);
create index mailbox_org on mailbox (org);
create table hours (
    org bigint not null,
    channel text not null,
    week text not null,
    primary key (org, channel)
);
create table holiday (
    org bigint not null,
    date text not null,
    name text not null,
    spans text not null,
    primary key (org, date)
);
create table reply (
    org bigint not null,
    id bigint primary key,
    department bigint,
    name text not null,
    shortcut text not null,
    body text not null,
    locale text not null
);
create index reply_org on reply (org, name);
create unique index reply_shortcut on reply (org, locale, shortcut) where shortcut <> '';
create table mail_key (
    org bigint not null,
    id bigint primary key,
    domain text not null,
    selector text not null,
    algorithm text not null,
    public text not null,
    sealed text not null,
    active integer not null,
    created bigint not null,
    unique (org, domain, selector)
);
