"""What is over is swept away by the hour; what counts stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from offline_sync.ids import uuid7
from server.accounts.tables import Attempt
from server.database import Database, platform
from server.jobs.housekeeping import KIND, schedule_housekeeping
from server.jobs.loop import run_one
from server.jobs.tables import Job


async def test_old_tries_and_finished_jobs_go_and_the_next_round_is_left(database: Database) -> None:
    now = datetime.now(UTC)
    with platform():
        await Attempt.insert(
            Attempt(id=uuid7(), action="login_mail", key="old", at=now - timedelta(days=2)),
            Attempt(id=uuid7(), action="login_mail", key="new", at=now),
        )
        old = now - timedelta(days=8)
        await Job.insert(
            Job(kind="mail", state="done", run_at=old, created_at=old, finished_at=old),
            Job(kind="mail", state="dead", run_at=old, created_at=old, finished_at=old),
        )
    await schedule_housekeeping()
    await schedule_housekeeping()  # two processes start at once
    assert await run_one(now + timedelta(seconds=1))
    assert not await run_one(now + timedelta(seconds=2))
    with platform():
        assert [row["key"] for row in await Attempt.select(Attempt.key)] == ["new"]
        jobs = await Job.select(Job.kind, Job.state).order_by(Job.kind).order_by(Job.state)
    assert [(job["kind"], job["state"]) for job in jobs] == [
        (KIND, "done"),
        (KIND, "waiting"),
        ("mail", "dead"),
    ]
