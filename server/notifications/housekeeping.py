"""What must not be kept for ever: read notifications, dispatches long ended, and the events behind them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from piccolo_conf import DB
from server.database import platform
from server.jobs.outbox import enqueue
from server.jobs.registry import ClaimedJob, handles

KIND = "notification_housekeeping"
EVERY = timedelta(hours=6)
KEEP = timedelta(days=90)
KEEP_UNREAD = timedelta(days=365)  # who was not here for a year has other things to read
AT_ONCE = 500

# In the order of their references; a parcel's leader and its lines have ended together.
_GONE = (
    "notification_dispatch WHERE state IN ('sent', 'dead', 'withheld') AND ended_at < $1",
    "notification WHERE ((read_at IS NOT NULL AND created_at < $1) OR created_at < $2) AND NOT EXISTS"
    " (SELECT 1 FROM notification_dispatch d WHERE d.notification_id = notification.id)",
    "notification_event WHERE fanned_out_at IS NOT NULL AND created_at < $1 AND NOT EXISTS"
    " (SELECT 1 FROM notification n WHERE n.event_id = notification_event.id)",
)


async def schedule_notification_housekeeping() -> None:
    """Once at start; after that each run leaves the next. Needs `platform()`."""
    async with DB.transaction():
        await enqueue(KIND, {}, dedupe_key=KIND)


@handles(KIND)
async def keep_notifications(job: ClaimedJob) -> None:
    now = datetime.now(UTC)
    with platform():
        await forget(now)
    async with DB.transaction():
        await enqueue(KIND, {}, dedupe_key=KIND, run_at=now + EVERY)


async def forget(now: datetime) -> None:
    """A little at a time: whoever writes meanwhile waits for a few hundred rows only."""
    for gone in _GONE:
        table, condition = gone.split(" WHERE ", 1)
        args = (now - KEEP, now - KEEP_UNREAD) if "$2" in condition else (now - KEEP,)
        while True:
            some = f"SELECT id FROM {table} WHERE {condition} LIMIT {AT_ONCE}"
            async with DB.transaction() as tx:
                count = await tx.execute(f"DELETE FROM {table} WHERE id IN ({some})", *args)
            if count < AT_ONCE:
                break
            await asyncio.sleep(0.05)
