"""Bruna names defects for the tabs that list them, and keeps the parts that phones offer."""

from __future__ import annotations

from dataclasses import replace

from server.accounts.actor import Actor
from server.equipment import catalogue
from server.equipment.rules import DefectDetails, PartDetails
from server.equipment.tables import Defect, Part
from tests.master_data.office import admin_of, refused, row_of, trail
from tests.service_orders.world import World, found_reseller
from tests.sync_technician.phone import Phone

JAM = DefectDetails("Atolamento de papel", True, True, False)


async def a_defect(world: World) -> Defect:
    defect = Defect(reseller_id=world.reseller_id, code="001", name="ATOLA PAPEL")
    await defect.save()
    return defect


async def test_a_renamed_defect_is_listed_where_bruna_says_and_old_orders_keep_its_name(
    world: World, bruna: Actor
) -> None:
    defect = await a_defect(world)
    order_id = await world.open_order(defect_id=defect.id)
    await catalogue.edit_defect(bruna, defect.id, JAM)
    row = await row_of(Defect, defect.id)
    assert row["name"] == "Atolamento de papel"
    assert (row["is_listed_with_contract"], row["is_listed_for_contracts"]) == (True, False)
    assert row["code"] == "001"
    assert (await world.order(order_id))["defect"] == "ATOLA PAPEL"
    action, facts = (await trail())[-1]
    assert (action, facts["before"]["name"]) == ("defect.edited", "ATOLA PAPEL")


async def test_a_retired_defect_stays_on_its_orders_until_it_comes_back(world: World, bruna: Actor) -> None:
    defect = await a_defect(world)
    order_id = await world.open_order(defect_id=defect.id)
    await catalogue.retire_defect(bruna, defect.id)
    assert (await row_of(Defect, defect.id))["is_active"] is False
    assert (await world.order(order_id))["defect_id"] == defect.id
    await catalogue.reinstate_defect(bruna, defect.id)
    assert (await row_of(Defect, defect.id))["is_active"] is True


async def test_a_defect_needs_a_name_and_its_own_admin(world: World, bruna: Actor) -> None:
    defect = await a_defect(world)
    async with refused("invalid", "name"):
        await catalogue.edit_defect(bruna, defect.id, replace(JAM, name=" "))
    for actor in (admin_of(await found_reseller("outra")), world.ana):
        async with refused("not_found"):
            await catalogue.edit_defect(actor, defect.id, JAM)
        async with refused("not_found"):
            await catalogue.retire_defect(actor, defect.id)


async def test_a_new_part_reaches_tiagos_phone_and_a_retired_one_leaves_it(
    world: World, bruna: Actor, tiago: Phone
) -> None:
    await world.dispatched_order()
    part_id = await catalogue.register_part(bruna, PartDetails("R-2", " Fusor "))
    await tiago.sync()
    assert tiago.row("part", part_id)["name"] == "Fusor"
    await catalogue.edit_part(bruna, part_id, PartDetails("R-2", "Fusor 220 V"))
    await tiago.pull()
    assert tiago.row("part", part_id)["name"] == "Fusor 220 V"
    await catalogue.retire_part(bruna, part_id)
    await tiago.pull()
    assert [row["code"] for row in tiago.rows("part")] == ["R-1"]
    await catalogue.reinstate_part(bruna, part_id)
    await tiago.pull()
    assert len(tiago.rows("part")) == 2


async def test_two_parts_do_not_share_a_code(world: World, bruna: Actor) -> None:
    part_id = await catalogue.register_part(bruna, PartDetails("R-2", "Fusor"))
    async with refused("part_code_taken"):
        await catalogue.register_part(bruna, PartDetails("R-1", "Outro rolo"))
    async with refused("part_code_taken"):
        await catalogue.edit_part(bruna, part_id, PartDetails("R-1", "Fusor"))
    async with refused("invalid", "code", "name"):
        await catalogue.register_part(bruna, PartDetails("", ""))
    assert await Part.count() == 2


async def test_nobody_but_an_admin_of_the_reseller_keeps_its_parts(world: World) -> None:
    for actor in (admin_of(await found_reseller("outra")), world.ana, world.carla):
        async with refused("not_found"):
            await catalogue.edit_part(actor, world.part_id, PartDetails("X", "Y"))
        async with refused("not_found"):
            await catalogue.retire_part(actor, world.part_id)
    async with refused("not_found"):
        await catalogue.register_part(world.ana, PartDetails("X", "Y"))
