-- +goose Up
-- The contents that stand beside the database because they are large. What is there and not in this table is looked for
-- in the lines themselves before it is swept away.
create table large_content (
    org bigint not null,
    hash text not null,
    primary key (org, hash)
);
insert into large_content (org, hash)
    select distinct a.org, a.hash from attachment a
    where a.hash <> '' and not exists (select 1 from content c where c.org = a.org and c.hash = a.hash)
    on conflict do nothing;
insert into large_content (org, hash)
    select distinct e.org, e.raw_hash from entry e
    where e.raw_hash is not null and not exists (select 1 from content c where c.org = e.org and c.hash = e.raw_hash)
    on conflict do nothing;
insert into large_content (org, hash)
    select distinct e.org, e.html_hash from entry e
    where e.html_hash is not null and not exists (select 1 from content c where c.org = e.org and c.hash = e.html_hash)
    on conflict do nothing;
-- What is done now and then, by one node at a time; it belongs to the program, so org is 0.
create table chore (
    org bigint not null default 0,
    name text primary key,
    next_at bigint not null
);
