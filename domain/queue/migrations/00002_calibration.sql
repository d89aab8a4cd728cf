-- +goose Up
-- By how much the bounds of a channel are stretched, so that nine of ten stay within: the natural logarithm, in
-- millionths, since many learn at the same time and each adds its part.
create table calibration (
    org bigint not null,
    channel text not null,
    stretch bigint not null,
    seen bigint not null,
    primary key (org, channel)
) {no rowid};
-- The bound by the line, in seconds, told or not: what is learnt from.
alter table wait add column line_bound bigint;
