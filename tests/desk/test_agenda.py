"""Ana plans the day: who goes where, what still fits, and what somebody else did meanwhile."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest

from piccolo_conf import DB
from server.accounts.actor import Role
from server.accounts.tables import Company
from server.calendars.tables import Calendar
from server.database import platform
from server.privacy.consents import find_choices
from server.privacy.documents import seed_documents
from server.privacy.rules import Kind
from server.service_orders import actions
from server.service_orders.rules import Dispatch
from server.service_orders.tables import OrderEvent, ServiceOrder
from server.tracking.tables import LastPosition
from server.visits.tables import Visit
from tests.desk.office import Office
from tests.desk.test_query_counts import MOST, queries_of
from tests.desk.test_technicians import drive, set_out
from tests.service_orders.world import SCHOOL

ZONE = ZoneInfo("America/Sao_Paulo")
TOMORROW = datetime.now(ZONE).date() + timedelta(days=1)
HTMX = {"HX-Request": "true"}


async def released(office: Office) -> UUID:
    order_id = await office.world.open_order()
    await ServiceOrder.update({ServiceOrder.triage_released_at: datetime.now(UTC)}).where(
        ServiceOrder.id == order_id
    )
    return order_id


async def mark(ana: httpx.AsyncClient, order_id: UUID) -> str:
    page = (await ana.get(f"/service-orders/{order_id}/placements/new")).text
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return found[1]


async def put(
    ana: httpx.AsyncClient, order_id: UUID, technician_id: object, seen: str, **more: str
) -> httpx.Response:
    data = {"technician_id": str(technician_id or ""), "day": TOMORROW.isoformat(), "seen": seen} | more
    return await ana.post(f"/service-orders/{order_id}/placements", data=data)


def cell(page: str, technician_id: object, day: str) -> str:
    found = re.search(rf'id="cell-{technician_id}-{day}".*?</td>', page, re.DOTALL)
    assert found
    return found[0]


async def test_a_released_order_is_put_on_somebodys_day_at_its_first_free_time(
    office: Office, ana: httpx.AsyncClient
) -> None:
    tiago, first, second = office.world.tiago.technician_id, await released(office), await released(office)
    waiting, _, days = (await ana.get("/agenda")).text.partition('id="agenda-days"')
    assert f"job-{first}" in waiting
    assert f"job-{first}" not in days
    answer = await put(ana, first, tiago, await mark(ana, first))
    assert answer.status_code == 303
    await put(ana, second, tiago, await mark(ana, second))
    page = (await ana.get(f"/agenda?day={TOMORROW}")).text
    there = cell(page, tiago, TOMORROW.isoformat())
    assert f"job-{first}" in there
    assert "08:00" in there
    assert "09:30" in there
    said = (await ana.get(answer.headers["location"], headers=HTMX)).text
    assert "Despachado para um dia ou um técnico que não está na tela." in said
    order = await office.world.order(first)
    assert order["status"] == "E"
    assert order["dispatched_at"] is not None
    events = await OrderEvent.select(OrderEvent.kind).where(OrderEvent.service_order_id == first)
    assert "dispatched" in [event["kind"] for event in events]


async def test_an_order_taken_back_waits_again_and_keeps_its_promise(
    office: Office, ana: httpx.AsyncClient
) -> None:
    order_id = await office.world.dispatched_order()
    due_at = (await office.world.order(order_id))["due_at"]
    seen = await mark(ana, order_id)
    # Vera gets it, without a day; then nobody.
    await put(ana, order_id, office.world.vera.technician_id, seen, day="")
    order = await office.world.order(order_id)
    assert (order["technician_id"], order["scheduled_at"], order["due_at"]) == (
        office.world.vera.technician_id,
        None,
        due_at,
    )
    assert f"job-{order_id}" in cell((await ana.get("/agenda")).text, order["technician_id"], "none")
    await put(ana, order_id, None, await mark(ana, order_id))
    assert (await office.world.order(order_id))["status"] == "A"
    waiting, _, _ = (await ana.get("/agenda")).text.partition('id="agenda-days"')
    assert f"job-{order_id}" in waiting.partition("Ainda não liberados")[0]


async def test_what_somebody_else_dispatched_meanwhile_is_told_and_not_overwritten(
    office: Office, ana: httpx.AsyncClient
) -> None:
    order_id = await released(office)
    seen = await mark(ana, order_id)
    assert office.world.vera.technician_id
    at = datetime(2027, 3, 2, 14, 30, tzinfo=ZONE)
    await actions.dispatch(
        office.world.ana, order_id, Dispatch(office.world.vera.technician_id, at), now=datetime.now(UTC)
    )
    answer = await put(ana, order_id, office.world.tiago.technician_id, seen)
    assert answer.status_code == 409
    assert "Ana deixou este chamado com Vera, para 02/03 às 14:30" in answer.text
    assert (await office.world.order(order_id))["technician_id"] == office.world.vera.technician_id
    # By a drag the agenda comes back as it is, with the same words; the form, sent once more, is meant.
    dragged = await put(ana, order_id, office.world.tiago.technician_id, seen, is_drag="1")
    assert (dragged.status_code, "Ana deixou este chamado com Vera" in dragged.text) == (409, True)
    again = re.search(r'name="seen" value="([^"]*)"', answer.text)
    assert again
    assert (await put(ana, order_id, office.world.tiago.technician_id, again[1])).status_code == 303


async def test_who_is_at_an_order_already_is_not_taken_from_it(
    office: Office, ana: httpx.AsyncClient
) -> None:
    order_id = await office.world.dispatched_order()
    seen = await mark(ana, order_id)
    await ServiceOrder.update({ServiceOrder.status: "M"}).where(ServiceOrder.id == order_id)
    answer = await put(ana, order_id, office.world.vera.technician_id, seen)
    assert answer.status_code == 409
    assert "Tiago já está neste chamado" in answer.text
    job = re.search(rf'id="job-{order_id}".*?</li>', (await ana.get("/agenda")).text, re.DOTALL)
    assert job
    assert "data-grip" not in job[0]


async def test_a_day_that_is_too_full_says_by_how_much(office: Office, ana: httpx.AsyncClient) -> None:
    await DB.run_ddl(
        f"INSERT INTO calendar (id, reseller_id) VALUES ('{office.world.reseller_id}',"
        f" '{office.world.reseller_id}')"
    )
    week = "[" + ",".join(['[["08:00","10:00"]]'] * 7) + "]"
    await Calendar.update({Calendar.week: week, Calendar.visit_minutes: 75}).where(
        Calendar.reseller_id == office.world.reseller_id
    )
    tiago = office.world.tiago.technician_id
    for _ in range(2):
        order_id = await released(office)
        await put(ana, order_id, tiago, await mark(ana, order_id))
    there = cell((await ana.get(f"/agenda?day={TOMORROW}")).text, tiago, TOMORROW.isoformat())
    assert "2 chamados, 2 h 30 de 2 h" in there.replace("\N{NO-BREAK SPACE}", " ")
    assert "passa 30 min do expediente" in there.replace("\N{NO-BREAK SPACE}", " ")


async def test_the_nearest_come_first_and_who_refused_is_not_measured_by_where_they_were(
    office: Office, ana: httpx.AsyncClient
) -> None:
    before = await office.visit()
    await Visit.update({Visit.arrived_at: before.started_at}).where(Visit.id == before.id)
    visit = await set_out(office)
    await drive(office, visit, 40, 30)
    order_id = await released(office)
    form = (await ana.get(f"/service-orders/{order_id}/placements/new")).text
    assert form.index("Tiago") < form.index("Vera")
    assert "2,1 km de onde está agora" in form
    assert "perto: Tiago, 2,1 km" in (await ana.get("/agenda")).text
    with platform():
        async with DB.transaction():
            await seed_documents(office.world.reseller_id, "Ilha", datetime.now(UTC))
    async with await office.browser(office.world.tiago) as tiago:
        (location,) = [
            one.document
            for one in await find_choices(office.world.tiago)
            if one.document.kind is Kind.LOCATION
        ]
        await tiago.post("/consents/choices", data={f"choice-{location.id}": "no"})
    # Even a position that came in between, and where the last visit was.
    now = datetime.now(UTC)
    await LastPosition.insert(
        LastPosition(
            reseller_id=office.world.reseller_id,
            technician_id=office.world.tiago.technician_id,
            latitude=SCHOOL[0],
            longitude=SCHOOL[1],
            fixed_at=now,
            received_at=now,
        )
    )
    form = (await ana.get(f"/service-orders/{order_id}/placements/new")).text
    assert "de onde está agora" not in form
    assert "do último cliente atendido" not in form
    assert "não compartilha a posição" in form


async def test_who_is_off_duty_is_measured_from_the_customer_served_last(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await office.visit()
    await Visit.update({Visit.arrived_at: visit.started_at}).where(Visit.id == visit.id)
    order_id = await released(office)
    form = (await ana.get(f"/service-orders/{order_id}/placements/new")).text
    assert "menos de 0,1 km do último cliente atendido" in form


async def test_an_impossible_placement_comes_back_with_what_was_chosen(
    office: Office, ana: httpx.AsyncClient
) -> None:
    order_id = await released(office)
    seen, tiago = await mark(ana, order_id), office.world.tiago.technician_id
    for more, text in (
        ({"day": "2026-01-05"}, "Esse dia já passou"),
        ({"time": "25:99"}, "Use uma hora como 14:30."),
        ({"day": "", "time": "10:00"}, "Escolha também o dia."),
    ):
        answer = await put(ana, order_id, tiago, seen, **more)
        assert (answer.status_code, text in answer.text) == (422, True)
        assert re.search(rf'value="{tiago}" required checked', answer.text)
    assert (await ana.get("/agenda?day=ontem")).status_code == 422


async def test_a_return_says_so_and_leads_to_what_it_returns_from_and_back(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await office.visit()
    again = await office.world.open_order(return_of_id=visit.service_order_id)
    assert "retorno" in (await ana.get("/agenda")).text
    earlier = await office.world.order(visit.service_order_id)
    page = (await ana.get(f"/service-orders/{again}")).text
    assert f'href="/service-orders/{visit.service_order_id}">chamado {earlier["web_number"]}' in page
    assert f'href="/visits/{visit.id}"' in page
    later = await office.world.order(again)
    for address in (f"/service-orders/{visit.service_order_id}", f"/visits/{visit.id}"):
        assert f'href="/service-orders/{again}">{later["web_number"]}</a>' in (await ana.get(address)).text


async def test_the_agenda_asks_the_same_of_one_order_and_of_ten(
    office: Office, ana: httpx.AsyncClient
) -> None:
    async def more() -> None:
        order_id = await released(office)
        await put(ana, await released(office), office.world.tiago.technician_id, "A..")
        await put(ana, order_id, office.world.tiago.technician_id, "A..")
        await released(office)
        await office.visit()

    await more()
    order_id = await released(office)
    addresses = ("/agenda", "/agenda?view=week", f"/service-orders/{order_id}/placements/new")
    few = {address: await queries_of(ana, address) for address in addresses}
    for _ in range(4):
        await more()
    for address, count in few.items():
        assert await queries_of(ana, address) == count <= MOST


async def test_more_waiting_orders_than_fit_come_by_page_released_ones_first(
    office: Office, ana: httpx.AsyncClient
) -> None:
    unreleased = await office.world.open_order()
    for _ in range(41):
        await released(office)
    first = (await ana.get("/agenda")).text
    assert f"job-{unreleased}" not in first
    more = re.search(r'href="(/agenda\?[^"]*after=[^"]*)"', first)
    assert more
    second = (await ana.get(more[1].replace("&amp;", "&"))).text
    assert f"job-{unreleased}" in second
    shown = [set(re.findall(r'id="job-([^"]*)"', page)) for page in (first, second)]
    assert len(shown[0]) == 40
    assert not shown[0] & shown[1]
    assert len(shown[0] | shown[1]) == 42


async def test_more_technicians_than_fit_come_by_page_and_a_move_stays_on_it(
    office: Office, ana: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.agenda.queries.CREW_SHOWN", 1)
    order_id = await released(office)
    first = (await ana.get("/agenda?view=week")).text
    more = re.search(r'href="(/agenda\?[^"]*)">Mais técnicos', first)
    assert more
    second = (await ana.get(more[1].replace("&amp;", "&"))).text
    lines = [re.findall(r'id="line-([^"]*)"', page) for page in (first, second)]
    assert [len(one) for one in lines] == [1, 1]
    assert lines[0] != lines[1]
    crew = lines[1][0]
    moved = await put(ana, order_id, crew, await mark(ana, order_id), view="week", crew=crew)
    assert f"crew={crew}" in moved.headers["location"]
    assert f"job-{order_id}" in (await ana.get(moved.headers["location"])).text
    strange = (await ana.get(f"/agenda?crew={order_id}")).text
    assert f"line-{lines[0][0]}" in strange


async def test_what_a_technician_does_for_another_company_fills_the_day_without_a_word_on_it(
    office: Office, ana: httpx.AsyncClient
) -> None:
    other = Company(reseller_id=office.world.reseller_id, name="Sul", trade_name="Sul", cnpj="1")
    await other.save()
    order_id = await office.world.dispatched_order()
    at = datetime.now(UTC).replace(hour=15)
    await ServiceOrder.update({ServiceOrder.company_id: other.id, ServiceOrder.scheduled_at: at}).where(
        ServiceOrder.id == order_id
    )
    day = at.astimezone(ZONE).date()
    there = cell((await ana.get(f"/agenda?day={day}")).text, office.world.tiago.technician_id, str(day))
    assert "1 chamado, " in there
    assert "chamado de outra empresa" in there
    assert str(order_id) not in there
    assert "Escola" not in there


async def test_the_call_operator_plans_without_being_told_where_phones_are(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await set_out(office)
    await drive(office, visit, 40, 30)
    order_id = await released(office)
    beatriz = await office.as_role(office.world.ana, Role.CALL_OPERATOR)
    async with await office.browser(beatriz) as browser:
        page = await browser.get(f"/service-orders/{order_id}/placements/new")
    assert page.status_code == 200
    assert "de onde está agora" not in page.text
