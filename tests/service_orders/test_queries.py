"""The list: filters, sorts, pages, and who sees what."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from server.database import tenant
from server.equipment.tables import Equipment
from server.problems import Problem
from server.service_orders import actions, queries
from server.service_orders.actions import NewOrder
from server.service_orders.statuses import Status
from server.service_orders.views import OrderFilter, OrderSort
from tests.service_orders.world import NOW, World, found_reseller


async def ids(world: World, **wanted: object) -> list[UUID]:
    page = await queries.list_orders(world.ana, OrderFilter(**wanted), now=NOW)  # type: ignore[arg-type]
    return [row.id for row in page.rows]


async def test_each_filter_finds_its_order_and_no_other(world: World) -> None:
    await actions.open_order(world.ana, NewOrder(world.customer_id, "sem máquina"), now=NOW)
    wanted = await world.dispatched_order(world.vera)
    assert await ids(world, number="2") == [wanted]
    assert await ids(world, number="#2") == [wanted]
    assert await ids(world, serial_number="brb1") == [wanted]
    assert await ids(world, serial_number="b1") == []
    # As ILUX has it may be in small letters.
    await Equipment.update({Equipment.serial_number: "brb1234x"}).where(Equipment.id == world.equipment_id)
    assert await ids(world, serial_number="BRB1234X") == [wanted]
    assert await ids(world, contract="C-8") == [wanted]
    assert await ids(world, technician_id=world.vera.technician_id) == [wanted]
    assert await ids(world, statuses=frozenset({Status.DISPATCHED})) == [wanted]
    assert len(await ids(world, customer="sao joao")) == 2
    assert len(await ids(world, customer="11.222.333")) == 2
    assert await ids(world, customer="padaria") == []
    assert await ids(world, serial_number="ZZZ") == []
    assert await ids(world, opened_from=NOW + timedelta(seconds=1)) == []
    assert await ids(world, opened_until=NOW) == []


@pytest.mark.parametrize("sort", list(OrderSort))
@pytest.mark.parametrize("is_descending", [True, False])
async def test_pages_joined_are_the_whole_list_in_order(
    world: World, sort: OrderSort, is_descending: bool
) -> None:
    for n in range(7):
        order_id = await actions.open_order(
            world.ana, NewOrder(world.customer_id, "x"), now=NOW + timedelta(minutes=n // 2)
        )
        if n % 3 == 0:
            await actions.cancel(world.ana, order_id, "x", now=NOW)
    wanted = OrderFilter(sort=sort, is_descending=is_descending)
    whole = await queries.list_orders(world.ana, wanted, now=NOW)
    rows, after = [], None
    while True:
        page = await queries.list_orders(world.ana, wanted, now=NOW, after=after, limit=2)
        rows += page.rows
        after = page.next
        if after is None:
            break
    assert len(rows) == 7
    assert rows == list(whole.rows)


async def test_a_broken_cursor_is_a_clear_problem(world: World) -> None:
    for cursor in ("x", "!!!", "WzFd"):
        with pytest.raises(Problem) as caught:
            await queries.list_orders(world.ana, OrderFilter(), now=NOW, after=cursor)
        assert caught.value.code == "invalid"


async def test_an_overdue_order_shows_at_a_glance(world: World) -> None:
    await world.dispatched_order()
    later = NOW + timedelta(days=1)
    page = await queries.list_orders(world.ana, OrderFilter(), now=later)
    assert page.rows[0].is_overdue
    assert page.rows[0].technician_name == "Tiago"


async def test_each_person_sees_their_own(world: World) -> None:
    other = await found_reseller("serra")
    mine = await world.dispatched_order(world.tiago)
    await world.dispatched_order(world.vera)
    await other.open_order()
    seen = {}
    for name, actor in (
        ("Ana", world.ana),
        ("Carla", world.carla),
        ("Lia", world.lia),
        ("Tiago", world.tiago),
        ("the other Ana", other.ana),
    ):
        with tenant(actor.reseller_id):
            seen[name] = len((await queries.list_orders(actor, OrderFilter(), now=NOW)).rows)
    assert seen == {"Ana": 2, "Carla": 2, "Lia": 0, "Tiago": 1, "the other Ana": 1}
    assert (await queries.list_orders(world.tiago, OrderFilter(), now=NOW)).rows[0].id == mine


async def test_choices_of_technicians_are_the_active_ones_by_name(world: World) -> None:
    assert [choice.name for choice in await queries.technician_choices(world.ana)] == ["Tiago", "Vera"]
