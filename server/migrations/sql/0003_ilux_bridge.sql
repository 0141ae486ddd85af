-- What comes from ILUX and goes there; the columns repeat server/*/tables.py.

CREATE TABLE model (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    name VARCHAR(80) NOT NULL DEFAULT '',
    manufacturer VARCHAR(60) NOT NULL DEFAULT '',
    is_color BOOLEAN NOT NULL DEFAULT false,
    is_active BOOLEAN NOT NULL DEFAULT true,
    ver BIGINT NOT NULL DEFAULT 0
);

ALTER TABLE equipment ADD COLUMN model_id UUID REFERENCES model;
ALTER TABLE service_order ADD COLUMN diagnosis TEXT NOT NULL DEFAULT '';
ALTER TABLE service_order ADD COLUMN resolution TEXT NOT NULL DEFAULT '';

CREATE TABLE supply (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    code VARCHAR(30) NOT NULL DEFAULT '',
    name VARCHAR(120) NOT NULL DEFAULT '',
    color VARCHAR(1),
    page_yield INTEGER,
    is_active BOOLEAN NOT NULL DEFAULT true,
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE supply_request (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    company_id UUID NOT NULL REFERENCES company,
    customer_id UUID NOT NULL REFERENCES customer,
    equipment_id UUID REFERENCES equipment,
    carrier_id UUID REFERENCES carrier,
    status VARCHAR(10) NOT NULL DEFAULT 'pending',
    invoice_number VARCHAR(20) NOT NULL DEFAULT '',
    tracking_code VARCHAR(60) NOT NULL DEFAULT '',
    requested_at TIMESTAMPTZ NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT true,
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE supply_request_item (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    supply_request_id UUID NOT NULL REFERENCES supply_request,
    supply_id UUID NOT NULL REFERENCES supply,
    quantity INTEGER NOT NULL DEFAULT 1,
    is_active BOOLEAN NOT NULL DEFAULT true
);

CREATE TABLE invoice (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    company_id UUID NOT NULL REFERENCES company,
    customer_id UUID NOT NULL REFERENCES customer,
    carrier_id UUID REFERENCES carrier,
    number VARCHAR(20) NOT NULL DEFAULT '',
    series VARCHAR(5) NOT NULL DEFAULT '',
    access_key VARCHAR(44) NOT NULL DEFAULT '',
    issued_at TIMESTAMPTZ,
    total NUMERIC(15, 2),
    tracking_code VARCHAR(60) NOT NULL DEFAULT '',
    delivery_status VARCHAR(10) NOT NULL DEFAULT 'pending',
    delivered_at TIMESTAMPTZ,
    received_by VARCHAR(60) NOT NULL DEFAULT '',
    is_active BOOLEAN NOT NULL DEFAULT true,
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE ilux_link (
    id {serial},
    reseller_id UUID NOT NULL REFERENCES reseller,
    entity VARCHAR(30) NOT NULL DEFAULT '',
    key VARCHAR(200) NOT NULL DEFAULT '',
    row_id UUID NOT NULL,
    hash VARCHAR(32) NOT NULL DEFAULT '',
    load_id UUID,
    retired_at TIMESTAMPTZ
);

CREATE TABLE ilux_load (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    entities TEXT NOT NULL DEFAULT '[]',
    begun_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    retired INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE ilux_refusal (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    entity VARCHAR(30) NOT NULL DEFAULT '',
    key VARCHAR(200) NOT NULL DEFAULT '',
    data TEXT NOT NULL DEFAULT '{}',
    code VARCHAR(30) NOT NULL DEFAULT '',
    field VARCHAR(40) NOT NULL DEFAULT '',
    wants_entity VARCHAR(30),
    wants_key VARCHAR(200),
    load_id UUID,
    refused_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE ilux_message (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    n BIGINT NOT NULL DEFAULT 0,
    entity VARCHAR(30) NOT NULL DEFAULT '',
    write VARCHAR(20) NOT NULL DEFAULT '',
    row_id UUID NOT NULL,
    visit_id UUID,
    key VARCHAR(200),
    data TEXT NOT NULL DEFAULT '{}',
    expected TEXT NOT NULL DEFAULT '{}',
    refs TEXT NOT NULL DEFAULT '{}',
    waits_for_id UUID,
    status VARCHAR(10) NOT NULL DEFAULT 'open',
    reason TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL,
    answered_at TIMESTAMPTZ,
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE bridge_status (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    queue INTEGER NOT NULL DEFAULT 0,
    oldest_at TIMESTAMPTZ,
    errors TEXT NOT NULL DEFAULT '[]',
    last_cycle_at TIMESTAMPTZ,
    version VARCHAR(40) NOT NULL DEFAULT '',
    firebird VARCHAR(40) NOT NULL DEFAULT '',
    base_bytes BIGINT,
    epoch VARCHAR(60) NOT NULL DEFAULT '',
    upkeep TEXT,
    heard_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX model_reseller ON model (reseller_id);
CREATE INDEX customer_document ON customer (reseller_id, cnpj_cpf);
CREATE INDEX contract_number ON contract (reseller_id, number);
CREATE INDEX equipment_model ON equipment (model_id);
CREATE UNIQUE INDEX supply_code ON supply (reseller_id, code);
CREATE INDEX supply_request_reseller ON supply_request (reseller_id, requested_at);
CREATE INDEX supply_request_company ON supply_request (company_id);
CREATE INDEX supply_request_customer ON supply_request (customer_id);
CREATE INDEX supply_request_equipment ON supply_request (equipment_id);
CREATE INDEX supply_request_carrier ON supply_request (carrier_id);
CREATE INDEX supply_request_item_reseller ON supply_request_item (reseller_id);
CREATE INDEX supply_request_item_request ON supply_request_item (supply_request_id);
CREATE INDEX supply_request_item_supply ON supply_request_item (supply_id);
CREATE INDEX invoice_issued ON invoice (reseller_id, issued_at);
CREATE INDEX invoice_company ON invoice (company_id);
CREATE INDEX invoice_customer ON invoice (customer_id);
CREATE INDEX invoice_carrier ON invoice (carrier_id, delivery_status);
CREATE UNIQUE INDEX ilux_link_key ON ilux_link (reseller_id, entity, key);
CREATE INDEX ilux_link_row ON ilux_link (row_id);
CREATE INDEX ilux_load_open ON ilux_load (reseller_id, begun_at) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX ilux_refusal_key ON ilux_refusal (reseller_id, entity, key);
CREATE INDEX ilux_refusal_wants ON ilux_refusal (reseller_id, wants_entity, wants_key);
CREATE INDEX ilux_message_order ON ilux_message (reseller_id, n);
CREATE INDEX ilux_message_open ON ilux_message (reseller_id, n, id) WHERE status = 'open';
CREATE INDEX ilux_message_row ON ilux_message (row_id);
CREATE INDEX ilux_message_failed ON ilux_message (reseller_id, answered_at) WHERE status IN ('refused', 'conflict');
CREATE UNIQUE INDEX bridge_status_user ON bridge_status (user_id);
CREATE INDEX bridge_status_reseller ON bridge_status (reseller_id);
