"""What the portal lets go of, and what phones may therefore forget."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from server.database import platform
from server.sync.housekeeping import forget_views, mark_durable
from tests.service_orders.world import World
from tests.sync_technician.phone import Clock, Phone


async def durable_lmid(phone: Phone) -> int:
    return (await phone.ask()).durable_lmid


async def test_what_was_received_before_the_last_backups_may_be_forgotten(
    world: World, tiago: Phone, clock: Clock
) -> None:
    order_id = await world.dispatched_order()
    tiago.record("add_note", note_id=order_id, order_id=order_id, body="Ontem")
    await tiago.sync()
    backup_at = clock.forward(hours=1)
    tiago.record("add_note", note_id=tiago.client_id, order_id=order_id, body="Hoje")
    clock.forward(hours=1)
    await tiago.sync()
    assert await durable_lmid(tiago) == 0
    with platform():
        await mark_durable(backup_at)
        await mark_durable(backup_at - timedelta(days=1))
    assert await durable_lmid(tiago) == 1, "it never goes back"


async def test_a_phone_that_stayed_away_begins_with_a_whole_view(world: World, tiago: Phone) -> None:
    order_id = await world.dispatched_order()
    await tiago.pull()
    with platform():
        await forget_views(datetime.now(UTC) + timedelta(days=365))
    answer = await tiago.ask()
    assert answer.reset
    assert ("order", str(order_id)) in {(kind, row_id) for kind, row_id, *_ in answer.rows}
