-- +goose Up
-- Who was mentioned in a note, and whether they saw it. By whom, where and in which words stands in the line itself.
create table mention (
    org bigint not null,
    agent bigint not null,
    entry bigint not null,
    seen_at bigint,
    primary key (org, agent, entry)
);
create index mention_new on mention (org, agent, entry) where seen_at is null;
