-- +goose Up
-- The audit trail of an organisation: facts about no case and no customer. Among two million others, finding that there
-- is none took 144 ms without this index and 2 ms with it; facts about cases and customers are not in it.
create index ledger_house on ledger (org, seq) where case_id is null and party is null;
