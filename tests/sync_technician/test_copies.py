"""An app was copied with unsent work, and a restored portal knows neither: both offer it under new names."""

from __future__ import annotations

import copy
from typing import Any
from uuid import uuid4

from offline_sync.service import Service
from piccolo_conf import DB
from tests.service_orders.world import World
from tests.sync_technician.phone import Clock, Day, Phone

# What a day leaves; the columns that say when a row was received, and by which client, are not compared.
MADE = {
    "visit": "id, state, outcome, service_order_id",
    "visit_event": "id, visit_id, kind, occurred_at",
    "meter_reading": "id, equipment_id, mono",
    "part_usage": "id, visit_id, quantity",
    "photo": "id, visit_id, sha256",
    "signature": "id, visit_id, signer_name",
    "discrepancy": "id, visit_id, kind",
    "ilux_message": "id, write, status",
    "order_event": "id, kind, after",
}


async def made() -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: sorted(await DB.fetch(f"select {columns} from {table} order by id"), key=str)
        for table, columns in MADE.items()
    }


async def test_what_two_copies_offer_is_there_once(
    world: World, service: Service, tiago: Phone, clock: Clock
) -> None:
    order_id = await world.dispatched_order()
    await tiago.pull()
    day = Day(tiago, world, order_id, 1, clock)
    day.select()
    day.travel_and_work()
    day.complete()
    other = copy.copy(tiago)
    other.client_id, other.outbox, other.results = uuid4(), list(tiago.outbox), {}
    await other.enrol()
    await tiago.push()
    once = await made()
    assert len(once["visit"]) == 1
    assert len(once["visit_event"]) == 7
    await other.push()
    assert {seq: (one.status, one.code) for seq, one in other.results.items()} == {
        seq: (one.status, one.code) for seq, one in tiago.results.items()
    }
    assert await made() == once
