-- How people prove who they are, and how a reseller looks; the columns repeat server/accounts/tables.py.

ALTER TABLE app_user ADD COLUMN secondary_email_at TIMESTAMPTZ;
ALTER TABLE app_user ADD COLUMN second_factor_at TIMESTAMPTZ;
ALTER TABLE session ADD COLUMN password_at TIMESTAMPTZ;
ALTER TABLE one_time_link ADD COLUMN email VARCHAR(200) NOT NULL DEFAULT '';
ALTER TABLE brand ADD COLUMN logo_type VARCHAR(20) NOT NULL DEFAULT '';
ALTER TABLE brand ADD COLUMN is_embedded BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE second_factor (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    secret TEXT NOT NULL DEFAULT '',
    last_step BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ
);

CREATE TABLE recovery_code (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    code_hash VARCHAR(64) NOT NULL DEFAULT '',
    used_at TIMESTAMPTZ
);

CREATE TABLE login_challenge (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    token_hash VARCHAR(64) NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);

CREATE UNIQUE INDEX second_factor_user ON second_factor (user_id);
CREATE INDEX second_factor_reseller ON second_factor (reseller_id);
CREATE INDEX recovery_code_user ON recovery_code (user_id);
CREATE INDEX recovery_code_reseller ON recovery_code (reseller_id);
CREATE INDEX login_challenge_user ON login_challenge (user_id);
CREATE INDEX login_challenge_reseller ON login_challenge (reseller_id);
CREATE INDEX login_challenge_expires ON login_challenge (expires_at);
CREATE INDEX app_user_by_name ON app_user (reseller_id, name, id);
CREATE INDEX app_user_by_email ON app_user (reseller_id, email, id);
CREATE INDEX app_user_by_role ON app_user (reseller_id, role, id);
DROP INDEX brand_reseller;
CREATE UNIQUE INDEX brand_reseller ON brand (reseller_id);
