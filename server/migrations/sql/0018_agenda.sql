-- What a visit takes with the way to it, so that the agenda can say what fits into a day; and return calls,
-- which are found from the call that they return for.

ALTER TABLE calendar ADD COLUMN visit_minutes INTEGER NOT NULL DEFAULT 90;

CREATE INDEX service_order_return ON service_order (return_of_id) WHERE return_of_id IS NOT NULL;
