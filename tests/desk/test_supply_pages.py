"""Suprimentos: a customer asks and follows, the desk filters and edits, and nobody else is told."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from offline_sync.ids import uuid7
from server.accounts.actor import Role
from server.customers.tables import Customer
from server.equipment.tables import MeterReading
from server.problems import Problem
from server.supplies import queries
from server.supplies.tables import SupplyRequest, SupplyRequestItem
from server.supplies.views import RequestFilter, RequestSort
from tests.desk.office import Office
from tests.desk.test_query_counts import MOST, queries_of
from tests.service_orders.world import add_reading
from tests.supplies.world import Stock, open_stock

NOW = datetime.now(UTC)


@pytest.fixture
async def stock(office: Office) -> Stock:
    return await open_stock(office.world)


@pytest.fixture
async def sofia(office: Office, stock: Stock) -> httpx.AsyncClient:
    return await office.browser(stock.sofia)


def numbers(page: httpx.Response) -> list[str]:
    return re.findall(r'class="key"[^>]*>(\d+)<', page.text)


def form_of(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the new request."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))


async def test_a_customer_finds_the_machine_asks_and_follows(
    office: Office, stock: Stock, carla: httpx.AsyncClient, sofia: httpx.AsyncClient
) -> None:
    found = await carla.get("/supply-requests/new", params={"q": "brb"})
    (path,) = set(re.findall(r"/supply-requests/new\?equipment_id=[0-9a-f-]+", found.text))
    page = await carla.get(path)
    assert "Toner 8080 preto" in page.text
    assert "Toner MX521 preto" not in page.text, "of another model"
    other = await carla.get(f"{path}&supply=mx521&quantity-{stock.black_id}=2")
    assert "Toner MX521 preto" in other.text
    assert 'value="2"' in other.text, "what was typed is kept"
    sent = {**form_of(page), f"quantity-{stock.black_id}": "2", "mono": "12.345", "note": "Sem reserva"}
    answers = [await carla.post("/supply-requests", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303], "sent twice, asked once"
    (row,) = await SupplyRequest.select()
    assert (row["web_number"], row["status"], row["mono"], row["contract_id"] is not None) == (
        1, "pending", 12_345, True,
    )  # fmt: skip
    (reading,) = await MeterReading.select()
    assert (reading["mono"], reading["source"]) == (12_345, "customer")
    edited = {"status": "invoiced", "invoice_number": "4711", "invoice_issued_on": "2026-03-02",
              "tracking_code": "BR1", "note": "Cliente ligou"}  # fmt: skip
    address = answers[0].headers["location"]
    assert (await sofia.post(f"{address}/edits", data=edited)).status_code == 303
    seen, at_desk = await carla.get(address), await sofia.get(address)
    for said in ("Faturado", "4711", "02/03/2026", "BR1", "Sem reserva", "12.345", "Sofia"):
        assert said in seen.text, said
    assert "Cliente ligou" in at_desk.text
    assert "Cliente ligou" not in seen.text, "the desk's own note"
    assert "Faturado" in (await carla.get("/supply-requests")).text
    assert await stock.lines(row["id"]) == [("requested", "web"), ("note", "web"), ("status", "web")]


async def test_what_is_asked_for_early_is_warned_of_and_may_be_confirmed(
    office: Office, stock: Stock, carla: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await add_reading(office.world, 50_000, 30)
    await stock.request(now=NOW - timedelta(days=9), mono=50_000)
    path = f"/supply-requests/new?equipment_id={office.world.equipment_id}"
    sent = {**form_of(await carla.get(path)), f"quantity-{stock.black_id}": "1", "mono": "51200"}
    refused = await carla.post("/supply-requests", data=sent)
    assert refused.status_code == 422
    assert "foi pedido há 9 dias, 1.200 páginas atrás; rende 12.000." in refused.text
    assert 'value="51200"' in refused.text
    assert await SupplyRequest.count() == 1
    done = await carla.post("/supply-requests", data={**sent, "is_confirmed": "yes"})
    assert done.status_code == 303
    assert "1.200 páginas atrás" in (await ana.get(done.headers["location"])).text
    assert "1.200 páginas atrás" not in (await carla.get(done.headers["location"])).text


async def test_a_model_under_a_contract_is_asked_for_without_a_machine(
    office: Office, stock: Stock, carla: httpx.AsyncClient
) -> None:
    found = await carla.get("/supply-requests/new", params={"kind": "contracts"})
    assert "DCP-8080DN" in found.text
    assert "contrato C-8" in found.text
    (path,) = set(re.findall(r"/supply-requests/new\?contract_id=[^\"]+", found.text))
    sent = form_of(await carla.get(path.replace("&amp;", "&")))
    sent |= {f"quantity-{stock.black_id}": "3", "department": "Diretoria"}
    assert (await carla.post("/supply-requests", data={**sent, "model": "Outro"})).status_code == 404
    done = await carla.post("/supply-requests", data=sent)
    page = await carla.get(done.headers["location"])
    for said in ("DCP-8080DN", "C-8", "Diretoria", "Modelo / contrato"):
        assert said in page.text, said
    row = await SupplyRequest.select().first()
    assert row is not None
    assert (row["equipment_id"], row["notes"]) == (
        None, "Modelo: DCP-8080DN | Contrato: C-8 | Departamento: Diretoria",
    )  # fmt: skip


async def test_faults_are_said_beside_the_form(
    office: Office, stock: Stock, carla: httpx.AsyncClient
) -> None:
    sent = {"equipment_id": str(office.world.equipment_id), "request_id": str(uuid7())}
    black = f"quantity-{stock.black_id}"
    for wrong, said in (
        ({}, "Diga a quantidade"),
        ({black: "0"}, "Diga a quantidade"),
        ({black: "100"}, "No máximo 99"),
        ({black: "dois"}, "Use só números"),
        ({black: "1", "mono": "12a"}, "o número que o contador mostra"),
    ):
        answer = await carla.post("/supply-requests", data={**sent, **wrong})
        assert (answer.status_code, said in answer.text) == (422, True), wrong
    unknown = await carla.post("/supply-requests", data={**sent, f"quantity-{uuid7()}": "1"})
    assert unknown.status_code == 404
    assert await SupplyRequest.count() == 0


async def test_the_list_is_filtered_sorted_and_paged_by_key(
    office: Office, stock: Stock, ana: httpx.AsyncClient, sofia: httpx.AsyncClient
) -> None:
    ids = [await stock.request(now=NOW - timedelta(days=day)) for day in (9, 5, 5, 1)]
    await SupplyRequest.update({SupplyRequest.status: "released", SupplyRequest.ilux_number: "77"}).where(
        SupplyRequest.id == ids[1]
    )

    async def ask(**filters: Any) -> list[str]:
        return numbers(await sofia.get("/supply-requests", params=filters))

    assert await ask() == ["4", "3", "2", "1"]
    assert await ask(status=["released", "pending"]) == ["4", "3", "2", "1"]
    assert await ask(status="released") == ["2"]
    assert await ask(number="77") == ["2"]
    assert await ask(number="3") == ["3"]
    assert await ask(customer="escola", serial_number="BRB") == ["4", "3", "2", "1"]
    assert await ask(customer="padaria") == []
    assert await ask(requested_until=f"{NOW - timedelta(days=7):%Y-%m-%d}") == ["1"]
    assert await ask(sort="number") == ["1", "2", "3", "4"]
    assert (await ana.get("/supply-requests", params={"requested_from": "ontem"})).status_code == 422
    for sort in RequestSort:
        seen: list[UUID] = []
        after: str | None = ""
        while after is not None:
            wanted = RequestFilter(sort=sort)
            page = await queries.list_requests(stock.sofia, wanted, after=after or None, limit=2)
            seen += [row.id for row in page.rows]
            after = page.next
        assert sorted(seen) == sorted(ids), sort


async def test_a_customer_takes_back_only_what_is_pending(
    office: Office, stock: Stock, carla: httpx.AsyncClient, sofia: httpx.AsyncClient
) -> None:
    first, second = await stock.request(), await stock.request()
    gone = await carla.post(f"/supply-requests/{first}/cancellations", data={"reason": "Engano"})
    assert gone.status_code == 303
    assert "Engano" in (await carla.get(f"/supply-requests/{first}")).text
    again = await sofia.post(f"/supply-requests/{first}/edits", data={"status": "released"})
    assert again.status_code == 409
    await sofia.post(f"/supply-requests/{second}/edits", data={"status": "reviewed"})
    late = await carla.post(f"/supply-requests/{second}/cancellations", data={"reason": "Engano"})
    assert (late.status_code, "já cuida" in late.text) == (409, True)
    assert "Cancelar a solicitação" not in (await carla.get(f"/supply-requests/{second}")).text


async def test_who_opens_calls_and_who_takes_them_never_see_supplies(office: Office, stock: Stock) -> None:
    """R8 and R10 of the product: neither list, nor page, nor form, nor the words in the top bar."""
    request_id = await stock.request()
    for role in (Role.CALL_OPERATOR, Role.CALL_OPENER):
        source = office.world.carla if role is Role.CALL_OPENER else office.world.ana
        async with await office.browser(await office.as_role(source, role)) as browser:
            for path in ("", "/new", f"/{request_id}"):
                assert (await browser.get(f"/supply-requests{path}")).status_code == 404, (role, path)
            assert (await browser.get("/live?watch=supply-requests")).status_code == 404
            for path in ("", f"/{request_id}/cancellations", f"/{request_id}/edits"):
                sent = {"equipment_id": str(office.world.equipment_id), "reason": "x", "status": "released"}
                assert (await browser.post(f"/supply-requests{path}", data=sent)).status_code == 404
            assert "Suprimentos" not in (await browser.get("/home")).text
    assert (await stock.row(request_id))["status"] == "pending"


async def test_a_customer_reaches_no_other_customers_machine_contract_or_request(
    office: Office, stock: Stock, carla: httpx.AsyncClient
) -> None:
    bakery = Customer(
        reseller_id=office.world.reseller_id, company_id=office.world.company_id, name="Padaria"
    )
    await bakery.save()
    request_id = await stock.request()
    await SupplyRequest.update({SupplyRequest.customer_id: bakery.id}).where(SupplyRequest.id == request_id)
    assert (await carla.get(f"/supply-requests/{request_id}")).status_code == 404
    assert numbers(await carla.get("/supply-requests")) == []
    with pytest.raises(Problem, match="not_found"):
        await stock.request(request_id=request_id)


async def test_pages_ask_the_same_of_one_request_and_of_ten(
    office: Office, stock: Stock, sofia: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    request_id = await stock.request()
    new = f"/supply-requests/new?equipment_id={office.world.equipment_id}"
    asked = [
        (sofia, "/supply-requests"),
        (sofia, f"/supply-requests/{request_id}"),
        (carla, new),
        (carla, "/supply-requests/new"),
        (sofia, "/supply-requests/new?kind=contracts&q=escola"),
    ]
    few = [await queries_of(browser, address) for browser, address in asked]
    for number in range(9):
        await stock.request()
        await SupplyRequestItem(
            reseller_id=office.world.reseller_id, supply_request_id=request_id, supply_id=stock.other_id
        ).save()
        await sofia.post(
            f"/supply-requests/{request_id}/edits", data={"status": "pending", "note": f"{number}"}
        )
    assert [await queries_of(browser, address) for browser, address in asked] == few
    assert max(few) <= MOST, few
