-- Calls as customers live them: attachments, filters kept, canned answers, ratings; the columns repeat
-- server/attachments, server/service_orders, server/triage and server/ratings.

ALTER TABLE service_order ADD COLUMN triage_released_at TIMESTAMPTZ;

CREATE TABLE attachment (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    service_order_id UUID REFERENCES service_order,
    triage_message_id UUID REFERENCES triage_message,
    name VARCHAR(120) NOT NULL DEFAULT '',
    content_type VARCHAR(40) NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT 0,
    sha256 VARCHAR(64) NOT NULL DEFAULT '',
    uploaded_by_id UUID,
    uploaded_by_name VARCHAR(120) NOT NULL DEFAULT '',
    uploaded_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE saved_filter (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    name VARCHAR(40) NOT NULL DEFAULT '',
    query VARCHAR(1000) NOT NULL DEFAULT ''
);

CREATE TABLE canned_answer (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    title VARCHAR(60) NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    is_active BOOLEAN NOT NULL DEFAULT true
);

CREATE TABLE rating (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    service_order_id UUID NOT NULL REFERENCES service_order,
    visit_id UUID NOT NULL REFERENCES visit,
    user_id UUID NOT NULL REFERENCES app_user,
    user_name VARCHAR(120) NOT NULL DEFAULT '',
    grade VARCHAR(12),
    comment TEXT NOT NULL DEFAULT '',
    rated_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX attachment_reseller ON attachment (reseller_id);
CREATE INDEX attachment_order ON attachment (service_order_id, uploaded_at);
CREATE INDEX attachment_message ON attachment (triage_message_id);
CREATE INDEX attachment_loose ON attachment (uploaded_at) WHERE service_order_id IS NULL;
CREATE INDEX saved_filter_reseller ON saved_filter (reseller_id);
CREATE UNIQUE INDEX saved_filter_name ON saved_filter (user_id, name);
CREATE INDEX canned_answer_reseller ON canned_answer (reseller_id);
CREATE INDEX rating_reseller ON rating (reseller_id, rated_at);
CREATE INDEX rating_order ON rating (service_order_id);
CREATE UNIQUE INDEX rating_visit ON rating (visit_id);
CREATE INDEX rating_user ON rating (user_id);
CREATE INDEX service_order_customer_opened ON service_order (customer_id, opened_at);
CREATE INDEX triage_message_recent ON triage_message (reseller_id, created_at);
