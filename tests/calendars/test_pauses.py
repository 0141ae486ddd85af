"""What the lists say of an order that waited: the same as the ledger of its promise."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from server.database import Database
from server.home.queries import count_waiting
from server.service_orders import actions, from_ilux
from server.service_orders.from_ilux import Said
from server.service_orders.queries import list_orders
from server.service_orders.rules import Dispatch, OrderEdit, is_overdue
from server.service_orders.statuses import PendingReason, Status
from server.service_orders.tables import ServiceOrder
from server.service_orders.views import OrderFilter
from tests.desk.office import Office
from tests.desk.test_calendar_pages import DUE, save
from tests.service_orders.world import NOW

HALF_AN_HOUR = timedelta(minutes=30)
SHIFTED = DUE + HALF_AN_HOUR


def at(clock: str) -> datetime:
    """Of that Monday, in UTC: three hours later than the office's."""
    hour, minute = clock.split(":")
    return NOW.replace(hour=int(hour), minute=int(minute))


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (Status.OPENED, None, True),
        (Status.IN_SERVICE, None, True),
        (Status.PENDING, PendingReason.CUSTOMER_ABSENT, False),
        (Status.PENDING, PendingReason.WAITING_PARTS, False),
        (Status.PENDING, PendingReason.OTHER, True),
        (Status.PENDING, None, True),
        (Status.LOGISTICS, None, False),
        (Status.STOCK, None, False),
        (Status.DONE, None, False),
        (Status.CANCELLED, None, False),
    ],
)
def test_what_waits_for_the_customer_or_for_parts_is_not_late(
    status: Status, reason: str | None, expected: bool
) -> None:
    assert is_overdue(status, reason, DUE, DUE + HALF_AN_HOUR) is expected


async def paused_order(office: Office) -> UUID:
    """Promised until 10:30, and waiting for the customer since 9:30."""
    async with await office.admin("Bruna") as bruna:
        await save(bruna)
    world = office.world
    order_id = await world.open_order()
    assert world.tiago.technician_id is not None
    await actions.dispatch(world.ana, order_id, wanted(office), now=at("12:00"))
    await actions.change_status(
        world.ana, order_id, Status.PENDING, now=at("12:30"), pending_reason=PendingReason.CUSTOMER_ABSENT
    )
    return order_id


def wanted(office: Office, **more: datetime) -> Dispatch:
    assert office.world.tiago.technician_id is not None
    return Dispatch(office.world.tiago.technician_id, due_at=DUE, **more)


async def said_late(office: Office, now: datetime) -> bool:
    """What the list says, the filter for late ones and the number on the home page, which must agree."""
    (row,) = (await list_orders(office.world.ana, OrderFilter(), now=now)).rows
    late = (await list_orders(office.world.ana, OrderFilter(is_late=True), now=now)).rows
    count = (await count_waiting(office.world.ana, now)).overdue
    assert row.is_overdue == bool(late) == bool(count)
    return row.is_overdue


async def test_while_an_order_waits_it_is_not_late_and_afterwards_it_has_the_time_that_it_waited(
    office: Office,
) -> None:
    order_id = await paused_order(office)
    assert not await said_late(office, at("18:00"))
    await actions.dispatch(office.world.ana, order_id, wanted(office), now=at("13:00"))
    assert not await said_late(office, SHIFTED)
    assert await said_late(office, SHIFTED + timedelta(minutes=1))


async def test_a_time_that_the_desk_says_is_the_time(office: Office) -> None:
    order_id = await paused_order(office)
    later = at("20:00")
    await actions.dispatch(office.world.ana, order_id, wanted(office, revised_due_at=later), now=at("13:00"))
    assert not await said_late(office, later)
    assert await said_late(office, later + timedelta(minutes=1))


async def test_another_promise_forgets_the_waiting(office: Office) -> None:
    order_id = await paused_order(office)
    await actions.dispatch(office.world.ana, order_id, wanted(office), now=at("13:00"))
    sooner = DUE + timedelta(minutes=10)
    await actions.edit(office.world.ana, order_id, OrderEdit(due_at=sooner), now=at("13:10"))
    assert not await said_late(office, sooner)
    assert await said_late(office, sooner + timedelta(minutes=1))


async def test_what_ends_the_waiting_in_ilux_ends_it_here(office: Office, database: Database) -> None:
    order_id = await paused_order(office)
    said = Said(order_id, {"status": Status.DISPATCHED})
    async with database.transaction() as tx:
        await from_ilux.take(tx, office.world.reseller_id, [said], {}, at("13:00"))
    assert not await said_late(office, SHIFTED)
    assert await said_late(office, SHIFTED + timedelta(minutes=1))


async def test_the_page_of_the_order_agrees_with_its_ledger(office: Office, ana: httpx.AsyncClient) -> None:
    order_id = await paused_order(office)
    await actions.dispatch(office.world.ana, order_id, wanted(office), now=at("13:00"))
    row = await ServiceOrder.select(ServiceOrder.paused_due_at).where(ServiceOrder.id == order_id).first()
    assert row is not None
    assert row["paused_due_at"] == SHIFTED
    assert "02/03/2026 11:00" in (await ana.get(f"/service-orders/{order_id}")).text
