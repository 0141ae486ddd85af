"""The worker's loop: claim, run, record; asleep until a commit wakes it or a second has passed."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import structlog

from server.database import platform, tenant
from server.jobs.outbox import LEASE, TOPIC, claim, complete, give_up, retry_later
from server.jobs.registry import ClaimedJob, GiveUp, handler_of
from server.web.live import HUB
from server.web.metrics import JOBS_RUN

log = structlog.get_logger("pws.jobs")

LANES = 2  # a slow mail server must not hold up distances
LOOK_EVERY_SECONDS = 1.0  # for jobs that became due, and on SQLite for those of another process
LONGEST_RUN_SECONDS = LEASE.total_seconds() - 30
PAUSE_AFTER_FAULT_SECONDS = 5.0


class Worker:
    """Runs jobs until stopped. Any number of workers may run, in any number of processes."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Claim nothing more; jobs that run are finished."""
        self._stopping.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(LANES):
                group.create_task(self._lane())

    async def _lane(self) -> None:
        with HUB.listening(TOPIC) as listener:
            while not self._stopping.is_set():
                try:
                    has_worked = await run_one(datetime.now(UTC))
                except Exception:
                    log.exception("worker_interrupted")
                    await self._pause(PAUSE_AFTER_FAULT_SECONDS)
                    continue
                if has_worked:
                    continue
                if listener.is_closed:
                    await self._pause(LOOK_EVERY_SECONDS)
                else:
                    await listener.next(LOOK_EVERY_SECONDS)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


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
