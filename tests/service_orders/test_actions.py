"""What the desk, the customer and logistics do to an order, on either database."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from server.problems import Problem
from server.service_orders import actions, parts, queries
from server.service_orders.actions import NewOrder
from server.service_orders.notices import phones_topic
from server.service_orders.parts import PartLine
from server.service_orders.rules import Dispatch, OrderEdit
from server.service_orders.statuses import PendingReason, Status
from server.service_orders.tables import ServiceOrder
from server.web.live import HUB
from tests.service_orders.world import NOW, World, found_reseller


async def refused(code: str, action: object) -> None:
    with pytest.raises(Problem) as caught:
        await action  # type: ignore[misc]
    assert caught.value.code == code


async def test_an_opened_order_copies_what_was_true_then_and_gets_the_next_number(world: World) -> None:
    first, second = await world.open_order(), await world.open_order()
    order = await queries.get_order(world.ana, second, now=NOW)
    assert (await world.order(first))["web_number"] == 1
    assert order.web_number == 2
    assert (order.status, order.contract_number, order.contract_kind) == (Status.OPENED, "C-8", "full")
    assert order.checklist_version_id == world.checklist_id
    assert [line.kind for line in order.history] == ["opened"]


async def test_opening_the_same_order_twice_changes_nothing(world: World) -> None:
    order_id = uuid4()
    wanted = NewOrder(world.customer_id, "Não liga", order_id=order_id)
    for _ in range(2):
        assert await actions.open_order(world.ana, wanted, now=NOW) == order_id
    assert (await world.order(order_id))["web_number"] == 1
    assert (await world.order(await world.open_order()))["web_number"] == 2


async def test_an_order_is_not_opened_for_another_resellers_customer(world: World) -> None:
    other = await found_reseller("serra")
    await refused("not_found", actions.open_order(world.ana, NewOrder(other.customer_id, "x"), now=NOW))


async def test_a_dispatch_and_its_change_tell_who_when_and_what_before(world: World) -> None:
    order_id = await world.dispatched_order(world.tiago)
    await world.dispatch(order_id, world.vera)
    order = await queries.get_order(world.ana, order_id, now=NOW)
    assert (order.status, order.technician_name) == (Status.DISPATCHED, "Vera")
    assert order.dispatched_at == NOW
    last = order.history[-1]
    assert (last.kind, last.user_name, last.source) == ("dispatched", "Ana", "web")
    assert last.before == {"technician_id": str(world.tiago.technician_id)}
    assert last.after == {"technician_id": str(world.vera.technician_id)}


async def test_a_dispatch_tells_the_phones_that_listen_at_its_commit(world: World) -> None:
    HUB.open()  # a portal that ran in this process before has closed it
    with HUB.listening(phones_topic(world.reseller_id)) as phone:
        await world.dispatched_order(world.tiago)
        assert await phone.next(0) == phones_topic(world.reseller_id)


async def test_an_order_goes_to_no_technician_of_another_reseller(world: World) -> None:
    other = await found_reseller("serra")
    order_id = await world.open_order()
    assert other.tiago.technician_id is not None
    await refused(
        "technician_unavailable",
        actions.dispatch(world.ana, order_id, Dispatch(other.tiago.technician_id), now=NOW),
    )


async def test_a_promise_before_the_opening_is_refused(world: World) -> None:
    order_id = await world.open_order()
    assert world.tiago.technician_id is not None
    wanted = Dispatch(world.tiago.technician_id, due_at=NOW - timedelta(days=1))
    await refused("due_before_opening", actions.dispatch(world.ana, order_id, wanted, now=NOW))
    # ILUX may have promised it: what it says stands, and holds the dispatch up no more.
    await ServiceOrder.update({ServiceOrder.due_at: wanted.due_at}).where(ServiceOrder.id == order_id)
    await actions.dispatch(world.ana, order_id, wanted, now=NOW)
    assert await world.status(order_id) == "E"


async def test_a_visit_before_the_opening_is_refused(world: World) -> None:
    order_id = await world.open_order()
    assert world.tiago.technician_id is not None
    wanted = Dispatch(world.tiago.technician_id, scheduled_at=NOW.replace(year=2020))
    await refused("scheduled_before_opening", actions.dispatch(world.ana, order_id, wanted, now=NOW))
    # Who was there already is written down afterwards.
    there = Dispatch(world.tiago.technician_id, scheduled_at=NOW - timedelta(hours=1))
    await actions.dispatch(world.ana, order_id, there, now=NOW)
    # One that is so already, as after a key that ILUX corrected, holds no dispatch up.
    stands = {ServiceOrder.scheduled_at: wanted.scheduled_at}
    await ServiceOrder.update(stands).where(ServiceOrder.id == order_id)
    await actions.dispatch(world.ana, order_id, wanted, now=NOW)
    assert await world.status(order_id) == "E"


async def test_withdrawing_a_dispatch_takes_the_order_from_its_technician(world: World) -> None:
    order_id = await world.dispatched_order()
    await actions.change_status(world.ana, order_id, Status.OPENED, now=NOW)
    order = await world.order(order_id)
    assert (order["status"], order["technician_id"]) == ("A", None)


async def test_the_customer_cancels_with_a_reason_and_nothing_follows(world: World) -> None:
    order_id = await world.open_order()
    await refused("reason_required", actions.cancel(world.carla, order_id, "  ", now=NOW))
    await actions.cancel(world.carla, order_id, "Voltou a funcionar", now=NOW)
    order = await world.order(order_id)
    assert (order["status"], order["cancel_reason"], order["closed_at"]) == (
        "C",
        "Voltou a funcionar",
        NOW,
    )
    await refused("status_not_possible", actions.cancel(world.ana, order_id, "de novo", now=NOW))
    await refused("order_closed", actions.dispatch(world.ana, order_id, Dispatch(uuid4()), now=NOW))


async def test_a_pending_order_says_why_and_forgets_it_when_somebody_is_sent(world: World) -> None:
    order_id = await world.dispatched_order()
    await refused("reason_required", actions.change_status(world.ana, order_id, Status.PENDING, now=NOW))
    await actions.change_status(
        world.ana, order_id, Status.PENDING, now=NOW, pending_reason=PendingReason.POWER
    )
    assert (await world.order(order_id))["pending_reason"] == "power"
    await world.dispatch(order_id, world.vera)
    assert (await world.order(order_id))["pending_reason"] is None


async def test_logistics_sees_and_moves_only_what_waits_for_it(world: World) -> None:
    order_id = await world.dispatched_order()
    await refused("not_found", queries.get_order(world.lia, order_id, now=NOW))
    await actions.change_status(world.ana, order_id, Status.LOGISTICS, now=NOW)
    await actions.change_status(world.lia, order_id, Status.STOCK, now=NOW)
    assert await world.status(order_id) == "S"
    await refused("status_not_possible", actions.change_status(world.lia, order_id, Status.DONE, now=NOW))


async def test_an_edit_records_only_what_changed(world: World) -> None:
    order_id = await world.open_order()
    wanted = OrderEdit(description="Atola papel", requester_name="Dona Rosa")
    await actions.edit(world.ana, order_id, wanted, now=NOW)
    await actions.edit(world.ana, order_id, wanted, now=NOW)
    history = (await queries.get_order(world.ana, order_id, now=NOW)).history
    assert [line.kind for line in history] == ["opened", "edited"]
    assert history[1].after == {"requester_name": "Dona Rosa"}


async def test_an_internal_note_is_not_for_the_customer(world: World) -> None:
    order_id = await world.open_order()
    await actions.add_note(world.ana, order_id, "Cliente devedor", now=NOW)
    await actions.add_note(world.ana, order_id, "Vamos amanhã", now=NOW, is_internal=False)
    seen = (await queries.get_order(world.carla, order_id, now=NOW)).history
    assert [line.note for line in seen if line.kind == "note"] == ["Vamos amanhã"]


async def test_requested_parts_are_on_the_order_once(world: World) -> None:
    order_id = await world.open_order()
    line = PartLine(uuid4(), world.part_id, "Rolo de tração", 2)
    for _ in range(2):
        await parts.request_parts(world.ana, order_id, [line], now=NOW)
    order = await queries.get_order(world.ana, order_id, now=NOW)
    assert [(part.description, part.quantity) for part in order.part_requests] == [("Rolo de tração", 2)]
    assert [line.kind for line in order.history] == ["opened", "parts"]


async def test_another_reseller_finds_nothing(world: World) -> None:
    other = await found_reseller("serra")
    order_id = await world.open_order()
    for action in (
        queries.get_order(other.ana, order_id, now=NOW),
        actions.cancel(other.ana, order_id, "x", now=NOW),
        actions.edit(other.ana, order_id, OrderEdit(description="x"), now=NOW),
        actions.add_note(other.ana, order_id, "x", now=NOW),
        actions.change_status(other.ana, order_id, Status.DONE, now=NOW),
    ):
        await refused("not_found", action)
