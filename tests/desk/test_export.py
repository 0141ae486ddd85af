"""The list as a file, and filters that people keep."""

from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

from server.service_orders import export
from server.service_orders.tables import ServiceOrder
from server.web.spreadsheets import harmless
from tests.desk.office import Office
from tests.service_orders.world import found_reseller


@pytest.mark.parametrize("text", ["=1+1", "+55 48", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_run_becomes_text(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless(f"a{text}") == f"a{text}"


async def rows_of(browser: httpx.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    answer = await browser.get(f"/service-orders/export.csv{query}")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def test_everything_that_the_filters_find_goes_into_the_file_and_nothing_of_others(
    office: Office, carla: httpx.AsyncClient, ana: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "ROWS_A_PAGE", 2)
    others = await found_reseller("outra")
    await others.open_order()
    for _ in range(5):
        await office.world.open_order()
    await ServiceOrder.update({ServiceOrder.defect: "=cmd|' /C calc'!A0"}).where(
        ServiceOrder.web_number == 3, ServiceOrder.reseller_id == office.world.reseller_id
    )
    rows = await rows_of(carla, "?sort=number")
    assert [row["Nº web"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[2]["Defeito"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["Status"] == "Abertura"
    assert await rows_of(ana, "?number=4") == [rows[3]]
    assert await rows_of(ana, "?status=C") == []
    assert (await ana.get("/service-orders/export.csv?opened_from=ontem")).status_code == 422


async def test_the_workbook_holds_texts_and_moments_and_no_formula(
    office: Office, ana: httpx.AsyncClient
) -> None:
    await office.world.open_order()
    await ServiceOrder.update({ServiceOrder.defect: "=1+1"}).where(ServiceOrder.web_number == 1)
    answer = await ana.get("/service-orders/export.xlsx")
    assert "chamados-" in answer.headers["content-disposition"]
    with ZipFile(BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in sheet
    assert "Nº web" in sheet


async def test_a_kept_filter_is_its_keepers_own_and_holds_what_the_list_knows(
    ana: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    query = "?status=A&status=P&sort=-number&after=x&evil=%3Cscript%3E"
    answer = await ana.post("/saved-filters", data={"name": "Abertos", "query": query})
    assert answer.headers["location"] == "/service-orders?status=A&status=P&sort=-number"
    page = (await ana.get("/service-orders?status=A&status=P&sort=-number")).text
    removal = re.search(r'action="(/saved-filters/[^"]+/removal)"', page)
    assert removal
    assert "Abertos" in page
    assert "Abertos" not in (await carla.get("/service-orders")).text
    assert (await carla.post(removal[1])).status_code == 404
    assert (await ana.post("/saved-filters", data={"name": "Tudo", "query": ""})).status_code == 422
    await ana.post(removal[1])
    assert "Abertos" not in (await ana.get("/service-orders")).text
