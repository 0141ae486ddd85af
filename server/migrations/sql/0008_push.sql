-- Browsers that a push reaches; the columns repeat server/notifications/push/tables.py.

CREATE TABLE push_subscription (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    session_id UUID NOT NULL,
    client_id UUID,
    endpoint TEXT NOT NULL,
    p256dh VARCHAR(100) NOT NULL DEFAULT '',
    auth VARCHAR(40) NOT NULL DEFAULT '',
    device VARCHAR(60) NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL,
    last_success_at TIMESTAMPTZ,
    failures INTEGER NOT NULL DEFAULT 0,
    last_error VARCHAR(200) NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX push_subscription_endpoint ON push_subscription (endpoint);
CREATE INDEX push_subscription_reseller ON push_subscription (reseller_id);
CREATE INDEX push_subscription_user ON push_subscription (user_id, created_at);
CREATE INDEX push_subscription_session ON push_subscription (session_id);
CREATE INDEX push_subscription_client ON push_subscription (client_id);
