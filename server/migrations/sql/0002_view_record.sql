-- The client view record becomes one value a client. Each client is answered its whole view at its next pull.

CREATE TABLE sync_view (
    client_id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL,
    told TEXT NOT NULL DEFAULT '[]'
);

DROP TABLE sync_row;

UPDATE sync_client SET forgotten = cvr + 1, cvr = cvr + 1, tombstones = 0, pulse = NULL, checksums = '{}';
