CREATE INDEX service_order_scheduled ON service_order (reseller_id, scheduled_at);
