"""The worker's loop: claim, run, record."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import structlog

from server.database import platform, tenant
from server.jobs.outbox import LEASE, TOPIC, claim, complete, give_up, retry_later
from server.jobs.registry import ClaimedJob, GiveUp, handler_of
from server.jobs.shift import Shift
from server.web.metrics import JOBS_RUN

log = structlog.get_logger("pws.jobs")

LANES = 2  # a slow mail server must not hold up distances
LONGEST_RUN_SECONDS = LEASE.total_seconds() - 30


class Worker:
    """Runs jobs until stopped. Any number of workers may run, in any number of processes."""

    def __init__(self) -> None:
        self._shift = Shift("worker", TOPIC)

    def stop(self) -> None:
        """Claim nothing more; jobs that run are finished."""
        self._shift.end()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(LANES):
                group.create_task(self._shift.work(lambda: run_one(datetime.now(UTC))))


async def run_one(now: datetime) -> bool:
    """Claim one job and run it to its end; False when none was due."""
    with platform():
        job = await claim(now)
        if job is None:
            return False
        outcome = await _run(job)
        JOBS_RUN.labels(job.kind, outcome).inc()
        return True


async def _run(job: ClaimedJob) -> str:
    whose: AbstractContextManager[None] = tenant(job.reseller_id) if job.reseller_id else platform()
    try:
        with whose:
            async with asyncio.timeout(LONGEST_RUN_SECONDS):
                await handler_of(job.kind)(job)
    except GiveUp as reason:
        log.error("job_given_up", job=str(job.id), kind=job.kind, reason=str(reason))
        await give_up(job, str(reason), datetime.now(UTC))
        return "dead"
    except Exception as error:
        log.warning("job_failed", job=str(job.id), kind=job.kind, attempt=job.attempt, exc_info=error)
        is_alive = await retry_later(job, f"{type(error).__name__}: {error}", datetime.now(UTC))
        return "retried" if is_alive else "dead"
    await complete(job, datetime.now(UTC))
    return "done"
