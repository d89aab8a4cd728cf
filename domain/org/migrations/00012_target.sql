-- +goose Up
-- Within how many minutes of opening time a written question gets an answer. Department 0 is every department, channel ''
-- every channel; 0 minutes is no promise.
create table target (
    org bigint not null,
    department bigint not null,
    channel text not null,
    minutes bigint not null,
    primary key (org, department, channel)
) {no rowid};
