"""Contracts are signed and ended; orders remember under which one they were opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from server.accounts.actor import Actor
from server.customers import actions
from server.customers.rules import NewContract
from server.customers.tables import Contract
from server.equipment.tables import Equipment
from tests.master_data.office import admin_of, refused, row_of, trail
from tests.service_orders.world import NOW, World, found_reseller

LIGHT = NewContract("C-9", "light", date(2026, 1, 1), mono_allowance=5_000)
TODAY = date(2026, 3, 2)


async def contract_of(world: World) -> Any:
    return (await row_of(Equipment, world.equipment_id))["contract_id"]


async def test_bruna_signs_a_light_contract(world: World, bruna: Actor) -> None:
    contract_id = await actions.sign_contract(bruna, world.customer_id, LIGHT)
    row = await row_of(Contract, contract_id)
    assert (row["customer_id"], row["company_id"]) == (world.customer_id, world.company_id)
    assert (row["number"], row["kind"], row["mono_allowance"]) == ("C-9", "light", 5_000)
    assert [action for action, _ in await trail()] == ["contract.added"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": ""}, "number"),
        ({"kind": "platinum"}, "kind"),
        ({"ended_on": date(2025, 12, 31)}, "ended_on"),
        ({"color_allowance": -1}, "color_allowance"),
    ],
)
async def test_a_faulty_contract_says_which_field(
    world: World, bruna: Actor, changes: dict[str, Any], field: str
) -> None:
    async with refused("invalid", field):
        await actions.sign_contract(bruna, world.customer_id, replace(LIGHT, **changes))


async def test_an_ended_contract_stays_on_old_orders_and_covers_no_new_one(
    world: World, bruna: Actor
) -> None:
    old_id = await world.open_order()
    contract_id = await contract_of(world)
    await actions.end_contract(bruna, contract_id, TODAY, now=NOW)
    new_id = await world.open_order()
    old, new = await world.order(old_id), await world.order(new_id)
    assert (old["contract_id"], old["contract_kind"]) == (contract_id, "full")
    assert (new["contract_id"], new["contract_kind"]) == (None, "none")
    assert await contract_of(world) == contract_id
    async with refused("contract_over"):
        await actions.end_contract(bruna, contract_id, TODAY, now=NOW)


async def test_a_contract_ends_neither_before_its_beginning_nor_tomorrow(world: World, bruna: Actor) -> None:
    contract_id = await actions.sign_contract(bruna, world.customer_id, LIGHT)
    for day in (date(2025, 12, 31), date(2026, 3, 3)):
        async with refused("invalid", "ended_on"):
            await actions.end_contract(bruna, contract_id, day, now=NOW)


async def test_a_retired_customer_signs_nothing(world: World, bruna: Actor) -> None:
    await actions.retire_customer(bruna, world.customer_id)
    async with refused("customer_retired"):
        await actions.sign_contract(bruna, world.customer_id, LIGHT)


async def test_another_resellers_admin_finds_no_contract(world: World) -> None:
    stranger = admin_of(await found_reseller("outra"))
    async with refused("not_found"):
        await actions.sign_contract(stranger, world.customer_id, LIGHT)
    async with refused("not_found"):
        await actions.end_contract(stranger, await contract_of(world), TODAY, now=NOW)
