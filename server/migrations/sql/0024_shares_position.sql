-- Who refused to be located, kept with the person: the phone is told, and every batch of positions asks it.
ALTER TABLE app_user ADD COLUMN shares_position BOOLEAN NOT NULL DEFAULT true;
UPDATE app_user SET shares_position = false WHERE id IN (
    SELECT c.user_id FROM consent c JOIN policy_document d ON d.id = c.document_id
    WHERE d.kind = 'location' AND NOT c.is_granted AND NOT EXISTS (
        SELECT 1 FROM consent n JOIN policy_document e ON e.id = n.document_id
        WHERE n.user_id = c.user_id AND e.kind = 'location' AND (n.at > c.at OR (n.at = c.at AND n.id > c.id))
    )
);
