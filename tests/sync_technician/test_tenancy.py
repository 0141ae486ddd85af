"""Another reseller's rows, where the view reaches a table by something else than an order of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from offline_sync.tables import SyncFile
from server.database import platform
from tests.service_orders.world import World, found_reseller
from tests.sync_technician.phone import Clock, Day, Phone


async def test_another_resellers_copy_of_the_same_photo_is_no_receipt(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = Day(tiago, world, await world.dispatched_order(), 1, clock)
    day.select()
    day.photo()
    await tiago.push()
    other = await found_reseller("serra")
    await _store(other, day.photo_sha)
    await tiago.pull()
    assert tiago.rows("file_receipt") == []
    await _store(world, day.photo_sha)
    await tiago.pull()
    assert [row["sha256"] for row in tiago.rows("file_receipt")] == [day.photo_sha]


async def _store(world: World, sha256: str) -> None:
    with platform():
        await SyncFile(
            id=uuid4(),
            reseller_id=world.reseller_id,
            sha256=sha256,
            size=4,
            content_type="image/jpeg",
            client_id=uuid4(),
            stored_at=datetime.now(UTC),
        ).save()
