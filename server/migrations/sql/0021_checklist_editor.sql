-- Drafts of checklists and photos of their questions; a reseller's own words of notices.
-- The columns repeat server/service_orders/tables.py, server/visits/tables.py, server/notifications/tables.py.

ALTER TABLE checklist_template ADD COLUMN model VARCHAR(80) NOT NULL DEFAULT '';
ALTER TABLE checklist_template ADD COLUMN draft JSONB;
ALTER TABLE checklist_template ADD COLUMN draft_revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE photo ADD COLUMN question_key VARCHAR(40) NOT NULL DEFAULT '';

ALTER TABLE notification ADD COLUMN mail_subject VARCHAR(160) NOT NULL DEFAULT '';
ALTER TABLE notification ADD COLUMN mail_opening TEXT NOT NULL DEFAULT '';
ALTER TABLE notification ADD COLUMN mail_closing TEXT NOT NULL DEFAULT '';

CREATE TABLE notification_text (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    kind VARCHAR(40) NOT NULL DEFAULT '',
    number INTEGER NOT NULL DEFAULT 0,
    is_default BOOLEAN NOT NULL DEFAULT false,
    title VARCHAR(120) NOT NULL DEFAULT '',
    subject VARCHAR(160) NOT NULL DEFAULT '',
    opening TEXT NOT NULL DEFAULT '',
    closing TEXT NOT NULL DEFAULT '',
    written_at TIMESTAMPTZ NOT NULL,
    written_by_id UUID,
    written_by_name VARCHAR(120) NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX notification_text_version ON notification_text (reseller_id, kind, number);
