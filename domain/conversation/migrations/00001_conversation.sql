-- +goose Up
create table entry (
    org bigint not null,
    id bigint primary key,
    case_id bigint not null,
    party bigint,
    seq bigint not null,
    kind text not null,
    channel text not null,
    at bigint not null,
    actor_kind text not null,
    actor_id bigint,
    actor_name text not null,
    text text not null,
    quoted text not null default '',
    raw_hash text,
    html_hash text,
    data text
);
create index entry_case on entry (org, case_id, at, id);
create index entry_party on entry (org, party, id);
create table attachment (
    org bigint not null,
    id bigint primary key,
    entry bigint,
    name text not null,
    type text not null,
    size bigint not null,
    hash text not null,
    content_id text not null default '',
    by_agent bigint,
    created_at bigint not null
);
create index attachment_entry on attachment (org, entry) where entry is not null;
-- What was taken in already, by the sender's own mark: the same thing delivered again is recognised.
create table arrived (
    org bigint not null,
    mark text not null,
    case_id bigint not null,
    entry bigint not null,
    primary key (org, mark)
);
-- Message-IDs of everything said in a case, and of what it answers, so that a reply finds its case.
create table message_ref (
    org bigint not null,
    ref text not null,
    case_id bigint not null,
    primary key (org, ref)
);
-- Small contents stand in the database and share its commit; large ones lie beside it.
create table content (
    org bigint not null,
    hash text not null,
    bytes {blob} not null,
    primary key (org, hash)
);
create table outgoing (
    org bigint not null,
    id bigint primary key,
    case_id bigint,
    entry bigint,
    channel text not null,
    from_name text not null,
    from_address text not null,
    to_name text not null,
    to_address text not null,
    subject text not null,
    text text not null,
    html text not null,
    message_id text not null,
    parents text not null,
    reply_to text not null,
    return_path text not null,
    auto integer not null,
    locale text not null,
    state text not null,
    code text not null default '',
    reason text not null default '',
    attempts bigint not null default 0,
    next_at bigint not null,
    created_at bigint not null,
    sent_at bigint
);
create index outgoing_next on outgoing (next_at) where state = 'queued';
create index outgoing_case on outgoing (org, case_id, id);
create index outgoing_trouble on outgoing (state) where state <> 'sent';
create index outgoing_list on outgoing (org, id);
create index outgoing_to on outgoing (org, to_address, id);
create index outgoing_message on outgoing (message_id);
create table draft (
    org bigint not null,
    case_id bigint not null,
    agent bigint not null,
    kind text not null,
    text text not null,
    at bigint not null,
    primary key (org, case_id, agent)
);
{word index}
