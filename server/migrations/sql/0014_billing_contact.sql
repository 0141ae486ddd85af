-- Billing files and contact messages; the columns repeat server/billing/tables.py and server/contact/tables.py.

ALTER TABLE app_user ADD COLUMN can_publish_billing BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE billing_batch (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    company_id UUID NOT NULL REFERENCES company,
    customer_id UUID NOT NULL REFERENCES customer,
    contract_id UUID REFERENCES contract,
    period_on DATE NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    is_mailed BOOLEAN NOT NULL DEFAULT false,
    failures JSONB NOT NULL DEFAULT '[]',
    published_by_id UUID NOT NULL REFERENCES app_user,
    published_by_name VARCHAR(120) NOT NULL DEFAULT '',
    published_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE billing_file (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    billing_batch_id UUID NOT NULL REFERENCES billing_batch,
    name VARCHAR(120) NOT NULL DEFAULT '',
    sha256 VARCHAR(64) NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT 0,
    pages INTEGER NOT NULL DEFAULT 0,
    doubts JSONB NOT NULL DEFAULT '[]',
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by_name VARCHAR(120) NOT NULL DEFAULT '',
    withdrawn_reason VARCHAR(200) NOT NULL DEFAULT ''
);

CREATE TABLE billing_opening (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    billing_file_id UUID NOT NULL REFERENCES billing_file,
    user_id UUID NOT NULL REFERENCES app_user,
    user_name VARCHAR(120) NOT NULL DEFAULT '',
    opened_at TIMESTAMPTZ NOT NULL,
    address VARCHAR(64) NOT NULL DEFAULT ''
);

CREATE TABLE contact_message (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    company_id UUID NOT NULL REFERENCES company,
    customer_id UUID NOT NULL REFERENCES customer,
    kind VARCHAR(10) NOT NULL DEFAULT 'contact',
    state VARCHAR(10) NOT NULL DEFAULT 'open',
    subject VARCHAR(120) NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    sender_id UUID NOT NULL REFERENCES app_user,
    sender_name VARCHAR(120) NOT NULL DEFAULT '',
    sender_email VARCHAR(200) NOT NULL DEFAULT '',
    sender_phone VARCHAR(30) NOT NULL DEFAULT '',
    sent_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    closed_by_name VARCHAR(120) NOT NULL DEFAULT ''
);

CREATE TABLE contact_answer (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    contact_message_id UUID NOT NULL REFERENCES contact_message,
    user_id UUID NOT NULL REFERENCES app_user,
    user_name VARCHAR(120) NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    answered_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX billing_batch_list ON billing_batch (reseller_id, period_on, id);
CREATE INDEX billing_batch_company ON billing_batch (company_id);
CREATE INDEX billing_batch_customer ON billing_batch (customer_id, period_on, id);
CREATE INDEX billing_batch_contract ON billing_batch (contract_id);
CREATE INDEX billing_batch_publisher ON billing_batch (published_by_id);
CREATE INDEX billing_file_batch ON billing_file (billing_batch_id);
CREATE INDEX billing_file_content ON billing_file (reseller_id, sha256);
CREATE INDEX billing_opening_reseller ON billing_opening (reseller_id);
CREATE INDEX billing_opening_file ON billing_opening (billing_file_id, opened_at);
CREATE INDEX billing_opening_user ON billing_opening (user_id);
CREATE INDEX contact_message_list ON contact_message (reseller_id, sent_at, id);
CREATE INDEX contact_message_company ON contact_message (company_id);
CREATE INDEX contact_message_customer ON contact_message (customer_id);
CREATE INDEX contact_message_sender ON contact_message (sender_id);
CREATE INDEX contact_answer_reseller ON contact_answer (reseller_id);
CREATE INDEX contact_answer_message ON contact_answer (contact_message_id);
CREATE INDEX contact_answer_user ON contact_answer (user_id);
