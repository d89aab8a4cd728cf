-- +goose Up
-- What agents may know: subjects, and languages with their code. A retired skill is needed by nothing any more.
create table skill (
    org bigint not null,
    id bigint primary key,
    name text not null,
    sort text not null,
    locale text not null default '',
    retired bigint
);
create unique index skill_name on skill (org, lower(name)) where retired is null;
create unique index skill_locale on skill (org, locale) where retired is null and locale <> '';
-- Who knows what, from 1 (can) to 3 (expert).
create table knows (
    org bigint not null,
    agent bigint not null,
    skill bigint not null,
    level bigint not null,
    primary key (org, agent, skill)
) {no rowid};
create index knows_skill on knows (org, skill);
