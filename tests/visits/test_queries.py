"""The desk follows visits: filters, pages, who sees what; and accepts discrepancies."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from server.problems import Problem
from server.service_orders import actions
from server.service_orders.reconciliation import accept_discrepancy
from server.visits.queries import get_visit, list_visits
from server.visits.states import VisitState
from server.visits.views import VisitFilter
from tests.service_orders.world import NOW, World, found_reseller
from tests.sync_technician.phone import Clock, Day, Phone


async def ids(world: World, **wanted: object) -> list[UUID]:
    page = await list_visits(world.ana, VisitFilter(**wanted))  # type: ignore[arg-type]
    return [row.id for row in page.rows]


async def test_each_filter_finds_its_visit_and_no_other(
    world: World, tiago: Phone, vera: Phone, clock: Clock
) -> None:
    tiagos = Day(tiago, world, await world.dispatched_order(world.tiago), 1, clock)
    tiagos.select()
    await tiago.push()
    clock.forward(hours=1)
    veras = Day(vera, world, await world.dispatched_order(world.vera), 2, clock)
    veras.complete()
    await vera.push()
    assert await ids(world) == [veras.visit_id, tiagos.visit_id]
    assert await ids(world, web_number=1) == [tiagos.visit_id]
    assert await ids(world, technician_id=world.vera.technician_id) == [veras.visit_id]
    assert await ids(world, states=frozenset({VisitState.COMPLETED})) == [veras.visit_id]
    assert await ids(world, started_from=NOW + timedelta(minutes=30)) == [veras.visit_id]
    assert await ids(world, started_until=NOW + timedelta(minutes=30)) == [tiagos.visit_id]
    assert len(await ids(world, customer="escola sol")) == 2
    assert len(await ids(world, customer_id=world.customer_id)) == 2
    assert await ids(world, customer="padaria") == await ids(world, ilux_number="9") == []
    assert await ids(world, web_number=77) == []


async def test_pages_joined_are_the_whole_list(world: World, tiago: Phone, clock: Clock) -> None:
    for number in range(1, 6):
        Day(tiago, world, await world.dispatched_order(), number, clock).select()
        clock.forward(minutes=number % 2)
    await tiago.push()
    whole = await list_visits(world.ana, VisitFilter())
    first = await list_visits(world.ana, VisitFilter(), limit=3)
    rest = await list_visits(world.ana, VisitFilter(), limit=3, after=first.next)
    assert (*first.rows, *rest.rows) == whole.rows
    assert rest.next is None
    with pytest.raises(Problem, match="invalid"):
        await list_visits(world.ana, VisitFilter(), after="?")


async def test_a_visit_is_seen_by_its_reseller_and_its_technician_alone(
    world: World, tiago: Phone, clock: Clock
) -> None:
    other = await found_reseller("serra")
    day = Day(tiago, world, await world.dispatched_order(), 1, clock)
    day.select()
    await tiago.push()
    assert (await get_visit(world.tiago, day.visit_id)).technician_name == "Tiago"
    for stranger in (world.vera, world.lia, other.ana):
        with pytest.raises(Problem, match="not_found"):
            await get_visit(stranger, day.visit_id)


async def test_the_office_accepts_a_discrepancy_once_and_with_a_note(
    world: World, tiago: Phone, clock: Clock
) -> None:
    order_id = await world.dispatched_order()
    await actions.cancel(world.ana, order_id, "x", now=NOW)
    day = Day(tiago, world, order_id, 1, clock)
    day.step("arrived")
    await tiago.push()
    [found] = (await get_visit(world.ana, day.visit_id)).discrepancies
    with pytest.raises(Problem, match="reason_required"):
        await accept_discrepancy(world.ana, found.id, " ", now=NOW)
    await accept_discrepancy(world.ana, found.id, "Cobrar a visita", now=NOW)
    with pytest.raises(Problem, match="discrepancy_settled"):
        await accept_discrepancy(world.ana, found.id, "de novo", now=NOW)
    day.step("work_started")
    await tiago.push()
    [still] = (await get_visit(world.ana, day.visit_id)).discrepancies
    assert (still.is_open, still.acceptance_note) == (False, "Cobrar a visita")
