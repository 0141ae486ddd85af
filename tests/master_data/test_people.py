"""Bruna, the admin, keeps technicians and carriers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.companies import add_company, retire_company
from server.accounts.rules import CompanyDetails
from server.service_orders import actions, people
from server.service_orders.people import CarrierDetails, TechnicianDetails
from server.service_orders.rules import Dispatch
from server.service_orders.tables import Carrier, Technician
from tests.master_data.office import admin_of, desk_is_told, refused, row_of, trail
from tests.service_orders.world import NOW, World, found_reseller


def tiago_of(world: World) -> UUID:
    assert world.tiago.technician_id is not None
    return world.tiago.technician_id


async def test_a_new_technician_is_sent_to_an_order(world: World, bruna: Actor) -> None:
    jonas_id = await people.register_technician(bruna, TechnicianDetails(world.company_id, " Jonas  Reis "))
    order_id = await world.open_order()
    await actions.dispatch(world.ana, order_id, Dispatch(jonas_id), now=NOW)
    assert (await world.order(order_id))["technician_id"] == jonas_id
    await people.edit_technician(
        bruna, jonas_id, TechnicianDetails(world.company_id, "Jonas Reis", "(48) 99911-2233")
    )
    row = await row_of(Technician, jonas_id)
    assert (row["name"], row["phone"]) == ("Jonas Reis", "(48) 99911-2233")
    added, edited = await trail()
    assert (added[0], edited[0]) == ("technician.added", "technician.edited")
    assert edited[1]["after"] == {"phone": "(48) 99911-2233"}


async def test_the_desks_open_list_looks_again_when_somebody_is_renamed(world: World, bruna: Actor) -> None:
    async with desk_is_told(world):
        await people.edit_technician(
            bruna, tiago_of(world), TechnicianDetails(world.company_id, "Tiago Melo")
        )


async def test_a_technician_with_open_orders_is_not_retired(world: World, bruna: Actor) -> None:
    order_id = await world.dispatched_order()
    async with refused("technician_busy"):
        await people.retire_technician(bruna, tiago_of(world))
    await world.dispatch(order_id, world.vera)
    await people.retire_technician(bruna, tiago_of(world))
    assert (await row_of(Technician, tiago_of(world)))["is_active"] is False


async def test_a_retired_technician_keeps_old_orders_and_is_sent_to_no_new_one(
    world: World, bruna: Actor
) -> None:
    old_id = await world.dispatched_order()
    await actions.cancel(world.ana, old_id, "Cliente desistiu", now=NOW)
    await people.retire_technician(bruna, tiago_of(world))
    assert (await world.order(old_id))["technician_id"] == tiago_of(world)
    new_id = await world.open_order()
    async with refused("technician_unavailable"):
        await world.dispatch(new_id, world.tiago)
    await people.reinstate_technician(bruna, tiago_of(world))
    await world.dispatch(new_id, world.tiago)
    assert await world.status(new_id) == "E"


async def test_an_order_is_not_sent_to_whoever_is_being_retired(world: World, bruna: Actor) -> None:
    order_id = await world.open_order()
    async with DB.transaction():
        await people.retire_technician(bruna, tiago_of(world))
        sending = asyncio.create_task(world.dispatch(order_id, world.tiago))
        await asyncio.sleep(0.3)
        assert not sending.done(), "Ana's click waits for Bruna's"
    async with refused("technician_unavailable"):
        await sending
    assert await world.status(order_id) == "A"


async def test_a_faulty_technician_says_which_fields(world: World, bruna: Actor) -> None:
    async with refused("invalid", "phone", "name"):
        await people.register_technician(bruna, TechnicianDetails(world.company_id, "", "no bolso"))
    async with refused("not_found"):
        outra = await found_reseller("outra")
        await people.register_technician(bruna, TechnicianDetails(outra.company_id, "Jonas"))


async def test_a_retired_company_gets_no_new_technician(world: World, bruna: Actor) -> None:
    await add_company(bruna, CompanyDetails("Ilha Norte", "", "12345678000195"))
    await retire_company(bruna, world.company_id)
    async with refused("company_retired"):
        await people.register_technician(bruna, TechnicianDetails(world.company_id, "Jonas"))
    await people.edit_technician(bruna, tiago_of(world), TechnicianDetails(world.company_id, "Tiago Melo"))


async def test_a_carrier_is_registered_edited_retired_and_brought_back(world: World, bruna: Actor) -> None:
    carrier_id = await people.register_carrier(bruna, CarrierDetails("Moto Já"))
    await people.edit_carrier(bruna, carrier_id, CarrierDetails("Moto Já", is_own_driver=True))
    await people.retire_carrier(bruna, carrier_id)
    row = await row_of(Carrier, carrier_id)
    assert (row["is_own_driver"], row["is_active"]) == (True, False)
    await people.reinstate_carrier(bruna, carrier_id)
    assert [action for action, _ in await trail()] == [
        "carrier.added",
        "carrier.edited",
        "carrier.retired",
        "carrier.reinstated",
    ]
    async with refused("invalid", "name"):
        await people.edit_carrier(bruna, carrier_id, CarrierDetails("M" * 81))


async def test_nobody_but_an_admin_of_the_reseller_and_company_keeps_its_people(
    world: World, bruna: Actor
) -> None:
    carrier_id = await people.register_carrier(bruna, CarrierDetails("Moto Já"))
    outra = await found_reseller("outra")
    elsewhere = replace(bruna, company_ids=frozenset({outra.company_id}))
    for actor in (admin_of(outra), world.ana, world.tiago, elsewhere):
        async with refused("not_found"):
            await people.edit_technician(actor, tiago_of(world), TechnicianDetails(world.company_id, "Eu"))
        async with refused("not_found"):
            await people.retire_technician(actor, tiago_of(world))
    for actor in (admin_of(outra), world.ana, world.tiago):
        async with refused("not_found"):
            await people.edit_carrier(actor, carrier_id, CarrierDetails("Nosso"))
        async with refused("not_found"):
            await people.retire_carrier(actor, carrier_id)
    async with refused("not_found"):
        await people.register_carrier(world.ana, CarrierDetails("Nosso"))
