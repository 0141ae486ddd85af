-- What happened, whom it is told, and by which way; the columns repeat server/notifications/tables.py.

CREATE TABLE notification_event (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    kind VARCHAR(40) NOT NULL DEFAULT '',
    subject_kind VARCHAR(30) NOT NULL DEFAULT '',
    subject_id UUID,
    company_id UUID,
    customer_id UUID,
    technician_id UUID,
    user_id UUID,
    actor_id UUID,
    facts JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMPTZ NOT NULL,
    fanned_out_at TIMESTAMPTZ
);

CREATE TABLE notification (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    event_id UUID NOT NULL REFERENCES notification_event,
    user_id UUID NOT NULL REFERENCES app_user,
    kind VARCHAR(40) NOT NULL DEFAULT '',
    title VARCHAR(120) NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    path VARCHAR(200) NOT NULL DEFAULT '',
    group_key VARCHAR(80) NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ
);

CREATE TABLE notification_dispatch (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    notification_id UUID NOT NULL REFERENCES notification,
    user_id UUID NOT NULL REFERENCES app_user,
    kind VARCHAR(40) NOT NULL DEFAULT '',
    channel VARCHAR(10) NOT NULL DEFAULT '',
    address VARCHAR(200) NOT NULL DEFAULT '',
    state VARCHAR(10) NOT NULL DEFAULT 'waiting',
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at TIMESTAMPTZ NOT NULL,
    leased_until TIMESTAMPTZ,
    parcel_id UUID,
    touched_at TIMESTAMPTZ,
    repeats INTEGER NOT NULL DEFAULT 0,
    sent_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    bounced_at TIMESTAMPTZ,
    last_error VARCHAR(500) NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE notification_preference (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    kind VARCHAR(40) NOT NULL DEFAULT '',
    mail BOOLEAN NOT NULL DEFAULT true,
    push BOOLEAN NOT NULL DEFAULT true
);

CREATE TABLE notification_settings (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    quiet_from INTEGER,
    quiet_until INTEGER,
    digest_minutes INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE undeliverable_address (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    address VARCHAR(200) NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0,
    last_error VARCHAR(500) NOT NULL DEFAULT '',
    last_failed_at TIMESTAMPTZ NOT NULL,
    marked_at TIMESTAMPTZ
);

CREATE INDEX notification_event_reseller ON notification_event (reseller_id, created_at);
CREATE UNIQUE INDEX notification_once ON notification (event_id, user_id);
CREATE INDEX notification_bell ON notification (user_id, created_at, id);
CREATE INDEX notification_unread ON notification (user_id) WHERE read_at IS NULL;
CREATE UNIQUE INDEX notification_dispatch_once ON notification_dispatch (notification_id, channel, address);
CREATE INDEX notification_dispatch_due ON notification_dispatch (due_at) WHERE state = 'waiting';
CREATE INDEX notification_dispatch_leased ON notification_dispatch (leased_until) WHERE state = 'sending';
CREATE INDEX notification_dispatch_address ON notification_dispatch (channel, address) WHERE state = 'waiting';
CREATE INDEX notification_dispatch_parcel ON notification_dispatch (parcel_id);
CREATE INDEX notification_dispatch_list ON notification_dispatch (reseller_id, created_at, id);
CREATE UNIQUE INDEX notification_preference_once ON notification_preference (user_id, kind);
CREATE UNIQUE INDEX notification_settings_once ON notification_settings (user_id);
CREATE UNIQUE INDEX undeliverable_address_once ON undeliverable_address (reseller_id, address);
