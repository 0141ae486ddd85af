"""The statuses that an order had in ILUX are lines of its history: in order, once, with their times."""

from __future__ import annotations

import asyncio
import contextvars
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from server.bridge import orders
from server.bridge.tables import IluxRefusal
from server.database import tenant
from server.service_orders import actions
from server.service_orders.statuses import PendingReason, Status
from server.service_orders.tables import OrderEvent
from tests.bridge_portal.bridge import BASICS, TECHNICIAN, Bridge, Row, gone, order
from tests.bridge_portal.test_orders import dispatched, order_of
from tests.desk.office import Office
from tests.service_orders.world import NOW


def step(n: int, before: str | None, after: str) -> dict[str, Any]:
    """At `n` minutes past nine."""
    return {
        "n": n,
        "at": f"2026-03-02T09:{n:02}:00.1234Z",
        "before": None if before is None else {"status": before},
        "after": {"status": after},
    }


def with_steps(said: Row, *steps: dict[str, Any]) -> Row:
    return said | {"history": list(steps)}


async def lines(key: str = "1|5001") -> list[tuple[str, str | None, str | None, int | None]]:
    """Kind, before, after, and the minute past nine of that day; None for what has no time of ILUX's."""
    found = (
        await OrderEvent.select()
        .where(OrderEvent.service_order_id == (await order_of(key))["id"])
        .order_by(OrderEvent.recorded_at, OrderEvent.id)
    )
    return [
        (
            line["kind"],
            msgspec.json.decode(line["before"]).get("status"),
            msgspec.json.decode(line["after"]).get("status"),
            at.minute if (at := line["occurred_at"]).date() == NOW.date() and at.hour == 9 else None,
        )
        for line in found
    ]


async def test_what_happened_between_two_cycles_comes_in_order_with_its_times(bridge: Bridge) -> None:
    await bridge.bring(*BASICS, order())
    moved = with_steps(order(status="P"), step(3, "A", "E"), step(5, "E", "M"), step(9, "M", "P"))
    await bridge.bring(moved)
    assert await lines() == [
        ("opened", None, "A", None),
        ("status", "A", "E", 3),
        ("status", "E", "M", 5),
        ("status", "M", "P", 9),
    ]
    last = (await OrderEvent.select().order_by(OrderEvent.recorded_at))[-1]
    assert last["occurred_at"] == datetime(2026, 3, 2, 9, 9, 0, 123400, tzinfo=UTC)


async def test_told_again_they_are_there_once(bridge: Bridge) -> None:
    await bridge.bring(*BASICS, order())
    moved = with_steps(order(status="E"), step(3, "A", "P"), step(5, "P", "E"))
    await bridge.bring(moved)
    known = await lines()
    await bridge.bring(moved)
    await bridge.bring(with_steps(order(status="O"), *moved["history"], step(8, "E", "O")))
    assert await lines() == [*known, ("status", "E", "O", 8)]


async def test_an_order_that_went_somewhere_and_came_back_tells_of_it(bridge: Bridge) -> None:
    await bridge.bring(*BASICS, order())
    before = await order_of("1|5001")
    await bridge.bring(with_steps(order(), step(3, "A", "C"), step(5, "C", "A")))
    assert (await lines())[1:] == [("cancelled", "A", "C", 3), ("status", "C", "A", 5)]
    assert (await order_of("1|5001"))["ver"] == before["ver"]


async def test_a_new_order_begins_in_the_status_it_was_opened_in(bridge: Bridge) -> None:
    await bridge.bring(*BASICS, with_steps(order(status="M"), step(1, None, "A"), step(2, "A", "M")))
    assert await lines() == [("opened", None, "A", None), ("status", "A", "M", 2)]
    await bridge.bring(with_steps(order("1|5002", status="M"), step(4, "E", "M")))
    assert await lines("1|5002") == [("opened", None, "E", None), ("status", "E", "M", 4)]


async def test_an_order_that_is_gone_tells_what_it_went_through(bridge: Bridge) -> None:
    await bridge.bring(*BASICS, order())
    await bridge.bring(with_steps(gone("service_order", "1|5001"), step(3, "A", "E")))
    assert (await lines())[1:] == [("status", "A", "E", 3), ("cancelled", "A", "C", None)]


