-- +goose Up
-- What an agent looks like, as the agent wants to be seen: one small picture, made by us out of what was uploaded.
create table account_picture (
    org bigint not null,
    agent bigint not null,
    -- of the bytes, so that an address of a picture never shows another one
    hash text not null,
    type text not null,
    bytes {blob} not null,
    at bigint not null,
    primary key (org, agent)
);
