"""Who hears of a supply request: the desk of supplies when it is opened, the asker of every step after."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from server.accounts.actor import Role
from server.accounts.tables import User
from server.database import platform
from server.supplies import actions
from server.supplies.rules import RequestEdit
from server.supplies.statuses import RequestStatus
from tests.notifications.channel import WireChannel, dispatches, enrol, enrol_all, flag, run_jobs, told
from tests.service_orders.world import NOW, World
from tests.supplies.world import open_stock


async def test_a_request_is_told_to_who_works_with_it_and_its_way_to_who_asked(
    world: World, wire: WireChannel
) -> None:
    stock = await open_stock(world)
    await enrol_all(world)
    user = User(reseller_id=world.reseller_id, email="celia@ilha.test", name="Celia", role=Role.CUSTOMER)
    caller = User(reseller_id=world.reseller_id, email="olga@ilha.test", name="Olga", role=Role.CALL_OPENER)
    with platform():
        await user.save()
        await caller.save()
    celia = replace(world.carla, user_id=user.id, session_id=uuid4())
    await enrol(stock.sofia, celia, replace(celia, user_id=caller.id, role=Role.CALL_OPENER))
    await flag(stock.sofia, "supply_requested")
    await flag(world.lia, "supply_requested")  # the flag does not open what the role may not see
    request_id = await stock.request()
    await run_jobs()
    assert set(await told()) == {"Ana", "Sofia", "Celia"}, "neither who asked nor who may not see it"
    assert {one["address"] for one in await dispatches()} == {"sofia@ilha.test"}
    for status, number in ((RequestStatus.RELEASED, ""), (RequestStatus.INVOICED, "4711")):
        await actions.edit(stock.sofia, request_id, RequestEdit(status, number), now=NOW)
    await actions.edit(stock.sofia, request_id, RequestEdit(status, number), now=NOW, note="Só da revenda")
    await run_jobs()
    bells = await told()
    assert bells["Carla"] == [
        "Solicitação de suprimentos 1: liberada",
        "Solicitação de suprimentos 1: faturado",
    ]
    assert bells["Celia"] == [
        "Solicitação de suprimentos 1: aberta",
        "Solicitação de suprimentos 1: liberada",
    ]
    assert "carla@ilha.test" in {one["address"] for one in await dispatches()}


async def test_the_desk_hears_that_a_customer_took_its_request_back(world: World, wire: WireChannel) -> None:
    stock = await open_stock(world)
    await enrol_all(world)
    request_id = await stock.request()
    await actions.cancel(world.carla, request_id, "Engano", now=NOW)
    await run_jobs()
    assert (await told())["Ana"][-1] == "Solicitação de suprimentos 1: cancelado"
