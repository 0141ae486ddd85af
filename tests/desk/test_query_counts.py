"""No page asks more when there is more to show."""

from __future__ import annotations

import httpx
import pytest

from tests.desk.counting import counted_queries
from tests.desk.office import Office

MOST = 12


async def queries_of(browser: httpx.AsyncClient, address: str) -> int:
    await browser.get(address)  # the session's "last seen" is written once
    with counted_queries() as asked:
        assert (await browser.get(address)).status_code == 200
    assert asked
    return len(asked)


@pytest.mark.parametrize("address", ["/service-orders", "/visits"])
async def test_a_list_asks_the_same_of_one_row_and_of_ten(
    address: str, office: Office, ana: httpx.AsyncClient
) -> None:
    await office.visit()
    few = await queries_of(ana, address)
    for _ in range(9):
        await office.visit()
    assert await queries_of(ana, address) == few <= MOST


@pytest.mark.parametrize("tab", ["with_contract", "calls"])
async def test_the_choice_of_a_machine_asks_the_same_of_one_and_of_ten(
    tab: str, office: Office, carla: httpx.AsyncClient
) -> None:
    address = f"/service-orders/new?tab={tab}"
    await office.world.open_order()
    few = await queries_of(carla, address)
    for number in range(9):
        await office.world.machine(f"X{number}")
        await office.world.open_order()
    assert await queries_of(carla, address) == few <= MOST


async def test_an_order_asks_the_same_with_one_note_and_with_ten(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await office.visit()
    address = f"/service-orders/{visit.service_order_id}"
    few = {
        tab: await queries_of(ana, f"{address}?tab={tab}") for tab in ("details", "history", "attachments")
    }
    for number in range(9):
        await ana.post(f"{address}/notes", data={"body": f"Nota {number}"})
        await office.add_photo(visit.id, f"Foto {number}")
    for tab, count in few.items():
        assert await queries_of(ana, f"{address}?tab={tab}") == count <= MOST


async def test_a_visit_asks_the_same_with_one_photo_and_with_ten(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await office.visit(photos=1)
    few = await queries_of(ana, f"/visits/{visit.id}")
    few_for_paper = await queries_of(ana, f"/visits/{visit.id}/report.pdf")
    for number in range(9):
        await office.add_photo(visit.id, f"Mais {number}")
    for kind in ("reading_lower", "clock_drift", "file_missing"):
        await office.doubt(visit, kind)
    assert await queries_of(ana, f"/visits/{visit.id}") == few <= MOST
    assert await queries_of(ana, f"/visits/{visit.id}/report.pdf") == few_for_paper <= MOST
