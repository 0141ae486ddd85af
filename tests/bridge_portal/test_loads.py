"""A whole load: what it names stays, what it does not is retired, what happens meanwhile is not."""

from __future__ import annotations

from uuid import uuid4

from server.bridge.tables import IluxLoad
from server.customers.tables import Customer
from server.equipment.tables import Part
from server.service_orders.tables import ServiceOrder
from tests.bridge_portal.bridge import BASICS, COMPANY, CUSTOMER, Bridge, order, row
from tests.bridge_portal.test_rows import of_key, refusals

PARTS = [row("part", str(number), code=f"C{number}", name=f"Peça {number}") for number in range(5)]


async def active() -> list[str]:
    rows = (
        await Part.select(Part.code)
        .where(Part.is_active.eq(True), Part.code != "R-1")
        .order_by(Part.code)
        .output(as_list=True)
    )
    return list(rows)


async def test_what_a_load_did_not_name_is_retired(bridge: Bridge) -> None:
    await bridge.bring(*PARTS)
    load = uuid4()
    await bridge.do("ilux_load_begun", load=str(load), entities=["part"])
    await bridge.bring(*PARTS[:2], load=load)
    await bridge.bring(row("part", "2", code="C2", name="Com outro nome"), load=load)
    ended = await bridge.do("ilux_load_ended", load=str(load), entities=["part"])
    assert ended["data"] == {"retired": 2}
    assert await active() == ["C0", "C1", "C2"]


async def test_the_end_said_twice_counts_once(bridge: Bridge) -> None:
    await bridge.bring(*PARTS)
    load = str(uuid4())
    await bridge.do("ilux_load_begun", load=load, entities=["part"])
    first = await bridge.do("ilux_load_ended", load=load, entities=["part"])
    await bridge.bring(*PARTS)
    second = await bridge.do("ilux_load_ended", load=load, entities=["part"])
    assert first["data"] == second["data"] == {"retired": 5}
    assert len(await active()) == 5


async def test_what_is_made_while_the_load_runs_is_not_retired_by_it(bridge: Bridge) -> None:
    load = uuid4()
    await bridge.do("ilux_load_begun", load=str(load), entities=["part"])
    await bridge.bring(PARTS[0], load=load)
    await bridge.bring(PARTS[1])
    await bridge.do("ilux_load_ended", load=str(load), entities=["part"])
    assert await active() == ["C0", "C1"]


async def test_a_row_that_was_named_and_refused_is_not_retired(bridge: Bridge) -> None:
    await bridge.bring(PARTS[0])
    load = uuid4()
    await bridge.do("ilux_load_begun", load=str(load), entities=["part"])
    await bridge.bring(row("part", "0", code="C0", name=None), load=load)
    await bridge.do("ilux_load_ended", load=str(load), entities=["part"])
    assert await active() == ["C0"]
    assert await refusals() == [("part", "0", "missing", "name")]


async def test_dead_letters_of_rows_that_ilux_no_longer_has_go_with_the_load(bridge: Bridge) -> None:
    await bridge.bring(row("part", "old", code="X"))
    load = uuid4()
    await bridge.do("ilux_load_begun", load=str(load), entities=["part"])
    await bridge.bring(PARTS[0], load=load)
    await bridge.do("ilux_load_ended", load=str(load), entities=["part"])
    assert await refusals() == []


async def test_only_the_entities_of_the_load_are_swept(bridge: Bridge) -> None:
    await bridge.bring(*BASICS, order(), *PARTS)
    load = uuid4()
    await bridge.do("ilux_load_begun", load=str(load), entities=["service_order"])
    await bridge.do("ilux_load_ended", load=str(load), entities=["service_order"])
    assert len(await active()) == 5
    assert (await of_key(Customer, "customer", "7"))["is_active"]
    assert (await of_key(ServiceOrder, "service_order", "1|5001"))["status"] == "C"


async def test_a_load_that_was_begun_anew_retires_by_the_second_one_alone(bridge: Bridge) -> None:
    await bridge.bring(*PARTS)
    first, second = uuid4(), uuid4()
    await bridge.do("ilux_load_begun", load=str(first), entities=["part"])
    await bridge.bring(PARTS[0], load=first)
    await bridge.do("ilux_load_begun", load=str(second), entities=["part"])
    await bridge.bring(*PARTS[1:], load=second)
    await bridge.do("ilux_load_ended", load=str(second), entities=["part"])
    assert await active() == ["C1", "C2", "C3", "C4"]
    loads = await IluxLoad.select().where(IluxLoad.ended_at.is_null())
    assert loads == []


async def test_a_load_that_nobody_began_ends_nothing(bridge: Bridge) -> None:
    await bridge.bring(COMPANY, CUSTOMER)
    ended = await bridge.do("ilux_load_ended", load=str(uuid4()), entities=["customer"])
    assert (ended["status"], ended["code"]) == ("rejected", "load_unknown")
    assert (await of_key(Customer, "customer", "7"))["is_active"]
