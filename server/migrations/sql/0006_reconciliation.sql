ALTER TABLE bridge_status ADD COLUMN reconciled_at TIMESTAMPTZ;
ALTER TABLE bridge_status ADD COLUMN reconciled_found INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bridge_status ADD COLUMN reconciled_repaired INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bridge_status ADD COLUMN reconciled_left INTEGER NOT NULL DEFAULT 0;
