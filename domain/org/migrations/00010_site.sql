-- +goose Up
-- A website on which the organisation shows its chat.
create table site (
    org bigint not null,
    id bigint primary key,
    name text not null,
    key text not null,
    version bigint not null default 1,
    origins text not null default '',
    department bigint,
    created_at bigint not null
);
create unique index site_key on site (key);
create index site_org on site (org, name, id);
