"""The outbox: a job is a row written by the transaction that causes it, so both exist or neither does.

A worker claims a row for a lease; one that was killed loses its lease, and another claims the row again.
`attempts` is the fence: a worker that lost its lease cannot finish what somebody else took over.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.database.transaction import current_of
from server.jobs.registry import ClaimedJob
from server.jobs.rules import MAX_ATTEMPTS, wait_after
from server.jobs.tables import Job
from server.web.live import publish

TOPIC = "jobs"
LEASE = timedelta(minutes=5)
KEEP_DONE = timedelta(days=7)
_LOCK = {"sqlite": "", "postgres": " FOR UPDATE SKIP LOCKED"}


async def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    dedupe_key: str | None = None,
    reseller_id: UUID | None = None,
    run_at: datetime | None = None,
) -> None:
    """Leave a job for the worker, inside the caller's transaction; workers wake at its commit."""
    current = current_of(DB)
    if current is None:
        raise RuntimeError("a job belongs in the transaction that causes it")
    asked = current.root.kept
    if dedupe_key is not None:
        if (kind, dedupe_key) in asked:
            return
        asked[kind, dedupe_key] = True
    now = datetime.now(UTC)
    await current.execute(
        "INSERT INTO job (id, reseller_id, kind, payload, dedupe_key, state, attempts, run_at, created_at)"
        " VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, $7) ON CONFLICT DO NOTHING",
        uuid7(),
        reseller_id,
        kind,
        msgspec.json.encode(payload, enc_hook=str).decode(),
        dedupe_key,
        run_at or now,
        now,
    )
    await publish(TOPIC)


async def claim(now: datetime) -> ClaimedJob | None:
    """The job that is due longest, leased to the caller; None when nothing is due. Needs `platform()`."""
    due = "(state = 'waiting' AND run_at <= $1) OR (state = 'running' AND leased_until <= $1)"
    async with DB.reading() as tx:
        if not await tx.fetch(f"SELECT 1 FROM job WHERE {due} LIMIT 1", now):
            return None
    async with DB.transaction() as tx:
        rows = await tx.fetch(
            "SELECT id, kind, payload, attempts, reseller_id FROM job"
            f" WHERE {due} ORDER BY run_at LIMIT 1{_LOCK[DB.dialect]}",
            now,
        )
        if not rows:
            return None
        job_id, kind, payload, attempts, reseller_id = rows[0]
        if attempts >= MAX_ATTEMPTS:  # it took its worker down with it every time
            await _end(tx, job_id, attempts, "dead", now, "the worker died while it ran")
            return None
        await tx.execute(
            "UPDATE job SET state = 'running', attempts = attempts + 1, leased_until = $2 WHERE id = $1",
            job_id,
            now + LEASE,
        )
    return ClaimedJob(job_id, kind, msgspec.json.decode(payload), attempts + 1, reseller_id)


async def complete(job: ClaimedJob, now: datetime) -> None:
    async with DB.transaction() as tx:
        await _end(tx, job.id, job.attempt, "done", now, "")


async def give_up(job: ClaimedJob, reason: str, now: datetime) -> None:
    """Never again by itself; the row stays for a person to look at."""
    async with DB.transaction() as tx:
        await _end(tx, job.id, job.attempt, "dead", now, reason)


async def retry_later(job: ClaimedJob, reason: str, now: datetime) -> bool:
    """Wait and try again; False when that was the last attempt and the job is dead."""
    wait = wait_after(job.attempt)
    if wait is None:
        await give_up(job, reason, now)
        return False
    async with DB.transaction() as tx:
        # Asked for again meanwhile: that one will do this one's work.
        is_superseded = await tx.fetch(
            "SELECT 1 FROM job later JOIN job this ON this.id = $1"
            " WHERE later.dedupe_key = this.dedupe_key AND later.state = 'waiting'",
            job.id,
        )
        if is_superseded:
            await _end(tx, job.id, job.attempt, "done", now, reason)
        else:
            await tx.execute(
                "UPDATE job SET state = 'waiting', run_at = $3, leased_until = NULL, last_error = $4"
                " WHERE id = $1 AND attempts = $2 AND state = 'running'",
                job.id,
                job.attempt,
                now + wait,
                reason[:2000],
            )
    return True


async def purge_done(now: datetime) -> None:
    await Job.delete().where(Job.state == "done", Job.finished_at < now - KEEP_DONE)


async def _end(tx: Any, job_id: UUID, attempts: int, state: str, now: datetime, error: str) -> None:
    await tx.execute(
        "UPDATE job SET state = $3, finished_at = $4, leased_until = NULL, last_error = $5"
        " WHERE id = $1 AND attempts = $2",
        job_id,
        attempts,
        state,
        now,
        error[:2000],
    )
