-- +goose Up
create table question (
    org bigint not null,
    id bigint primary key,
    case_id bigint not null,
    text text not null,
    asked_by bigint,
    asked_at bigint not null,
    answer text not null default '',
    answered_at bigint,
    correction text not null default ''
);
create index question_case on question (org, case_id, id);
