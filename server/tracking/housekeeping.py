"""What must not be kept for ever of where people were: old tracks, places of those off duty, dead links."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from piccolo_conf import DB
from server.database import Transaction
from server.jobs.outbox import enqueue
from server.jobs.registry import ClaimedJob, handles
from server.tracking.approach_links import forget_links
from server.tracking.chunks import read_track
from server.tracking.policy import KEEP_DAYS
from server.tracking.rules import Travel
from server.tracking.thinning import thinned

KIND = "position_housekeeping"
EVERY = timedelta(hours=1)
LAST_POSITION_KEPT = timedelta(hours=24)
LINK_KEPT = timedelta(days=2)
AT_ONCE = 50  # tracks a transaction: other writers wait meanwhile


async def schedule_position_housekeeping() -> None:
    """Once at start; after that each run leaves the next. Needs `platform()`."""
    async with DB.transaction():
        await enqueue(KIND, {}, dedupe_key=KIND)


@handles(KIND)
async def keep_position_house(job: ClaimedJob) -> None:
    now = datetime.now(UTC)
    await forget_last_positions(now - LAST_POSITION_KEPT)
    await forget_links(now - LINK_KEPT)
    async with DB.reading() as tx:
        resellers = await tx.fetch(
            "SELECT r.id, p.keep_days FROM reseller r LEFT JOIN tracking_policy p ON p.reseller_id = r.id"
        )
    for reseller_id, keep_days in resellers:
        before = now - timedelta(days=keep_days or KEEP_DAYS)
        while await thin_tracks(reseller_id, before, now) == AT_ONCE:
            pass
    async with DB.transaction():
        await enqueue(KIND, {}, dedupe_key=KIND, run_at=now + EVERY)


async def forget_last_positions(fixed_before: datetime) -> None:
    """On duty a newer one comes; who is off duty is nobody's business."""
    async with DB.transaction() as tx:
        await tx.execute("DELETE FROM last_position WHERE fixed_at < $1", fixed_before)


async def thin_tracks(reseller_id: UUID, created_before: datetime, now: datetime) -> int:
    """Some of those that the portal has had since before then; how many."""
    async with DB.transaction() as tx:
        rows = await tx.fetch(
            "SELECT t.id, v.travel_started_at, v.arrived_at"
            " FROM sync_track t LEFT JOIN visit v ON v.id = t.id"
            " WHERE t.reseller_id = $1 AND t.created_at < $2 AND t.thinned_at IS NULL"
            f" ORDER BY t.created_at LIMIT {AT_ONCE}",
            reseller_id,
            created_before,
        )
        for track_id, started_at, arrived_at in rows:
            await _thin(tx, reseller_id, track_id, Travel(started_at, arrived_at), now)
    return len(rows)


async def _thin(tx: Transaction, reseller_id: UUID, track_id: UUID, travel: Travel, now: datetime) -> None:
    left = thinned(await read_track(tx, track_id), travel)
    fixes = [(fix.at_ms, fix.latitude, fix.longitude, fix.accuracy_m, None) for fix in left.fixes]
    gaps = [(gap.from_ms, gap.until_ms, gap.reason) for gap in left.gaps]
    await tx.execute("DELETE FROM sync_track_chunk WHERE stream = $1", track_id)
    await tx.execute(
        "INSERT INTO sync_track_chunk (reseller_id, stream, n, fixes, gaps, received_at)"
        " VALUES ($1, $2, 0, $3, $4, $5)",
        reseller_id,
        track_id,
        msgspec.json.encode(fixes).decode(),
        msgspec.json.encode(gaps).decode(),
        now,
    )
    await tx.execute("UPDATE sync_track SET thinned_at = $2 WHERE id = $1", track_id, now)
