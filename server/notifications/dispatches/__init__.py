"""The admin's page of what was sent to whom, by which way, and what became of it."""
