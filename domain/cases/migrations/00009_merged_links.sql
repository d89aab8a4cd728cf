-- +goose Up
-- Taking the customer's links of a case back reaches those of cases that were merged into it.
create index cases_merged on cases (org, merged_into) where merged_into is not null;
