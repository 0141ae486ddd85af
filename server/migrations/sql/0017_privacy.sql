-- LGPD; the columns repeat server/privacy/tables.py and server/accounts/tables.py.

ALTER TABLE reseller ADD COLUMN policies_edition INTEGER NOT NULL DEFAULT 0;
ALTER TABLE app_user ADD COLUMN policies_edition INTEGER NOT NULL DEFAULT 0;
ALTER TABLE app_user ADD COLUMN terms_refused_at TIMESTAMPTZ;
ALTER TABLE app_user ADD COLUMN erased_at TIMESTAMPTZ;

CREATE TABLE policy_document (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    kind VARCHAR(20) NOT NULL DEFAULT '',
    title VARCHAR(120) NOT NULL DEFAULT '',
    current_id UUID
);

CREATE TABLE policy_version (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    document_id UUID NOT NULL REFERENCES policy_document,
    number INTEGER NOT NULL DEFAULT 0,
    text TEXT NOT NULL DEFAULT '',
    sha256 VARCHAR(64) NOT NULL DEFAULT '',
    written_at TIMESTAMPTZ NOT NULL,
    written_by_id UUID,
    published_at TIMESTAMPTZ
);

CREATE TABLE consent (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    document_id UUID NOT NULL REFERENCES policy_document,
    version_id UUID NOT NULL REFERENCES policy_version,
    sha256 VARCHAR(64) NOT NULL DEFAULT '',
    is_granted BOOLEAN NOT NULL DEFAULT false,
    address VARCHAR(64) NOT NULL DEFAULT '',
    user_agent VARCHAR(300) NOT NULL DEFAULT '',
    at TIMESTAMPTZ NOT NULL
);

CREATE TABLE data_request (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    asked_by_id UUID NOT NULL REFERENCES app_user,
    kind VARCHAR(10) NOT NULL DEFAULT '',
    state VARCHAR(10) NOT NULL DEFAULT 'asked',
    asked_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ,
    decided_by_id UUID,
    reason TEXT NOT NULL DEFAULT '',
    done_at TIMESTAMPTZ,
    file_path VARCHAR(200) NOT NULL DEFAULT '',
    file_size INTEGER NOT NULL DEFAULT 0,
    expires_at TIMESTAMPTZ
);

CREATE UNIQUE INDEX policy_document_kind ON policy_document (reseller_id, kind);
CREATE UNIQUE INDEX policy_version_number ON policy_version (document_id, number);
CREATE INDEX policy_version_reseller ON policy_version (reseller_id);
CREATE INDEX consent_user ON consent (user_id, document_id, at);
CREATE INDEX consent_version ON consent (version_id);
CREATE INDEX consent_reseller ON consent (reseller_id);
CREATE INDEX data_request_list ON data_request (reseller_id, asked_at, id);
CREATE INDEX data_request_user ON data_request (user_id, asked_at);
CREATE INDEX data_request_expires ON data_request (expires_at);
CREATE INDEX audit_entry_list ON audit_entry (reseller_id, at, id);
CREATE INDEX audit_entry_user ON audit_entry (user_id, at);
