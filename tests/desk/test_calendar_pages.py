"""Bruna says when the office works; a new call knows when it is due, and why."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from server.accounts.tables import Company
from server.calendars.promises import promise_for
from server.calendars.tables import CalendarHoliday, OrderPromise
from server.service_orders import actions
from server.service_orders.rules import Dispatch
from server.service_orders.statuses import PendingReason, Status
from tests.desk.office import Office
from tests.desk.test_query_counts import MOST, queries_of
from tests.service_orders.world import NOW

WEEK = {f"day_{day}": "08:30–12:00, 13:30-17:30" for day in range(5)}
# NOW is 08:00 of a Monday in São Paulo: two hours end at 10:30.
DUE = datetime(2026, 3, 2, 13, 30, tzinfo=UTC)


@pytest.fixture
async def bruna(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with await office.admin("Bruna") as browser:
        yield browser


async def save(bruna: httpx.AsyncClient, **more: str) -> httpx.Response:
    return await bruna.post("/calendars", data={**WEEK, "full_hours": "2", **more})


async def test_a_call_is_promised_by_the_calendar_and_explained(
    office: Office, ana: httpx.AsyncClient, bruna: httpx.AsyncClient
) -> None:
    assert (await save(bruna)).status_code == 303
    order_id = await office.world.open_order()
    assert (await office.world.order(order_id))["due_at"] == DUE
    page = await ana.get(f"/service-orders/{order_id}")
    assert "Por que este prazo" in page.text
    assert "conta 2 h 00 min" in page.text
    assert "02/03/2026 10:30" in page.text
    assert await queries_of(ana, f"/service-orders/{order_id}") <= MOST


async def test_a_later_calendar_leaves_the_promise_and_its_reasons_alone(
    office: Office, ana: httpx.AsyncClient, bruna: httpx.AsyncClient
) -> None:
    await save(bruna)
    order_id = await office.world.open_order()
    await save(bruna, day_0="", full_hours="9")
    page = await ana.get(f"/service-orders/{order_id}")
    assert "conta 2 h 00 min" in page.text
    assert (await office.world.order(order_id))["due_at"] == DUE


async def test_without_hours_for_its_contract_nothing_is_promised(
    office: Office, bruna: httpx.AsyncClient
) -> None:
    before = await office.world.open_order()
    await save(bruna, full_hours="", light_hours="4")
    after = await office.world.open_order()
    for order_id in (before, after):
        assert (await office.world.order(order_id))["due_at"] is None
    assert await OrderPromise.count() == 0


async def test_whoever_opens_a_call_reads_in_advance_when_somebody_comes(
    office: Office, carla: httpx.AsyncClient, bruna: httpx.AsyncClient
) -> None:
    address = f"/equipment/{office.world.equipment_id}/service-orders/new"
    assert "Atendimento previsto" not in (await carla.get(address)).text
    await save(bruna, light_hours="9")
    assert await queries_of(carla, address) <= MOST
    may_be = [await promised_now(office)]
    page = await carla.get(address)
    may_be.append(await promised_now(office))  # the page may have been asked for at the turn of a minute
    said = re.search(r"Atendimento previsto até <strong[^>]*>(\d\d/\d\d \d\d:\d\d)<", page.text)
    assert said
    assert said[1] in may_be


async def promised_now(office: Office) -> str:
    world = office.world
    promise = await promise_for(world.reseller_id, world.company_id, "full", datetime.now(UTC))
    assert promise is not None
    return promise.due_at.astimezone(ZoneInfo("America/Sao_Paulo")).strftime("%d/%m %H:%M")


async def test_waiting_for_the_customer_shows_on_the_ledger(
    office: Office, ana: httpx.AsyncClient, bruna: httpx.AsyncClient
) -> None:
    world = office.world
    await save(bruna)
    order_id = await world.open_order()
    assert world.tiago.technician_id is not None
    wanted = Dispatch(world.tiago.technician_id, due_at=DUE)
    await actions.dispatch(world.ana, order_id, wanted, now=NOW.replace(hour=12))
    await actions.change_status(
        world.ana,
        order_id,
        Status.PENDING,
        now=NOW.replace(hour=12, minute=30),
        pending_reason=PendingReason.CUSTOMER_ABSENT,
    )
    assert "O prazo está parado" in (await ana.get(f"/service-orders/{order_id}")).text
    await actions.dispatch(world.ana, order_id, wanted, now=NOW.replace(hour=13))
    page = await ana.get(f"/service-orders/{order_id}")
    assert "parado: cliente ausente" in page.text
    assert "02/03/2026 11:00" in page.text, "half an hour later"
    assert 'name="revised_due_at" type="datetime-local" value="2026-03-02T11:00"' in page.text


async def test_the_towns_holidays_are_of_one_company_or_of_all(
    office: Office, bruna: httpx.AsyncClient
) -> None:
    await Company.update({Company.uf: "SC"}, force=True)
    faulty = await bruna.post("/calendars/holidays", data={"held_on": "", "name": ""})
    assert faulty.status_code == 422
    assert "Escolha o dia." in faulty.text
    added = await bruna.post(
        "/calendars/holidays",
        data={"held_on": "2026-03-02", "name": "Padroeira", "company_id": str(office.world.company_id)},
    )
    assert added.status_code == 303
    await save(bruna, has_state_holidays="yes")
    order_id = await office.world.open_order()
    assert (await office.world.order(order_id))["due_at"] == DUE.replace(day=3)
    holiday = await CalendarHoliday.select().first()
    assert holiday is not None
    assert (await bruna.post(f"/calendars/holidays/{holiday['id']}/removal")).status_code == 303
    assert (await office.world.order(await office.world.open_order()))["due_at"] == DUE


async def test_hours_that_nobody_understands_come_back_with_what_to_mend(
    office: Office, bruna: httpx.AsyncClient
) -> None:
    page = await save(bruna, day_0="das 8 ao meio-dia", day_1="08:00-12:00, 11:00-13:00", full_hours="duas")
    assert page.status_code == 422
    assert 'value="das 8 ao meio-dia"' in page.text
    assert "Escreva horas como 4" in page.text
    overlapping = await save(bruna, day_1="08:00-12:00, 11:00-13:00")
    assert overlapping.status_code == 422
    for minutes in ("0", "5", "meia hora"):
        assert (await save(bruna, visit_minutes=minutes)).status_code == 422
    assert (await save(bruna, visit_minutes="45")).status_code == 303
    assert 'value="45"' in (await bruna.get("/calendars")).text
    assert "Escreva os períodos em ordem" in overlapping.text
