"""The month's readings: customers are asked by mail for what their counters show, and answer by a link."""
