-- Where customers are and how that is known; the columns repeat server/positions/tables.py and
-- server/geocoding/tables.py.

CREATE TABLE customer_position (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    customer_id UUID NOT NULL REFERENCES customer,
    source VARCHAR(10) NOT NULL DEFAULT '',
    quality VARCHAR(10) NOT NULL DEFAULT '',
    precision_m INTEGER,
    address VARCHAR(500) NOT NULL DEFAULT '',
    address_at TIMESTAMPTZ,
    is_stale BOOLEAN NOT NULL DEFAULT false,
    rough_latitude DOUBLE PRECISION,
    rough_longitude DOUBLE PRECISION,
    answer VARCHAR(10) NOT NULL DEFAULT '',
    ask_at TIMESTAMPTZ,
    is_urgent BOOLEAN NOT NULL DEFAULT false,
    placed_at TIMESTAMPTZ,
    placed_by VARCHAR(120) NOT NULL DEFAULT ''
);

CREATE TABLE position_proposal (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    customer_id UUID NOT NULL REFERENCES customer,
    source VARCHAR(10) NOT NULL DEFAULT '',
    quality VARCHAR(10) NOT NULL DEFAULT '',
    precision_m INTEGER,
    latitude DOUBLE PRECISION NOT NULL,
    longitude DOUBLE PRECISION NOT NULL,
    distance_m INTEGER,
    visits INTEGER NOT NULL DEFAULT 0,
    points JSONB NOT NULL DEFAULT '[]',
    proposed_at TIMESTAMPTZ NOT NULL,
    decision VARCHAR(10) NOT NULL DEFAULT '',
    decided_at TIMESTAMPTZ,
    decided_by_id UUID
);

CREATE TABLE geocoder_answer (
    id UUID PRIMARY KEY,
    geocoder VARCHAR(20) NOT NULL DEFAULT '',
    question VARCHAR(500) NOT NULL DEFAULT '',
    quality VARCHAR(10) NOT NULL DEFAULT '',
    precision_m INTEGER,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    answered_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE geocoder_lane (
    id INTEGER PRIMARY KEY,
    next_at TIMESTAMPTZ NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX customer_position_reseller ON customer_position (reseller_id);
CREATE UNIQUE INDEX customer_position_customer ON customer_position (customer_id);
CREATE INDEX customer_position_ask ON customer_position (ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX position_proposal_reseller ON position_proposal (reseller_id) WHERE decided_at IS NULL;
CREATE INDEX position_proposal_customer ON position_proposal (customer_id);
CREATE UNIQUE INDEX position_proposal_open ON position_proposal (customer_id, source) WHERE decided_at IS NULL;
CREATE UNIQUE INDEX geocoder_answer_question ON geocoder_answer (geocoder, question);
CREATE INDEX geocoder_answer_expiry ON geocoder_answer (expires_at);
