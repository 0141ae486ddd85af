-- What an order's visits come to, kept with the order: a year's reports would otherwise ask for it 24,000 times.
ALTER TABLE service_order ADD COLUMN attended_at TIMESTAMPTZ;
ALTER TABLE service_order ADD COLUMN completed_visits INTEGER NOT NULL DEFAULT 0;
UPDATE service_order SET
    attended_at = (
        SELECT min(t.at) FROM (
            SELECT v.arrived_at AS at FROM visit v WHERE v.service_order_id = service_order.id
            UNION ALL SELECT v.work_started_at FROM visit v WHERE v.service_order_id = service_order.id
        ) t
    ),
    completed_visits = (
        SELECT count(*) FROM visit v WHERE v.service_order_id = service_order.id AND v.state = 'completed'
    )
WHERE id IN (SELECT service_order_id FROM visit);
DROP INDEX visit_attendance;
CREATE INDEX visit_service_order ON visit (service_order_id);
