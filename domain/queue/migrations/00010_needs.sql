-- +goose Up
-- What an agent must know to be asked: see cases.Needs.
alter table wait add column needs text not null default '';
