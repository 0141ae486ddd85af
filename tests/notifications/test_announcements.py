"""What happens to orders, deliveries and the bridge is announced; what a load brings is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from server.notifications.events import Event
from server.service_orders import actions, parts
from server.service_orders.announcements import told_of
from server.service_orders.parts import PartLine
from server.service_orders.statuses import Status
from tests.notifications.channel import enrol_all, run_jobs, told
from tests.service_orders.world import NOW, World

JONAS, VERA = uuid4(), uuid4()
OPEN = {"status": "A", "technician_id": None, "due_at": None, "description": "Atola"}
SENT = {**OPEN, "status": "E", "technician_id": JONAS}
C, X, D = Event.ORDER_CHANGED, Event.VISIT_CALLED_OFF, Event.VISIT_DISPATCHED


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (OPEN, {"status": "E", "technician_id": JONAS}, [(C, None), (D, JONAS)]),
        (SENT, {"technician_id": VERA}, [(C, None), (X, JONAS), (D, VERA)]),
        (SENT, {"status": "A", "technician_id": None}, [(C, None), (X, JONAS)]),
        (SENT, {"due_at": NOW}, [(C, None), (Event.VISIT_CHANGED, JONAS)]),
        (SENT, {"description": "Outra"}, [(Event.VISIT_CHANGED, JONAS)]),
        (SENT, {"status": "C", "cancel_reason": "x"}, [(Event.ORDER_CANCELLED, None), (X, JONAS)]),
        (SENT, {"status": Status.DONE}, [(Event.ORDER_COMPLETED, None)]),
        (SENT, {"status": "E"}, []),
        (SENT, {"ilux_number": "7"}, []),
    ],
)
def test_a_change_is_told_to_whom_it_concerns(
    before: Mapping[str, Any], after: Mapping[str, Any], told: list[Any]
) -> None:
    assert told_of(before, after) == told


async def test_the_life_of_an_order_reaches_each_who_has_to_do_with_it(world: World) -> None:
    await enrol_all(world)
    order_id = await world.dispatched_order(world.tiago)
    await run_jobs()
    await world.dispatch(order_id, world.vera)
    await run_jobs()
    await parts.request_parts(world.ana, order_id, [PartLine(uuid4(), None, "Rolo", 2)], now=NOW)
    await actions.cancel(world.ana, order_id, "Engano", now=NOW)
    await run_jobs()
    said = {who: [title.partition(": ")[2] for title in titles] for who, titles in (await told()).items()}
    assert said == {
        "Carla": ["aberto", "despachado", "outro técnico", "cancelado"],
        "Tiago": ["novo na sua agenda", "saiu da sua agenda"],
        "Vera": ["novo na sua agenda", "saiu da sua agenda"],
    }, "Ana did all of it, and Lia sees no cancelled order"
