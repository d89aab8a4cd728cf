-- +goose Up
-- status stands in the index because SQLite has no statistics: with the organisation alone it took the index
-- of the cases and read every promise ever made.
drop index promise_org_broken;
create index promise_org_broken on promise (org, status, due) where status = 'broken' and kept_at is null;
