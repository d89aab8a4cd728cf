-- +goose Up
-- On SQLite a bigint that is the primary key stands in an index beside the table, and so does a key of several columns.
-- Here the tables are made anew with their key inside: every write touches a page less, every read searches once less.
{sqlite}create table kept (
{sqlite}    org bigint not null,
{sqlite}    id integer primary key,
{sqlite}    case_id bigint not null,
{sqlite}    party bigint,
{sqlite}    seq bigint not null,
{sqlite}    kind text not null,
{sqlite}    channel text not null,
{sqlite}    at bigint not null,
{sqlite}    actor_kind text not null,
{sqlite}    actor_id bigint,
{sqlite}    actor_name text not null,
{sqlite}    text text not null,
{sqlite}    quoted text not null default '',
{sqlite}    raw_hash text,
{sqlite}    html_hash text,
{sqlite}    data text
{sqlite});
{sqlite}insert into kept select * from entry order by id;
{sqlite}drop table entry;
{sqlite}alter table kept rename to entry;
{sqlite}create index entry_case on entry (org, case_id, at, id);
{sqlite}create index entry_party on entry (org, party, id);
{sqlite}create table kept (
{sqlite}    org bigint not null,
{sqlite}    id integer primary key,
{sqlite}    case_id bigint,
{sqlite}    entry bigint,
{sqlite}    channel text not null,
{sqlite}    from_name text not null,
{sqlite}    from_address text not null,
{sqlite}    to_name text not null,
{sqlite}    to_address text not null,
{sqlite}    subject text not null,
{sqlite}    text text not null,
{sqlite}    html text not null,
{sqlite}    message_id text not null,
{sqlite}    parents text not null,
{sqlite}    reply_to text not null,
{sqlite}    return_path text not null,
{sqlite}    auto integer not null,
{sqlite}    locale text not null,
{sqlite}    state text not null,
{sqlite}    code text not null default '',
{sqlite}    reason text not null default '',
{sqlite}    attempts bigint not null default 0,
{sqlite}    next_at bigint not null,
{sqlite}    created_at bigint not null,
{sqlite}    sent_at bigint
{sqlite});
{sqlite}insert into kept select * from outgoing order by id;
{sqlite}drop table outgoing;
{sqlite}alter table kept rename to outgoing;
{sqlite}create index outgoing_next on outgoing (next_at) where state = 'queued';
{sqlite}create index outgoing_case on outgoing (org, case_id, id);
{sqlite}create index outgoing_list on outgoing (org, id);
{sqlite}create index outgoing_to on outgoing (org, to_address, id);
{sqlite}create table kept (
{sqlite}    org bigint not null,
{sqlite}    mark text not null,
{sqlite}    case_id bigint not null,
{sqlite}    entry bigint not null,
{sqlite}    primary key (org, mark)
{sqlite}) without rowid;
{sqlite}insert into kept select * from arrived order by org, mark;
{sqlite}drop table arrived;
{sqlite}alter table kept rename to arrived;
{sqlite}create table kept (
{sqlite}    org bigint not null,
{sqlite}    ref text not null,
{sqlite}    case_id bigint not null,
{sqlite}    primary key (org, ref)
{sqlite}) without rowid;
{sqlite}insert into kept select * from message_ref order by org, ref;
{sqlite}drop table message_ref;
{sqlite}alter table kept rename to message_ref;
-- A message that comes back names itself, and its name begins with its identifier. What has not arrived is counted from
-- the one index that lists it.
{postgres}drop index outgoing_message;
{postgres}drop index outgoing_trouble;
{postgres}drop index outgoing_not_there;
create index outgoing_not_there on outgoing (org, id, state) where state in ('queued', 'failed', 'bounced');
