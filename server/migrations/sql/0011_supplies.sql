-- Supply requests that are made in the portal; the columns repeat server/supplies/tables.py.

ALTER TABLE reseller ADD COLUMN next_supply_number INTEGER NOT NULL DEFAULT 1;
ALTER TABLE supply_request ADD COLUMN contract_id UUID REFERENCES contract;
ALTER TABLE supply_request ADD COLUMN web_number INTEGER;
ALTER TABLE supply_request ADD COLUMN ilux_number VARCHAR(20) NOT NULL DEFAULT '';
ALTER TABLE supply_request ADD COLUMN model VARCHAR(80) NOT NULL DEFAULT '';
ALTER TABLE supply_request ADD COLUMN department VARCHAR(80) NOT NULL DEFAULT '';
ALTER TABLE supply_request ADD COLUMN install_location VARCHAR(80) NOT NULL DEFAULT '';
ALTER TABLE supply_request ADD COLUMN cancel_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE supply_request ADD COLUMN invoice_issued_on DATE;
ALTER TABLE supply_request ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE supply_request ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE supply_request ADD COLUMN mono INTEGER;
ALTER TABLE supply_request ADD COLUMN color INTEGER;
ALTER TABLE supply_request ADD COLUMN warnings JSONB NOT NULL DEFAULT '[]';
ALTER TABLE supply_request ADD COLUMN opened_by_id UUID;
ALTER TABLE supply_request ADD COLUMN opened_from VARCHAR(10) NOT NULL DEFAULT 'ilux';
ALTER TABLE supply_request ADD COLUMN requester_name VARCHAR(80) NOT NULL DEFAULT '';
ALTER TABLE supply_request ADD COLUMN requester_phone VARCHAR(30) NOT NULL DEFAULT '';
ALTER TABLE supply_request ADD COLUMN last_change_at TIMESTAMPTZ;

CREATE TABLE supply_request_event (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    supply_request_id UUID NOT NULL REFERENCES supply_request,
    kind VARCHAR(20) NOT NULL DEFAULT '',
    user_id UUID,
    user_name VARCHAR(120) NOT NULL DEFAULT '',
    source VARCHAR(10) NOT NULL DEFAULT '',
    before JSONB NOT NULL DEFAULT '{}',
    after JSONB NOT NULL DEFAULT '{}',
    note TEXT NOT NULL DEFAULT '',
    is_internal BOOLEAN NOT NULL DEFAULT false,
    recorded_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX supply_request_event_reseller ON supply_request_event (reseller_id);
CREATE INDEX supply_request_event_request ON supply_request_event (supply_request_id, recorded_at);
CREATE INDEX supply_request_contract ON supply_request (contract_id);
CREATE INDEX supply_request_opened_by ON supply_request (opened_by_id);
CREATE INDEX supply_request_list ON supply_request (reseller_id, requested_at, id);
CREATE INDEX supply_request_status ON supply_request (reseller_id, status, requested_at, id);
CREATE UNIQUE INDEX supply_request_number ON supply_request (reseller_id, web_number);

-- Last: what it changes is owed to triggers until the commit, and then no table can be altered.
UPDATE supply_request SET web_number = numbered.n FROM (
    SELECT id, row_number() OVER (PARTITION BY reseller_id ORDER BY requested_at, id) AS n FROM supply_request
) AS numbered WHERE numbered.id = supply_request.id;
UPDATE reseller SET next_supply_number = 1 + (SELECT count(*) FROM supply_request WHERE reseller_id = reseller.id)
    WHERE EXISTS (SELECT 1 FROM supply_request WHERE reseller_id = reseller.id);
