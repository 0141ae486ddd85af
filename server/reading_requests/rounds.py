"""The job that asks and reminds: every hour, each reseller by its own clock; doing it twice does it once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.database import platform, tenant
from server.jobs.outbox import enqueue
from server.jobs.registry import ClaimedJob, handles
from server.reading_requests import asking
from server.reading_requests.rules import is_due, may_write, month_of
from server.web.rendering import in_zone

KIND = "reading_round"
EVERY = timedelta(hours=1)


async def schedule_reading_rounds() -> None:
    """Once at start; after that each run leaves the next. Needs `platform()`."""
    async with DB.transaction():
        await enqueue(KIND, {}, dedupe_key=KIND)


@handles(KIND)
async def make_round(job: ClaimedJob) -> None:
    now = datetime.now(UTC)
    await ask_and_remind(now)
    async with DB.transaction():
        await enqueue(KIND, {}, dedupe_key=KIND, run_at=now + EVERY)


async def ask_and_remind(now: datetime) -> None:
    with platform():
        resellers: list[Any] = await DB.fetch("SELECT id, timezone FROM reseller WHERE is_active")
    for reseller_id, timezone in resellers:
        here = in_zone(now, timezone)
        if may_write(here):
            with tenant(reseller_id):
                await _ask(reseller_id, here, now)
                await _remind(reseller_id, now)


async def _ask(reseller_id: UUID, here: datetime, now: datetime) -> None:
    month_on = month_of(here)
    async with DB.reading() as tx:
        open_schedules = await tx.fetch(_SCHEDULES, reseller_id, month_on)
    for customer_id, day_of_month, remind_after_days in open_schedules:
        if is_due(day_of_month, here.date()):
            async with DB.transaction() as tx:
                await asking.ask(
                    tx, reseller_id, customer_id, month_on, now=now, remind_after_days=remind_after_days
                )


async def _remind(reseller_id: UUID, now: datetime) -> None:
    async with DB.reading() as tx:
        waiting = await tx.fetch(_WAITING, reseller_id, now)
    for (request_id,) in waiting:
        async with DB.transaction() as tx:
            await asking.remind(tx, reseller_id, request_id, now=now)


_SCHEDULES = """SELECT s.customer_id, s.day_of_month, s.remind_after_days FROM reading_schedule s
    WHERE s.reseller_id = $1 AND s.is_on AND NOT EXISTS
    (SELECT 1 FROM reading_request q WHERE q.customer_id = s.customer_id AND q.month_on = $2)"""
_WAITING = """SELECT q.id FROM reading_request q JOIN customer c ON c.id = q.customer_id AND c.is_active
    WHERE q.reseller_id = $1 AND q.remind_at <= $2 AND q.expires_at > $2
    AND q.completed_at IS NULL AND q.revoked_at IS NULL"""
