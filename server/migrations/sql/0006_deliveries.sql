-- What drivers record of invoices; the columns repeat server/deliveries/tables.py.

ALTER TABLE invoice ADD COLUMN volumes INTEGER;
ALTER TABLE invoice ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE invoice ADD COLUMN last_outcome VARCHAR(15) NOT NULL DEFAULT '';
ALTER TABLE ilux_message ADD COLUMN delivery_id UUID;

CREATE TABLE delivery (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    invoice_id UUID NOT NULL REFERENCES invoice,
    carrier_id UUID NOT NULL REFERENCES carrier,
    user_id UUID NOT NULL REFERENCES app_user,
    driver_name VARCHAR(120) NOT NULL DEFAULT '',
    client_id UUID,
    client_seq BIGINT,
    outcome VARCHAR(15) NOT NULL DEFAULT '',
    is_primary BOOLEAN NOT NULL DEFAULT false,
    reason VARCHAR(20) NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    receiver_name VARCHAR(60) NOT NULL DEFAULT '',
    receiver_document VARCHAR(20) NOT NULL DEFAULT '',
    happened_at TIMESTAMPTZ NOT NULL,
    utc_offset_minutes INTEGER NOT NULL DEFAULT 0,
    occurred_at TIMESTAMPTZ NOT NULL,
    estimated_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    clock_offset_ms BIGINT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    accuracy_m DOUBLE PRECISION,
    proof_sha256 VARCHAR(64) NOT NULL DEFAULT '',
    proof_hash VARCHAR(28) NOT NULL DEFAULT '',
    proof_hash_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason VARCHAR(200) NOT NULL DEFAULT '',
    ilux_at TIMESTAMPTZ,
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE delivery_file (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    delivery_id UUID NOT NULL REFERENCES delivery,
    kind VARCHAR(10) NOT NULL DEFAULT '',
    sha256 VARCHAR(64) NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT 0,
    content_type VARCHAR(40) NOT NULL DEFAULT '',
    width INTEGER,
    height INTEGER,
    strokes JSONB NOT NULL DEFAULT '[]',
    taken_at TIMESTAMPTZ NOT NULL,
    file_at TIMESTAMPTZ
);

CREATE TABLE delivery_discrepancy (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    delivery_id UUID NOT NULL REFERENCES delivery,
    kind VARCHAR(40) NOT NULL DEFAULT '',
    facts JSONB NOT NULL DEFAULT '{}',
    raised_at TIMESTAMPTZ NOT NULL,
    accepted_at TIMESTAMPTZ,
    accepted_by_id UUID,
    acceptance_note TEXT NOT NULL DEFAULT ''
);

CREATE TABLE delivery_policy (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    is_document_required BOOLEAN NOT NULL DEFAULT false,
    is_signature_required BOOLEAN NOT NULL DEFAULT false,
    is_photo_required BOOLEAN NOT NULL DEFAULT false,
    is_position_required BOOLEAN NOT NULL DEFAULT false,
    due_days INTEGER NOT NULL DEFAULT 3,
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX invoice_driver ON invoice (carrier_id, issued_at) WHERE delivery_status = 'pending' AND is_active;
CREATE INDEX invoice_list ON invoice (reseller_id, (issued_at IS NULL), issued_at, id);
CREATE INDEX delivery_reseller ON delivery (reseller_id);
CREATE INDEX delivery_invoice ON delivery (invoice_id);
CREATE INDEX delivery_carrier ON delivery (carrier_id);
CREATE INDEX delivery_user ON delivery (user_id, estimated_at);
CREATE INDEX delivery_file_reseller ON delivery_file (reseller_id, sha256);
CREATE INDEX delivery_file_delivery ON delivery_file (delivery_id);
CREATE INDEX delivery_discrepancy_reseller ON delivery_discrepancy (reseller_id);
CREATE INDEX delivery_discrepancy_delivery ON delivery_discrepancy (delivery_id);
CREATE UNIQUE INDEX delivery_policy_reseller ON delivery_policy (reseller_id);
