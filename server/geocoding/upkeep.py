"""Hourly: customers that nobody looked for yet, a few at a time, and answers that are too old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server import settings as settings_module
from server.geocoding.tables import GeocoderAnswer
from server.jobs.outbox import enqueue
from server.jobs.registry import ClaimedJob, handles
from server.positions.actions import wake_lane
from server.positions.rules import Answer

KIND = "geocoding_upkeep"
EVERY = timedelta(hours=1)
MISSING_AT_ONCE = 500


async def schedule_geocoding_upkeep() -> None:
    """Once at start; after that each run leaves the next. Needs `platform()`."""
    async with DB.transaction():
        await enqueue(KIND, {}, dedupe_key=KIND)


@handles(KIND)
async def keep(job: ClaimedJob) -> None:
    now = datetime.now(UTC)
    await want_missing(now, is_on=bool(settings_module.current().geocoder))
    await GeocoderAnswer.delete().where(GeocoderAnswer.expires_at < now)
    async with DB.transaction():
        await enqueue(KIND, {}, dedupe_key=KIND, run_at=now + EVERY)


async def want_missing(now: datetime, *, is_on: bool) -> None:
    """Needs `platform()`. `is_on` asks for those, too, that were looked for while no geocoder was set."""
    async with DB.transaction() as tx:
        missing = await tx.fetch(
            "SELECT c.id, c.reseller_id FROM customer c WHERE c.is_active AND NOT EXISTS"
            " (SELECT 1 FROM customer_position p WHERE p.customer_id = c.id) ORDER BY c.id LIMIT $1",
            MISSING_AT_ONCE,
        )
        await tx.execute_many(
            "INSERT INTO customer_position (id, reseller_id, customer_id, ask_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING",
            [(uuid7(), reseller_id, customer_id, now) for customer_id, reseller_id in missing],
        )
        if is_on:
            await tx.execute(
                "UPDATE customer_position SET ask_at = $1 WHERE answer = $2 AND ask_at IS NULL",
                now,
                Answer.OFF.value,
            )
        if await tx.fetch("SELECT 1 FROM customer_position WHERE ask_at <= $1 LIMIT 1", now):
            await wake_lane(now)