async def test_a_refused_row_keeps_its_steps_until_it_is_taken(bridge: Bridge) -> None:
    await bridge.bring(*(one for one in BASICS if one is not TECHNICIAN), order())
    for number, (before, after) in enumerate(("AE", "EP"), start=1):
        told = await bridge.bring(
            with_steps(order(status=after, technician="T1"), step(number, before, after))
        )
        assert told["refused"]
    await bridge.bring(TECHNICIAN)
    assert await IluxRefusal.count() == 0
    assert (await lines())[1:] == [("status", "A", "E", 1), ("status", "E", "P", 2)]


async def test_what_says_no_change_of_a_status_is_left_out(bridge: Bridge) -> None:
    await bridge.bring(*BASICS, order())
    odd: list[Any] = [
        None,
        7,
        {},
        step(1, "A", "?"),
        step(2, "A", "E") | {"at": "ontem"},
        {"n": 3, "after": {}},
    ]
    assert (await bridge.bring(with_steps(order(status="E"), *odd)))["refused"] == []
    assert (await lines())[1:] == [("status", "A", "E", None)]


async def test_what_the_desk_changed_meanwhile_stands_beside_what_ilux_did(
    bridge: Bridge, office: Office
) -> None:
    """ILUX went to P and back, while the dispatch of the desk is on its way there."""
    order_id = await dispatched(bridge, office)
    said = order("1|6001", customer="70", equipment="700", contract=None, defect=None, technician=None)
    await bridge.bring(with_steps(said, step(3, "A", "P"), step(5, "P", "A")))
    assert await office.world.status(order_id) == "E"
    moves = [line[:3] for line in await lines("1|6001") if line[2]]
    assert moves[-2:] == [("status", "A", "P"), ("status", "P", "A")]


async def test_the_first_of_two_changes_that_comes_back_undoes_no_second(
    bridge: Bridge, office: Office
) -> None:
    """Its row may be faster than its receipt; then nothing goes back and forth."""
    order_id = await dispatched(bridge, office)
    await actions.change_status(
        office.world.ana, order_id, Status.PENDING, now=NOW, pending_reason=PendingReason.WAITING_PARTS
    )
    known = len(await lines("1|6001"))
    written = order("1|6001", customer="70", equipment="700", contract=None, defect=None, status="E")
    await bridge.bring(written | {"data": written["data"] | {"technician": "T7"}})
    assert await office.world.status(order_id) == "P"
    assert [line for line in (await lines("1|6001"))[known:] if line[2]] == []


async def test_what_the_desk_changes_while_a_row_is_taken_is_not_undone(
    bridge: Bridge, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = await dispatched(bridge, office)
    (message,) = await bridge.messages()
    await bridge.answer(message)
    ask, desk = orders._unheard, []

    async def change() -> None:
        with tenant(office.world.reseller_id):
            await actions.change_status(office.world.ana, order_id, Status.LOGISTICS, now=NOW)

    async def and_the_desk_is_at_it(*arguments: Any) -> Any:
        unheard = await ask(*arguments)
        desk.append(asyncio.create_task(change(), context=contextvars.Context()))  # not in our transaction
        await asyncio.sleep(0.3)
        return unheard

    monkeypatch.setattr(orders, "_unheard", and_the_desk_is_at_it)
    said = order("1|6001", customer="70", equipment="700", contract=None, defect=None, status="E")
    await bridge.bring(said | {"data": said["data"] | {"technician": "T7", "requester_name": "Rui"}})
    await asyncio.gather(*desk)
    assert await office.world.status(order_id) == "L"


async def test_customer_and_desk_read_them_like_any_other_line(bridge: Bridge, office: Office) -> None:
    order_id = await dispatched(bridge, office)
    (message,) = await bridge.messages()
    await bridge.answer(message)
    said = order("1|6001", customer="70", equipment="700", contract=None, defect=None, status="M")
    await bridge.bring(with_steps(said, step(3, "E", "L"), step(5, "L", "M")))
    for person in (office.world.ana, office.world.carla):
        browser = await office.browser(person)
        page = (await browser.get(f"/service-orders/{order_id}?tab=history")).text
        there, back = (page.index(f'datetime="2026-03-02T09:{minute}:00.123400') for minute in ("03", "05"))
        assert back < there, "the newest first"
        assert "Logística" in page
