-- Reports ask of each order when somebody first came, and how often: answered by the index alone.
-- The reseller is in it for PostgreSQL's row-level security.
CREATE INDEX visit_attendance ON visit (service_order_id, reseller_id, state, arrived_at, work_started_at);
DROP INDEX visit_service_order;

-- The report of travels reads a period's visits from here alone.
CREATE INDEX visit_travel
    ON visit (reseller_id, started_at, technician_id, service_order_id, distance_km, travel_minutes);
