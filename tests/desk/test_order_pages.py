"""The order list and the page of an order, as people at the desk and at the customer meet them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from server.service_orders.tables import ServiceOrder
from tests.desk.office import Office
from tests.service_orders.world import found_reseller

HTMX = {"hx-request": "true"}


async def test_ana_finds_an_order_by_its_web_number(office: Office, ana: httpx.AsyncClient) -> None:
    await office.world.open_order("Atola papel")
    found = await ana.get("/service-orders", params={"number": "#1"})
    assert found.status_code == 200
    assert "Escola São João" in found.text
    assert (await ana.get("/service-orders", params={"number": "77"})).text.count("data-row") == 0


async def test_an_empty_list_says_which_filters_hide_the_orders(
    office: Office, ana: httpx.AsyncClient
) -> None:
    await office.world.open_order()
    page = (await ana.get("/service-orders?status=C&customer=escola")).text
    assert "Nenhum chamado com estes filtros" in page
    assert "Filtrando por cliente, status." in page
    assert "Limpar filtro" in page


async def test_htmx_gets_the_part_that_changes_and_a_browser_the_page(ana: httpx.AsyncClient) -> None:
    part = await ana.get("/service-orders", headers=HTMX)
    page = await ana.get("/service-orders")
    assert part.text.lstrip().startswith("<section")
    assert "<!doctype html>" in page.text
    assert part.text.strip() in page.text
    assert "HX-Request" in part.headers["vary"]


async def test_a_date_that_is_none_is_told_and_kept(ana: httpx.AsyncClient) -> None:
    page = await ana.get("/service-orders?opened_from=ontem")
    assert page.status_code == 422
    assert "Use uma data como" in page.text
    assert 'value="ontem"' in page.text


async def test_the_list_is_turned_page_by_page_and_keeps_its_filters(
    office: Office, ana: httpx.AsyncClient
) -> None:
    for number in range(52):
        await office.world.open_order(f"Chamado {number}")
    first = await ana.get("/service-orders?customer=escola&sort=-number")
    assert first.text.count("data-row") == 50
    address = first.text.split('href="/service-orders?')[-1].split('"')[0].replace("&amp;", "&")
    assert "customer=escola" in address
    second = await ana.get("/service-orders?" + address)
    assert second.text.count("data-row") == 2
    assert "Primeira página" in second.text


async def test_an_order_past_its_promised_time_is_marked_late(office: Office, ana: httpx.AsyncClient) -> None:
    order_id = await office.world.open_order()
    past = datetime.now(UTC) - timedelta(minutes=90)
    await ServiceOrder.update({ServiceOrder.due_at: past}).where(ServiceOrder.id == order_id)
    page = (await ana.get("/service-orders")).text
    assert 'class="is-late"' in page
    assert "atrasado 1 h 30 min" in page


async def test_ana_dispatches_tiago(office: Office, ana: httpx.AsyncClient) -> None:
    order_id = await office.world.open_order()
    done = await ana.post(
        f"/service-orders/{order_id}/dispatches",
        data={"technician_id": str(office.world.tiago.technician_id), "due_at": "2030-01-02T10:30"},
    )
    assert (done.status_code, done.headers["location"]) == (303, f"/service-orders/{order_id}")
    order = await office.world.order(order_id)
    assert (order["status"], order["technician_id"]) == ("E", office.world.tiago.technician_id)
    assert order["due_at"] == datetime(2030, 1, 2, 13, 30, tzinfo=UTC)  # typed in São Paulo
    page = (await ana.get(f"/service-orders/{order_id}?tab=history")).text
    assert "técnico: Tiago" in page


async def test_a_dispatch_to_nobody_comes_back_with_what_was_typed(
    office: Office, ana: httpx.AsyncClient
) -> None:
    order_id = await office.world.open_order()
    refused = await ana.post(
        f"/service-orders/{order_id}/dispatches", data={"technician_id": "", "due_at": "2030-01-02T10:30"}
    )
    assert refused.status_code == 422
    assert "Escolha o técnico." in refused.text
    assert 'value="2030-01-02T10:30"' in refused.text


async def test_a_promise_before_the_opening_is_refused_beside_its_field(
    office: Office, ana: httpx.AsyncClient
) -> None:
    order_id = await office.world.open_order()
    refused = await ana.post(
        f"/service-orders/{order_id}/dispatches",
        data={"technician_id": str(office.world.tiago.technician_id), "due_at": "2020-01-01T08:00"},
        headers=HTMX,
    )
    assert refused.status_code == 422
    assert 'id="due_at-error"' in refused.text
    assert refused.text.lstrip().startswith('<div id="order"')


async def test_dispatching_again_keeps_the_seconds_of_a_time_left_alone(
    office: Office, ana: httpx.AsyncClient
) -> None:
    order_id = await office.world.dispatched_order()
    promised = datetime(2030, 1, 2, 13, 30, 17, tzinfo=UTC)
    await ServiceOrder.update({ServiceOrder.due_at: promised}).where(ServiceOrder.id == order_id)
    await ana.post(
        f"/service-orders/{order_id}/dispatches",
        data={"technician_id": str(office.world.vera.technician_id), "due_at": "2030-01-02T10:30"},
    )
    order = await office.world.order(order_id)
    assert (order["technician_id"], order["due_at"]) == (office.world.vera.technician_id, promised)


async def test_ana_cancels_with_a_reason_and_not_without(office: Office, ana: httpx.AsyncClient) -> None:
    order_id = await office.world.open_order()
    address = f"/service-orders/{order_id}/cancellations"
    refused = await ana.post(address, data={"reason": "  "})
    assert (refused.status_code, await office.world.status(order_id)) == (422, "A")
    assert "Diga o motivo." in refused.text
    assert (await ana.post(address, data={"reason": "Aberto em dobro"})).status_code == 303
    assert await office.world.status(order_id) == "C"
    assert "Aberto em dobro" in (await ana.get(f"/service-orders/{order_id}")).text


async def test_carla_reads_her_order_without_what_is_internal(
    office: Office, ana: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    order_id = await office.world.open_order()
    notes = f"/service-orders/{order_id}/notes"
    await ana.post(notes, data={"body": "Cliente costuma atrasar"})
    await ana.post(notes, data={"body": "Chegamos às 14h", "is_for_customer": "1"})
    page = (await carla.get(f"/service-orders/{order_id}?tab=history")).text
    assert "Chegamos às 14h" in page
    assert "Cliente costuma atrasar" not in page
    assert "Despachar" not in page
    assert (await carla.post(notes, data={"body": "x"})).status_code == 404


async def test_what_is_done_beside_a_part_of_the_page_comes_back_to_it(
    office: Office, ana: httpx.AsyncClient
) -> None:
    order_id = await office.world.open_order()
    address = f"/service-orders/{order_id}"
    page = (await ana.get(f"{address}?tab=triage")).text
    for act in ("dispatches", "notes", "cancellations"):
        assert f'action="{address}/{act}?tab=triage"' in page
    answer = await ana.post(f"{address}/notes?tab=triage", data={"body": "Ligar antes"})
    assert answer.headers["location"] == f"{address}?tab=triage"
    refused = await ana.post(f"{address}/notes?tab=triage", data={"body": " "})
    assert 'aria-current="page">Pré-atendimento' in refused.text


async def test_an_order_of_another_reseller_does_not_exist(office: Office, ana: httpx.AsyncClient) -> None:
    stranger = await found_reseller("outra")
    order_id = await stranger.open_order()
    page = await ana.get(f"/service-orders/{order_id}")
    assert page.status_code == 404
    assert 'aria-label="Principal"' in page.text  # and one goes on from there
    assert (await ana.post(f"/service-orders/{order_id}/notes", data={"body": "x"})).status_code == 404


async def test_markup_in_a_description_stays_text(office: Office, ana: httpx.AsyncClient) -> None:
    order_id = await office.world.open_order("<script>alert(1)</script>")
    page = (await ana.get(f"/service-orders/{order_id}")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_pages_hold_no_inline_script_or_style(office: Office, ana: httpx.AsyncClient) -> None:
    visit = await office.visit()
    for address in ("/service-orders", f"/service-orders/{visit.service_order_id}", f"/visits/{visit.id}"):
        page = (await ana.get(address)).text
        assert " style=" not in page
        assert "<style" not in page
        assert page.count("<script") == page.count('<script type="module" src=')
