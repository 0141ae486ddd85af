"""What waits in the outbox, for metrics and the desk."""

from __future__ import annotations

from server.database import platform
from server.jobs.tables import Job


async def count_by_state() -> dict[str, int]:
    """How many jobs wait, run, or were given up; finished ones are not counted."""
    with platform():
        rows = await Job.raw("SELECT state, count(*) AS n FROM job WHERE state <> 'done' GROUP BY state")
    return {"waiting": 0, "running": 0, "dead": 0} | {row["state"]: row["n"] for row in rows}
