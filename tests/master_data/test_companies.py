"""Bruna, the admin, keeps the reseller's settings and companies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from server.accounts import companies
from server.accounts.actor import Actor
from server.accounts.rules import CompanyDetails, ResellerSettings
from server.accounts.tables import Company, Reseller
from server.customers.tables import Customer
from tests.master_data.office import admin_of, refused, row_of, trail
from tests.service_orders.world import World, found_reseller
from tests.sync_technician.phone import Phone

SETTINGS = ResellerSettings("Ilha Office", "America/Manaus", "L", 150, "(48) 3222-4455", "www.ilha.test")
NORTH = CompanyDetails("Ilha Norte Ltda", "", "12.345.678/0001-95", uf="sc", cep="89010-000")


async def test_new_settings_hold_for_the_next_order_and_reach_tiagos_phone(
    world: World, bruna: Actor, tiago: Phone
) -> None:
    await tiago.sync()
    await companies.edit_reseller(bruna, SETTINGS)
    assert await world.status(await world.open_order()) == "L"
    await tiago.pull()
    me = tiago.rows("me")[0]
    assert (me["reseller_name"], me["timezone"], me["arrival_near_m"]) == (
        "Ilha Office",
        "America/Manaus",
        150,
    )
    action, facts = (await trail())[0]
    assert action == "reseller.edited"
    assert facts["before"]["arrival_near_m"] == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"timezone": "Brasil/Floripa"}, "timezone"),
        ({"default_opening_status": "O"}, "default_opening_status"),
        ({"default_opening_status": "E"}, "default_opening_status"),
        ({"arrival_near_m": 5}, "arrival_near_m"),
        ({"website": "javascript:alert(1)"}, "website"),
    ],
)
async def test_a_faulty_setting_says_which_field(
    world: World, bruna: Actor, changes: dict[str, Any], field: str
) -> None:
    async with refused("invalid", field):
        await companies.edit_reseller(bruna, replace(SETTINGS, **changes))
    assert (await row_of(Reseller, world.reseller_id))["timezone"] == "America/Sao_Paulo"


async def test_a_filial_is_added_and_renamed(world: World, bruna: Actor) -> None:
    north_id = await companies.add_company(bruna, NORTH)
    row = await row_of(Company, north_id)
    assert (row["cnpj"], row["uf"], row["cep"]) == ("12345678000195", "SC", "89010000")
    assert row["trade_name"] == "Ilha Norte Ltda"
    await companies.edit_company(bruna, north_id, replace(NORTH, trade_name="Ilha Norte"))
    assert (await row_of(Company, north_id))["trade_name"] == "Ilha Norte"
    assert [action for action, _ in await trail()] == ["company.added", "company.edited"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cnpj": "12345678000194"}, "cnpj"),
        ({"name": ""}, "name"),
        ({"cep": "1"}, "cep"),
        ({"uf": "ZZ"}, "uf"),
    ],
)
async def test_a_faulty_company_says_which_field(
    world: World, bruna: Actor, changes: dict[str, Any], field: str
) -> None:
    async with refused("invalid", field):
        await companies.add_company(bruna, replace(NORTH, **changes))


async def test_two_companies_do_not_share_a_cnpj(world: World, bruna: Actor) -> None:
    north_id = await companies.add_company(bruna, NORTH)
    async with refused("cnpj_taken"):
        await companies.add_company(bruna, NORTH)
    async with refused("cnpj_taken"):
        await companies.edit_company(bruna, north_id, replace(NORTH, cnpj="11222333000181"))


async def test_a_retired_company_keeps_its_customers_and_one_always_stays(world: World, bruna: Actor) -> None:
    async with refused("last_company"):
        await companies.retire_company(bruna, world.company_id)
    north_id = await companies.add_company(bruna, NORTH)
    await companies.retire_company(bruna, world.company_id)
    assert (await row_of(Customer, world.customer_id))["company_id"] == world.company_id
    async with refused("last_company"):
        await companies.retire_company(bruna, north_id)
    await companies.reinstate_company(bruna, world.company_id)
    assert (await row_of(Company, world.company_id))["is_active"] is True


async def test_nobody_but_an_admin_of_the_reseller_keeps_it(world: World) -> None:
    stranger = admin_of(await found_reseller("outra"))
    for actor in (stranger, world.ana):
        async with refused("not_found"):
            await companies.edit_company(actor, world.company_id, NORTH)
        async with refused("not_found"):
            await companies.retire_company(actor, world.company_id)
    async with refused("not_found"):
        await companies.edit_reseller(world.ana, SETTINGS)
    async with refused("not_found"):
        await companies.add_company(world.ana, NORTH)
