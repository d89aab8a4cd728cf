-- +goose Up
create table party (
  id bigint primary key,
  org bigint not null, -- the organisation
  name text not null check (name in ('org', 'other'))
);
create table if not exists party_alias (
  party bigint not null references party (id),
  name text not null default 'org', -- wrong: no column org
  primary key (party, name)
);
-- +goose Down
drop table party;
create table party_old (id bigint);
