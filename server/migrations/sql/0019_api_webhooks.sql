-- Tokens of the API and webhooks; the columns repeat server/api/tables.py and server/webhooks/tables.py.

CREATE TABLE api_token (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    created_by_id UUID NOT NULL REFERENCES app_user,
    name VARCHAR(60) NOT NULL DEFAULT '',
    token_hash VARCHAR(64) NOT NULL UNIQUE,
    ending VARCHAR(4) NOT NULL DEFAULT '',
    scopes JSONB NOT NULL DEFAULT '[]',
    reach VARCHAR(10) NOT NULL DEFAULT 'companies',
    reach_ids JSONB NOT NULL DEFAULT '[]',
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    last_used_from VARCHAR(64) NOT NULL DEFAULT '',
    revoked_at TIMESTAMPTZ
);

CREATE TABLE api_request (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    api_token_id UUID NOT NULL REFERENCES api_token,
    key VARCHAR(100) NOT NULL DEFAULT '',
    fingerprint VARCHAR(64) NOT NULL DEFAULT '',
    made_id UUID NOT NULL,
    made_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE webhook_endpoint (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    created_by_id UUID NOT NULL REFERENCES app_user,
    url VARCHAR(500) NOT NULL DEFAULT '',
    description VARCHAR(120) NOT NULL DEFAULT '',
    kinds JSONB NOT NULL DEFAULT '[]',
    company_ids JSONB NOT NULL DEFAULT '[]',
    secret TEXT NOT NULL DEFAULT '',
    old_secret TEXT NOT NULL DEFAULT '',
    old_secret_until TIMESTAMPTZ,
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL,
    failing_since TIMESTAMPTZ,
    paused_until TIMESTAMPTZ,
    disabled_at TIMESTAMPTZ,
    disabled_reason VARCHAR(200) NOT NULL DEFAULT ''
);

CREATE TABLE webhook_delivery (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    endpoint_id UUID NOT NULL REFERENCES webhook_endpoint,
    event_id UUID,
    kind VARCHAR(40) NOT NULL DEFAULT '',
    payload TEXT NOT NULL DEFAULT '',
    state VARCHAR(10) NOT NULL DEFAULT 'waiting',
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at TIMESTAMPTZ NOT NULL,
    leased_until TIMESTAMPTZ,
    last_status INTEGER,
    last_error VARCHAR(200) NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);

CREATE INDEX api_token_list ON api_token (reseller_id, created_at, id);
CREATE INDEX api_token_creator ON api_token (created_by_id);
CREATE UNIQUE INDEX api_request_key ON api_request (api_token_id, key);
CREATE INDEX api_request_reseller ON api_request (reseller_id);
CREATE INDEX api_request_made_at ON api_request (made_at);
CREATE INDEX webhook_endpoint_reseller ON webhook_endpoint (reseller_id);
CREATE INDEX webhook_endpoint_creator ON webhook_endpoint (created_by_id);
CREATE UNIQUE INDEX webhook_delivery_event ON webhook_delivery (endpoint_id, event_id);
CREATE INDEX webhook_delivery_list ON webhook_delivery (endpoint_id, created_at, id);
CREATE INDEX webhook_delivery_reseller ON webhook_delivery (reseller_id);
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (due_at) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_sending ON webhook_delivery (leased_until) WHERE state = 'sending';
CREATE INDEX webhook_delivery_ended ON webhook_delivery (ended_at);
