-- What was promised, later by what the order waited; the lists would otherwise work out a ledger for each line.
ALTER TABLE service_order ADD COLUMN paused_due_at TIMESTAMPTZ;
