-- When a reseller works and what it promises; the columns repeat server/calendars/tables.py.

CREATE TABLE calendar (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    week JSONB NOT NULL DEFAULT '[]',
    has_state_holidays BOOLEAN NOT NULL DEFAULT true,
    has_optional_holidays BOOLEAN NOT NULL DEFAULT false,
    full_minutes INTEGER,
    light_minutes INTEGER,
    none_minutes INTEGER
);

CREATE TABLE calendar_holiday (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    company_id UUID REFERENCES company,
    held_on DATE NOT NULL,
    name VARCHAR(80) NOT NULL DEFAULT '',
    is_yearly BOOLEAN NOT NULL DEFAULT false
);

CREATE TABLE order_promise (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    service_order_id UUID NOT NULL REFERENCES service_order,
    minutes INTEGER NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    calendar JSONB NOT NULL DEFAULT '{}'
);

CREATE UNIQUE INDEX calendar_reseller ON calendar (reseller_id);
CREATE INDEX calendar_holiday_reseller ON calendar_holiday (reseller_id, held_on);
CREATE INDEX order_promise_reseller ON order_promise (reseller_id);
CREATE UNIQUE INDEX order_promise_order ON order_promise (service_order_id);
