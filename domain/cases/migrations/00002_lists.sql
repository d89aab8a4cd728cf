-- +goose Up
-- Without statistics SQLite takes, of two indexes that fit equally well, the one that was made last, and one with more
-- columns compared before both. So the views come after the filters, and a view that is a plain comparison has its column
-- in the index. A count of the dissatisfied read all cases before; a list of one customer's cases, of one status or of one
-- owner read the whole list.
drop index cases_mine;
drop index cases_unassigned;
drop index cases_waiting;
drop index cases_dissatisfied;
drop index cases_party;
create index cases_party on cases (org, party, updated_at, id);
create index cases_status on cases (org, status, updated_at, id);
create index cases_owner on cases (org, owner, updated_at, id) where owner is not null;
create index cases_nobody on cases (org, updated_at, id) where owner is null;
create index cases_mine on cases (org, owner, updated_at, id)
    where owner is not null and status <> 'closed' and snoozed_until is null;
create index cases_unassigned on cases (org, updated_at, id)
    where owner is null and status in ('new', 'open') and snoozed_until is null;
create index cases_waiting on cases (org, waiting_on, updated_at, id) where waiting_on = 'customer' and status <> 'closed';
create index cases_dissatisfied on cases (org, dissatisfied, updated_at, id) where dissatisfied = 1;
