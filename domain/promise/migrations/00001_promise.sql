-- +goose Up
create table promise (
    org bigint not null,
    id bigint primary key,
    case_id bigint not null,
    party bigint not null,
    text text not null,
    owner bigint,
    owner_name text not null,
    made_at bigint not null,
    due bigint not null,
    moved_from bigint,
    status text not null,
    kept_at bigint,
    broken_at bigint,
    withdrawn_at bigint
);
create index promise_due on promise (due) where status = 'open';
create index promise_org_due on promise (org, due) where status = 'open';
create index promise_org_broken on promise (org, due) where status = 'broken' and kept_at is null;
create index promise_case on promise (org, case_id, id);
