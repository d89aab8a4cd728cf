-- +goose Up
-- The key with which an organisation shows a maker of browsers that a web push is its own (RFC 8292).
create table push_key (
    org bigint primary key,
    public text not null,
    sealed text not null,
    created_at bigint not null
);
