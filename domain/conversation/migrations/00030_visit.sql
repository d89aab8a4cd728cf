-- +goose Up
-- At which node the screen of a customer in a live contact listens, or did until a moment ago. It is written when the
-- first screen opens there and goes away when the customer counts as gone from there; a row of a node that died says
-- nothing. Only where there can be several nodes.
create table visit (
    org bigint not null,
    contact bigint not null,
    node text not null,
    primary key (org, contact, node)
) {no rowid};
create index visit_node on visit (node, org, contact);
