-- +goose Up
-- On SQLite a bigint that is the primary key stands in an index beside the table, and so does a key of several columns.
-- Here the tables are made anew with their key inside: every write touches a page less, every read searches once less.
{sqlite}create table kept (
{sqlite}    org bigint not null,
{sqlite}    id integer primary key,
{sqlite}    name text not null,
{sqlite}    locale text not null,
{sqlite}    created_at bigint not null
{sqlite});
{sqlite}insert into kept select * from party order by id;
{sqlite}drop table party;
{sqlite}alter table kept rename to party;
{sqlite}create table kept (
{sqlite}    org bigint not null,
{sqlite}    channel text not null,
{sqlite}    address text not null,
{sqlite}    party bigint not null,
{sqlite}    proved_at bigint,
{sqlite}    proof text not null default '',
{sqlite}    created_at bigint not null,
{sqlite}    primary key (org, channel, address)
{sqlite}) without rowid;
{sqlite}insert into kept select * from contact_point order by org, channel, address;
{sqlite}drop table contact_point;
{sqlite}alter table kept rename to contact_point;
{sqlite}create index contact_point_party on contact_point (org, party);
{sqlite}create table kept (
{sqlite}    org bigint not null,
{sqlite}    address text not null,
{sqlite}    day bigint not null,
{sqlite}    primary key (org, address, day)
{sqlite}) without rowid;
{sqlite}insert into kept select * from neutral_mail order by org, address, day;
{sqlite}drop table neutral_mail;
{sqlite}alter table kept rename to neutral_mail;
