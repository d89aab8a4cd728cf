-- +goose Up
-- What has not arrived is little; finding it may not mean reading everything that was ever sent.
create index outgoing_not_there on outgoing (org, id) where state in ('queued', 'failed', 'bounced');
