-- +goose Up
-- Written work is put to agents as well: an offer with contact 0 is about the case. So it is the case that is put to one
-- agent at a time.
drop index offer_contact;
create unique index offer_case on offer (org, case_id) where state = 'open';
create index offer_contact on offer (org, contact) where state = 'open' and contact <> 0;
create index offer_tried on offer (org, case_id, answered_at) where answered_at is not null;
