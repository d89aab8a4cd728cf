-- +goose Up
create table feedback (
    org bigint not null,
    id bigint primary key,
    case_id bigint not null,
    party bigint not null,
    agent bigint,
    solved integer not null,
    satisfaction bigint,
    grade bigint,
    recommend bigint,
    text text not null,
    at bigint not null
);
create index feedback_case on feedback (org, case_id, id);
create index feedback_at on feedback (org, at);
