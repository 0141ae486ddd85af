"""The card of a machine: found by its serial number, complete for who works with it, nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from offline_sync.ids import uuid7
from server.accounts.actor import Role
from server.customers.tables import Customer
from server.equipment.tables import Equipment, MeterReading
from server.service_orders.parts import PartLine, request_parts
from server.service_orders.tables import ServiceOrder
from tests.desk.office import Office
from tests.desk.test_query_counts import MOST, queries_of
from tests.service_orders.world import NOW
from tests.supplies.world import Stock, open_stock

RECENTLY = datetime.now(UTC) - timedelta(days=40)


@pytest.fixture
async def stock(office: Office) -> Stock:
    return await open_stock(office.world)


def address(office: Office) -> str:
    return f"/equipment/{office.world.equipment_id}"


async def read(office: Office, mono: int, read_at: datetime) -> None:
    reading = MeterReading(
        reseller_id=office.world.reseller_id,
        equipment_id=office.world.equipment_id,
        mono=mono,
        read_at=read_at,
        source="ilux",
    )
    await reading.save()


async def test_the_desk_finds_a_machine_by_its_serial_number_and_sees_what_happened(
    office: Office, stock: Stock, ana: httpx.AsyncClient
) -> None:
    visit = await office.visit()
    await read(office, 10_000, RECENTLY)
    await read(office, 11_234, RECENTLY + timedelta(minutes=5))
    await request_parts(
        office.world.ana, await office.world.open_order(), [PartLine(uuid7(), None, "Fusor", 1)], now=NOW
    )
    await stock.request()
    listed = await ana.get("/service-orders?serial_number=brb1", headers={"hx-request": "true"})
    assert f'href="{address(office)}"' in listed.text
    page = await ana.get(address(office))
    for said in ("DCP-8080DN", "C-8 (completo)", "11.234", "1.234", "1 × Fusor", f"/visits/{visit.id}"):
        assert said in page.text, said
    for button in ("/service-orders/new", "/sticker"):
        assert f'href="{address(office)}{button}"' in page.text
    assert f'href="{address(office)}"' in (await ana.get(f"/service-orders/{visit.service_order_id}")).text


async def test_supplies_are_shown_to_those_who_work_with_them_and_calls_to_the_others(
    office: Office, stock: Stock, carla: httpx.AsyncClient
) -> None:
    await office.visit()
    await stock.request()
    page = await carla.get(address(office))
    assert "Últimos chamados" in page.text
    assert "Toner 8080 preto" in page.text
    assert "/customers/" not in page.text
    async with await office.browser(await office.as_role(office.world.carla, Role.CALL_OPENER)) as opener:
        page = await opener.get(address(office))
        assert "Últimos chamados" in page.text
        assert "Toner 8080 preto" not in page.text
    async with await office.browser(await office.as_role(stock.sofia, Role.SUPPLIES_OPERATOR)) as sofia:
        page = await sofia.get(address(office))
        assert "Toner 8080 preto" in page.text
        assert "Últimos chamados" not in page.text


async def test_of_a_machine_that_moved_its_customer_sees_no_earlier_ones_calls(
    office: Office, carla: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    world = office.world
    visit = await office.visit()
    await request_parts(world.ana, visit.service_order_id, [PartLine(uuid7(), None, "Fusor", 1)], now=NOW)
    earlier = Customer(
        reseller_id=world.reseller_id, company_id=world.company_id, name="Padaria", search_name=""
    )
    await earlier.save()
    await ServiceOrder.update({ServiceOrder.customer_id: earlier.id, ServiceOrder.status: "P"}).where(
        ServiceOrder.id == visit.service_order_id
    )
    assert str(visit.service_order_id) in (await ana.get(address(office))).text
    page = (await carla.get(address(office))).text
    for hidden in (str(visit.service_order_id), str(visit.id), "Fusor"):
        assert hidden not in page
    async with await office.browser(await office.as_role(world.ana, Role.LOGISTICS_OPERATOR)) as logistics:
        assert "Nenhum chamado em logística" in (await logistics.get(address(office))).text


async def test_a_retired_machine_has_a_card_and_nothing_is_asked_for_it(
    office: Office, carla: httpx.AsyncClient
) -> None:
    await Equipment.update({Equipment.is_active: False}).where(Equipment.id == office.world.equipment_id)
    page = await carla.get(address(office))
    assert "Inativo" in page.text
    assert f"{address(office)}/service-orders/new" not in page.text


async def test_visits_are_filtered_by_serial_number(office: Office, ana: httpx.AsyncClient) -> None:
    visit = await office.visit()
    assert f"visit-{visit.id}" in (await ana.get("/visits?serial_number=BRB12")).text
    assert f"visit-{visit.id}" not in (await ana.get("/visits?serial_number=XX")).text


async def test_a_card_asks_the_same_of_one_call_and_of_ten(
    office: Office, stock: Stock, ana: httpx.AsyncClient
) -> None:
    await office.visit()
    await stock.request()
    await read(office, 100, RECENTLY)
    few = await queries_of(ana, address(office))
    for number in range(9):
        await office.visit()
        await stock.request()
        await read(office, 200 + number, RECENTLY + timedelta(days=number + 1))
    assert await queries_of(ana, address(office)) == few <= MOST
    assert await queries_of(ana, "/service-orders?serial_number=BRB1234") <= MOST
