"""Bruna, the admin, keeps the machines, defects and parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from server.accounts.actor import Actor
from server.customers.actions import end_contract, register_customer, retire_customer, sign_contract
from server.customers.rules import CustomerDetails, NewContract
from server.equipment import actions
from server.equipment.queries import find_equipment_ids
from server.equipment.rules import EquipmentDetails
from server.equipment.tables import Equipment, MeterReading
from server.visits.readings import Counters
from tests.master_data.office import admin_of, refused, row_of, trail
from tests.service_orders.world import NOW, World, found_reseller
from tests.sync_technician.phone import Phone

MACHINE = EquipmentDetails("brb9876", "IM 430F", "p-77", "Ricoh", department="Secretaria")


async def clinic_of(world: World, bruna: Actor) -> UUID:
    return await register_customer(bruna, CustomerDetails(world.company_id, "Clínica Mar"), now=NOW)


async def light_contract(bruna: Actor, customer_id: UUID) -> UUID:
    return await sign_contract(bruna, customer_id, NewContract("C-9", "light", date(2026, 1, 1)))


async def machine(world: World) -> dict[str, Any]:
    return await row_of(Equipment, world.equipment_id)


async def test_a_registered_machine_is_found_by_the_beginning_of_its_numbers(
    world: World, bruna: Actor
) -> None:
    machine_id = await actions.register_equipment(bruna, world.customer_id, MACHINE)
    row = await row_of(Equipment, machine_id)
    assert (row["serial_number"], row["asset_tag"]) == ("BRB9876", "P-77")
    assert (row["company_id"], row["contract_id"]) == (world.company_id, None)
    assert await find_equipment_ids(bruna, "brb98") == [machine_id]
    assert await find_equipment_ids(bruna, "p-7") == [machine_id]


async def test_a_machine_without_serial_number_or_model_is_refused(world: World, bruna: Actor) -> None:
    async with refused("invalid", "serial_number", "model"):
        await actions.register_equipment(bruna, world.customer_id, EquipmentDetails(" ", ""))
    async with refused("invalid", "serial_number"):
        await actions.edit_equipment(bruna, world.equipment_id, EquipmentDetails("9" * 41, "X"))


async def test_tiagos_phone_sees_the_corrected_serial_number(
    world: World, bruna: Actor, tiago: Phone
) -> None:
    await world.dispatched_order()
    await tiago.sync()
    await actions.edit_equipment(bruna, world.equipment_id, MACHINE)
    await tiago.pull()
    seen = tiago.row("equipment", world.equipment_id)
    assert (seen["serial_number"], seen["department"]) == ("BRB9876", "Secretaria")
    action, facts = (await trail())[0]
    assert action == "equipment.edited"
    assert facts["before"]["serial_number"] == "BRB1234"
    assert facts["after"]["serial_number"] == "BRB9876"


async def test_a_machine_moves_under_a_contract_of_its_new_customer_alone(world: World, bruna: Actor) -> None:
    order_id = await world.open_order()
    clinic_id = await clinic_of(world, bruna)
    old_contract = (await machine(world))["contract_id"]
    async with refused("contract_elsewhere"):
        await actions.move_equipment(bruna, world.equipment_id, clinic_id, old_contract)
    contract_id = await light_contract(bruna, clinic_id)
    await actions.move_equipment(
        bruna, world.equipment_id, clinic_id, contract_id, install_location=" Térreo "
    )
    row = await machine(world)
    assert (row["customer_id"], row["contract_id"]) == (clinic_id, contract_id)
    assert row["install_location"] == "Térreo"
    order = await world.order(order_id)
    assert (order["customer_id"], order["contract_kind"]) == (world.customer_id, "full")
    assert (await trail())[-1][0] == "equipment.moved"


async def test_a_machine_moves_neither_to_a_retired_customer_nor_under_an_ended_contract(
    world: World, bruna: Actor
) -> None:
    clinic_id = await clinic_of(world, bruna)
    contract_id = await light_contract(bruna, clinic_id)
    await end_contract(bruna, contract_id, date(2026, 3, 1), now=NOW)
    async with refused("contract_elsewhere"):
        await actions.move_equipment(bruna, world.equipment_id, clinic_id, contract_id)
    await retire_customer(bruna, clinic_id)
    async with refused("customer_retired"):
        await actions.move_equipment(bruna, world.equipment_id, clinic_id)
    async with refused("customer_retired"):
        await actions.register_equipment(bruna, clinic_id, MACHINE)


async def test_a_retired_machine_keeps_its_orders_and_goes_nowhere(
    world: World, bruna: Actor, tiago: Phone
) -> None:
    order_id = await world.dispatched_order()
    await actions.retire_equipment(bruna, world.equipment_id)
    assert (await world.order(order_id))["equipment_id"] == world.equipment_id
    await tiago.sync()
    assert tiago.row("equipment", world.equipment_id)["serial_number"] == "BRB1234"
    async with refused("equipment_retired"):
        await actions.move_equipment(bruna, world.equipment_id, world.customer_id)
    await actions.reinstate_equipment(bruna, world.equipment_id)
    assert (await machine(world))["is_active"] is True


async def test_the_offices_reading_is_judged_as_a_technicians(world: World, bruna: Actor) -> None:
    """The machine prints some 33 pages a day: 11,000 forty days ago, 12,000 ten days ago."""
    fine = await actions.record_reading(bruna, world.equipment_id, Counters(12_300, None, NOW), now=NOW)
    later = NOW + timedelta(hours=1)
    lower = await actions.record_reading(bruna, world.equipment_id, Counters(900, None, later), now=later)
    last = NOW + timedelta(hours=2)
    huge = await actions.record_reading(bruna, world.equipment_id, Counters(900_000, None, last), now=last)
    assert (fine.is_lower, fine.is_implausible) == (False, False)
    assert (lower.is_lower, lower.facts["mono"]["last"]) == (True, 12_300)
    assert huge.is_implausible
    kept = await MeterReading.select().where(MeterReading.source == "desk").order_by(MeterReading.read_at)
    assert [(row["mono"], row["is_lower"], row["is_implausible"]) for row in kept] == [
        (12_300, False, False),
        (900, True, False),
        (900_000, False, True),
    ]


async def test_tiagos_phone_compares_with_the_offices_reading(
    world: World, bruna: Actor, tiago: Phone
) -> None:
    await world.dispatched_order()
    await actions.record_reading(bruna, world.equipment_id, Counters(12_300, None, NOW), now=NOW)
    await tiago.sync()
    assert {row["mono"]: row["source"] for row in tiago.rows("meter_reading")}[12_300] == "desk"


@pytest.mark.parametrize(
    ("counters", "field"),
    [
        (Counters(None, None, NOW), "mono"),
        (Counters(-1, None, NOW), "mono"),
        (Counters(2**31, None, NOW), "mono"),
        (Counters(12_300, 5, NOW), "color"),
        (Counters(12_300, None, NOW + timedelta(minutes=1)), "read_at"),
    ],
)
async def test_what_is_no_reading_says_which_field(
    world: World, bruna: Actor, counters: Counters, field: str
) -> None:
    async with refused("invalid", field):
        await actions.record_reading(bruna, world.equipment_id, counters, now=NOW)
    assert not await MeterReading.exists().where(MeterReading.source == "desk")


async def test_nobody_but_an_admin_of_the_reseller_keeps_its_machines(world: World, bruna: Actor) -> None:
    outra = await found_reseller("outra")
    for actor in (
        admin_of(outra),
        world.ana,
        world.tiago,
        replace(bruna, company_ids=frozenset({outra.company_id})),
    ):
        async with refused("not_found"):
            await actions.register_equipment(actor, world.customer_id, MACHINE)
        async with refused("not_found"):
            await actions.edit_equipment(actor, world.equipment_id, MACHINE)
        async with refused("not_found"):
            await actions.move_equipment(actor, world.equipment_id, world.customer_id)
        async with refused("not_found"):
            await actions.retire_equipment(actor, world.equipment_id)
        async with refused("not_found"):
            await actions.record_reading(actor, world.equipment_id, Counters(12_300, None, NOW), now=NOW)
    async with refused("not_found"):
        await actions.move_equipment(bruna, world.equipment_id, outra.customer_id)
    assert (await machine(world))["serial_number"] == "BRB1234"
