-- How a reseller follows its technicians, and the links by which a customer sees one come; the columns repeat
-- server/tracking/tables.py.

ALTER TABLE sync_track ADD COLUMN thinned_at TIMESTAMPTZ;

CREATE TABLE tracking_policy (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    silent_minutes INTEGER NOT NULL DEFAULT 5,
    keep_days INTEGER NOT NULL DEFAULT 90
);

CREATE TABLE approach_link (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    visit_id UUID NOT NULL REFERENCES visit,
    token_hash VARCHAR(64) NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    created_by_id UUID,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);

CREATE UNIQUE INDEX tracking_policy_reseller ON tracking_policy (reseller_id);
CREATE UNIQUE INDEX approach_link_token ON approach_link (token_hash);
CREATE INDEX approach_link_visit ON approach_link (visit_id);
CREATE INDEX approach_link_reseller ON approach_link (reseller_id);
CREATE INDEX approach_link_expired ON approach_link (expires_at);
CREATE INDEX last_position_fixed ON last_position (fixed_at);
CREATE INDEX last_position_received ON last_position (reseller_id, received_at);
CREATE INDEX sync_track_unthinned ON sync_track (reseller_id, created_at) WHERE thinned_at IS NULL;
CREATE INDEX visit_open ON visit (reseller_id, technician_id) WHERE ended_at IS NULL;
