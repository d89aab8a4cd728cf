-- +goose Up
-- How many of the same line were left behind when somebody took it: nobody, as a rule. Unknown for what was taken before.
alter table offer add column ahead bigint;
