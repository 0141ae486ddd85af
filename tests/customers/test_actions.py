"""Bruna, the admin, keeps the customers; Tiago's phone sees what she corrects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from server.accounts.actor import Actor
from server.accounts.documents import is_cnpj, is_cpf, is_email
from server.accounts.tables import Company
from server.customers import actions
from server.customers.queries import find_customers
from server.customers.rules import CustomerDetails, Position, customer_faults
from server.customers.tables import Customer
from server.positions import actions as positions
from server.service_orders.tables import ServiceOrder
from tests.master_data.office import admin_of, desk_is_told, refused, row_of, trail
from tests.service_orders.world import NOW, World, found_reseller
from tests.sync_technician.phone import Phone


def bakery(world: World, **changes: Any) -> CustomerDetails:
    details = CustomerDetails(
        world.company_id,
        "  Padaria  do Zé Ltda ",
        "Pão Quente",
        cnpj_cpf="529.982.247-25",
        street="Rua das Flores",
        number="12",
        city="Florianópolis",
        uf="sc",
        cep="88010-000",
        phone="(48) 99911-2233",
        email="ze@padaria.test",
        notes="Fecha às 14h.\nTocar a campainha.",
    )
    return replace(details, **changes)


async def columns(customer_id: UUID) -> dict[str, Any]:
    return await row_of(Customer, customer_id)


async def test_bruna_registers_a_bakery_and_finds_it_by_what_people_type(world: World, bruna: Actor) -> None:
    bakery_id = await actions.register_customer(bruna, bakery(world), now=NOW)
    row = await columns(bakery_id)
    assert (row["name"], row["uf"], row["cep"]) == ("Padaria do Zé Ltda", "SC", "88010000")
    assert row["notes"] == "Fecha às 14h.\nTocar a campainha."
    for typed in ("padaria do ze", "pao quente", "529.982.247-25"):
        assert [found.id for found in await find_customers(bruna, typed)] == [bakery_id]


async def test_a_corrected_customer_is_found_by_its_new_name_alone(world: World, bruna: Actor) -> None:
    bakery_id = await actions.register_customer(bruna, bakery(world), now=NOW)
    await actions.edit_customer(
        bruna, bakery_id, bakery(world, name="Confeitaria Íris", trade_name=""), now=NOW
    )
    assert await find_customers(bruna, "padaria") == ()
    assert [found.id for found in await find_customers(bruna, "iris")] == [bakery_id]
    added, edited = await trail()
    assert added[0] == "customer.added"
    assert edited[0] == "customer.edited"
    assert edited[1]["before"]["name"] == "Padaria do Zé Ltda"
    assert edited[1]["after"]["name"] == "Confeitaria Íris"
    assert "cep" not in edited[1]["after"], "only what changed"


async def test_the_same_edit_again_leaves_no_trace(world: World, bruna: Actor) -> None:
    bakery_id = await actions.register_customer(bruna, bakery(world), now=NOW)
    before = await columns(bakery_id)
    await actions.edit_customer(bruna, bakery_id, bakery(world), now=NOW)
    assert await columns(bakery_id) == before
    assert [action for action, _ in await trail()] == ["customer.added"]


async def test_tiagos_phone_is_told_the_new_address_and_position(
    world: World, bruna: Actor, tiago: Phone
) -> None:
    await world.dispatched_order()
    await tiago.sync()
    school = await columns(world.customer_id)
    details = CustomerDetails(world.company_id, school["name"], street="Rua Nova", number="7", uf="SC")
    await actions.edit_customer(bruna, world.customer_id, details, now=NOW)
    await positions.place(bruna, world.customer_id, Position(-27.6, -48.5), now=NOW)
    await tiago.pull()
    seen = tiago.row("customer", world.customer_id)
    assert (seen["street"], seen["number"]) == ("Rua Nova", "7")
    assert (seen["latitude"], seen["longitude"]) == (-27.6, -48.5)


async def test_the_desks_open_list_looks_again(world: World, bruna: Actor) -> None:
    async with desk_is_told(world):
        await actions.edit_customer(bruna, world.customer_id, bakery(world), now=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "P" * 121}, "name"),
        ({"cnpj_cpf": "52998224724"}, "cnpj_cpf"),
        ({"cnpj_cpf": "11111111111"}, "cnpj_cpf"),
        ({"cep": "8801000"}, "cep"),
        ({"uf": "XX"}, "uf"),
        ({"email": "ze em casa"}, "email"),
        ({"phone": "ligue depois"}, "phone"),
    ],
)
async def test_a_faulty_form_says_which_field(
    world: World, bruna: Actor, changes: dict[str, Any], field: str
) -> None:
    async with refused("invalid", field):
        await actions.register_customer(bruna, bakery(world, **changes), now=NOW)
    assert await Customer.count() == 1


@pytest.mark.parametrize(
    ("latitude", "longitude", "faults"),
    [
        (-48.5, -27.6, ["latitude", "longitude"]),  # the two exchanged
        (38.7, -48.5, ["latitude"]),
        (float("nan"), -48.5, ["latitude"]),
    ],
)
async def test_a_position_outside_brazil_is_none(
    world: World, bruna: Actor, latitude: float, longitude: float, faults: list[str]
) -> None:
    async with refused("invalid", *faults):
        await positions.place(bruna, world.customer_id, Position(latitude, longitude), now=NOW)
    await positions.place(bruna, world.customer_id, None, now=NOW)
    assert (await columns(world.customer_id))["latitude"] is None


async def test_a_retired_customer_is_not_offered_and_its_orders_remain(
    world: World, bruna: Actor, tiago: Phone
) -> None:
    order_id = await world.dispatched_order()
    await actions.retire_customer(bruna, world.customer_id)
    assert await find_customers(bruna, "escola") == ()
    assert (await row_of(ServiceOrder, order_id))["customer_id"] == world.customer_id
    await tiago.sync()
    assert tiago.row("customer", world.customer_id)["name"] == "Escola São João"
    await actions.reinstate_customer(bruna, world.customer_id)
    assert len(await find_customers(bruna, "escola")) == 1
    assert [action for action, _ in await trail()] == ["customer.retired", "customer.reinstated"]


async def test_nobody_but_an_admin_of_the_reseller_keeps_its_customers(world: World, bruna: Actor) -> None:
    stranger = admin_of(await found_reseller("outra"))
    for actor in (stranger, world.ana, world.carla, world.tiago):
        async with refused("not_found"):
            await actions.edit_customer(actor, world.customer_id, bakery(world), now=NOW)
        async with refused("not_found"):
            await actions.retire_customer(actor, world.customer_id)
        async with refused("not_found"):
            await actions.register_customer(actor, bakery(world), now=NOW)
    assert (await columns(world.customer_id))["name"] == "Escola São João"


async def test_a_customer_of_a_foreign_or_retired_company_cannot_be_registered(
    world: World, bruna: Actor
) -> None:
    outra = await found_reseller("outra")
    async with refused("not_found"):
        await actions.register_customer(bruna, bakery(world, company_id=outra.company_id), now=NOW)
    await Company.update({Company.is_active: False}).where(Company.id == world.company_id)
    async with refused("company_retired"):
        await actions.register_customer(bruna, bakery(world), now=NOW)


def test_documents_are_checked_by_their_digits() -> None:
    assert is_cnpj("11222333000181")
    assert is_cnpj("12ABC34501DE35"), "letters since July 2026"
    assert not is_cnpj("11222333000182")
    assert not is_cnpj("00000000000000")
    assert is_cpf("52998224725")
    assert not is_cpf("5299822472")
    assert is_email("joao@escola.com.br")
    assert not is_email("joão@escola.com.br"), "hardly any mail server takes it"


def test_a_customer_may_have_no_papers_at_all(world: World) -> None:
    assert customer_faults(CustomerDetails(world.company_id, "Dona Lúcia")) == {}
