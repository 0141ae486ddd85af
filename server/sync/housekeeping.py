"""What the sync must not keep for ever: uploads nobody finished, views of phones that stay away, and the
copies that phones keep of what they sent; and the texts of what bridges brought.

A phone keeps an acknowledged mutation until a backup holds it (`durable_lmid`), so that a restored database
gets it again. The portal does not see the backups: what it has had for `PWS_DURABLE_AFTER_HOURS` counts as
held, which must be longer than the time from one verified backup to the next.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from offline_sync import tus
from offline_sync.store import views
from piccolo_conf import DB
from server import settings
from server.jobs.outbox import enqueue
from server.jobs.registry import ClaimedJob, handles
from server.sync.wiring import make_service

KIND = "sync_housekeeping"
EVERY = timedelta(minutes=30)
VIEW_KEPT = timedelta(days=30)  # a phone that stayed away longer begins with a whole view
EXPIRED_AT_ONCE = 100


async def schedule_sync_housekeeping() -> None:
    """Once at start; after that each run leaves the next. Needs `platform()`."""
    async with DB.transaction():
        await enqueue(KIND, {}, dedupe_key=KIND)


@handles(KIND)
async def keep_sync_house(job: ClaimedJob) -> None:
    now = datetime.now(UTC)
    current = settings.current()
    await mark_durable(now - timedelta(hours=current.durable_after_hours))
    await forget_views(now - VIEW_KEPT)
    await forget_ilux_rows()
    while await tus.expire(make_service(current), EXPIRED_AT_ONCE) == EXPIRED_AT_ONCE:
        pass
    async with DB.transaction():
        await enqueue(KIND, {}, dedupe_key=KIND, run_at=now + EVERY)


async def mark_durable(received_before: datetime) -> None:
    """Every backup since holds what was received before then: phones may forget their copies."""
    async with DB.transaction() as tx:
        await tx.execute(
            "UPDATE sync_client SET durable_lmid = (SELECT coalesce(max(m.seq), 0) FROM sync_mutation m"
            " WHERE m.client_id = sync_client.id AND m.received_at <= $1)"
            " WHERE durable_lmid < lmid AND EXISTS (SELECT 1 FROM sync_mutation m WHERE"
            " m.client_id = sync_client.id AND m.seq > sync_client.durable_lmid AND m.received_at <= $1)",
            received_before,
        )


async def forget_views(last_seen_before: datetime) -> None:
    """Drop the view records of clients that stayed away; they are not revoked, only started anew."""
    async with DB.transaction() as tx:
        away = await tx.fetch(
            "SELECT id FROM sync_client WHERE last_seen_at < $1"
            " AND EXISTS (SELECT 1 FROM sync_view WHERE sync_view.client_id = sync_client.id)",
            last_seen_before,
        )
        for (client_id,) in away:
            await views.purge(tx, client_id)


async def forget_ilux_rows() -> None:
    """The text of rows that a bridge brought, once it and a backup have what came of them: ILUX has them
    still, and a whole load is as large as the tables that it filled. Number, uid and result stay."""
    async with DB.transaction() as tx:
        bridges = await tx.fetch("SELECT id, acked, durable_lmid FROM sync_client WHERE kind = 'bridge'")
        for client_id, acked, durable in bridges:
            await tx.execute(
                "UPDATE sync_mutation SET received_json = '' WHERE client_id = $1 AND seq <= $2"
                " AND name = 'ilux_rows' AND status = 'applied' AND received_json <> ''",
                client_id,
                min(acked, durable),
            )
