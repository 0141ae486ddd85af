-- How requested parts stand, and the monthly readings that customers are asked for; the columns repeat
-- server/service_orders/tables.py and server/reading_requests/tables.py.

ALTER TABLE part_request ADD COLUMN expected_on DATE;
ALTER TABLE part_request ADD COLUMN carrier_id UUID REFERENCES carrier;
ALTER TABLE part_request ADD COLUMN tracking_code VARCHAR(60) NOT NULL DEFAULT '';
ALTER TABLE part_request ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE part_request ADD COLUMN changed_at TIMESTAMPTZ;
ALTER TABLE part_request ADD COLUMN changed_by_id UUID REFERENCES app_user;
ALTER TABLE part_request ADD COLUMN ver BIGINT NOT NULL DEFAULT 0;

CREATE TABLE reading_schedule (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    customer_id UUID NOT NULL REFERENCES customer,
    is_on BOOLEAN NOT NULL DEFAULT false,
    day_of_month INTEGER NOT NULL DEFAULT 25,
    remind_after_days INTEGER NOT NULL DEFAULT 3
);

CREATE TABLE reading_request (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    customer_id UUID NOT NULL REFERENCES customer,
    month_on DATE NOT NULL,
    token_hash VARCHAR(64) NOT NULL DEFAULT '',
    recipients JSONB NOT NULL DEFAULT '[]',
    asked_at TIMESTAMPTZ NOT NULL,
    remind_at TIMESTAMPTZ,
    reminded_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ NOT NULL,
    completed_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ
);

CREATE TABLE reading_request_item (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    reading_request_id UUID NOT NULL REFERENCES reading_request,
    equipment_id UUID NOT NULL REFERENCES equipment,
    meter_reading_id UUID,
    answered_at TIMESTAMPTZ,
    photo_type VARCHAR(40) NOT NULL DEFAULT ''
);

CREATE INDEX part_request_list ON part_request (reseller_id, requested_at, id);
CREATE INDEX part_request_carrier ON part_request (carrier_id);
CREATE INDEX part_request_changer ON part_request (changed_by_id);
CREATE UNIQUE INDEX reading_schedule_customer ON reading_schedule (customer_id);
CREATE INDEX reading_schedule_reseller ON reading_schedule (reseller_id);
CREATE UNIQUE INDEX reading_request_month ON reading_request (customer_id, month_on);
CREATE UNIQUE INDEX reading_request_token ON reading_request (token_hash);
CREATE INDEX reading_request_list ON reading_request (reseller_id, month_on, asked_at, id);
CREATE INDEX reading_request_remind ON reading_request (remind_at);
CREATE UNIQUE INDEX reading_request_item_machine ON reading_request_item (reading_request_id, equipment_id);
CREATE INDEX reading_request_item_equipment ON reading_request_item (equipment_id);
CREATE INDEX reading_request_item_reseller ON reading_request_item (reseller_id);
