-- +goose Up
-- What an agent must know to help: skills with the least level, "4711:2 4712:1".
alter table cases add column needs text not null default '';
