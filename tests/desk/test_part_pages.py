"""Peças e logística: Lia of logistics looks after what Tiago's orders wait for; Ana sends him back."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from io import StringIO
from uuid import UUID

import httpx
import pytest

from offline_sync.ids import uuid7
from server.notifications.tables import NotificationEvent
from server.service_orders import actions, parts
from server.service_orders.parts import PartLine
from server.service_orders.statuses import Status
from server.service_orders.tables import Carrier, OrderEvent, PartRequest
from tests.desk.office import Office
from tests.desk.test_query_counts import MOST, queries_of
from tests.service_orders.world import NOW

PAGE = "/part-requests"


@pytest.fixture
async def lia(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with await office.browser(office.world.lia) as browser:
        yield browser


async def waiting(office: Office, *descriptions: str, status: Status = Status.LOGISTICS) -> list[UUID]:
    """An order of Tiago's that waits, and its parts' ids."""
    order_id = await office.world.dispatched_order()
    lines = [PartLine(uuid7(), None, text, 1) for text in descriptions]
    if lines:
        await parts.request_parts(office.world.ana, order_id, lines, now=NOW)
    await actions.change_status(office.world.ana, order_id, status, now=NOW)
    return [order_id, *(line.id for line in lines)]


async def told() -> list[str]:
    kinds: list[str] = await NotificationEvent.select(NotificationEvent.kind).output(as_list=True)
    return [kind for kind in kinds if kind in {"part_changed", "parts_complete"}]


async def test_logistics_brings_the_parts_and_the_desk_sends_the_technician_back(
    office: Office, lia: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    order_id, fuser, roller = await waiting(office, "Fusor", "Rolo")
    carrier = Carrier(reseller_id=office.world.reseller_id, name="Rápido Sul")
    await carrier.save()
    home = (await lia.get("/home")).text
    assert 'href="/part-requests"' in home
    shown = (await lia.get(PAGE)).text
    assert shown.index("Fusor") < shown.index("Rolo")

    step = {"status": "reserved", "next": f"{PAGE}?part=fus"}
    moved = await lia.post(f"{PAGE}/{fuser}/edits", data=step)
    assert (moved.status_code, moved.headers["location"]) == (303, step["next"])
    await lia.post(f"{PAGE}/{fuser}/edits", data=step)
    assert await told() == ["part_changed"], "the second touch says nothing new"
    sent = {"status": "sent", "carrier_id": str(carrier.id), "tracking_code": "BR123"}
    await lia.post(f"{PAGE}/{fuser}/edits", data=sent)
    await lia.post(f"{PAGE}/{fuser}/edits", data={**sent, "status": "delivered"})
    assert "parts_complete" not in await told()
    refused = await lia.post(f"{PAGE}/{roller}/edits", data={"status": "refused"})
    assert refused.status_code == 422
    assert "Diga o motivo." in refused.text
    await lia.post(f"{PAGE}/{roller}/edits", data={"status": "refused", "reason": "Não serve"})
    assert (await told())[-1] == "parts_complete"

    row = await PartRequest.select().where(PartRequest.id == fuser).first()
    assert row is not None
    who = office.world.lia.user_id
    assert (row["status"], row["tracking_code"], row["changed_by_id"]) == ("delivered", "BR123", who)
    notes = await OrderEvent.select(OrderEvent.note).where(OrderEvent.kind == "part").output(as_list=True)
    assert "1 × Fusor. Enviada. Transportadora: Rápido Sul. Rastreio: BR123" in notes
    queue = (await ana.get(PAGE)).text
    assert "Peças completas: falta o retorno" in queue
    assert f"/service-orders/{order_id}#dispatch" in queue
    assert "Fusor" not in queue, "nobody waits for it any more"
    assert "Entregue ao técnico" in (await ana.get(f"/service-orders/{order_id}")).text
    await office.world.dispatch(order_id, office.world.tiago)
    assert "Peças completas" not in (await ana.get(PAGE)).text


async def test_logistics_sees_only_what_stands_with_it_and_moves_it_along(
    office: Office, lia: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    order_id, part_id = await waiting(office, "Fusor")
    await waiting(office)
    (elsewhere, other) = await waiting(office, "Placa", status=Status.STOCK)
    assert (await lia.get(f"{PAGE}/{part_id}")).status_code == 200
    assert (await lia.post(f"/service-orders/{order_id}/moves", data={"status": "S"})).status_code == 303
    assert await office.order_status(order_id) == "S"
    own = (await lia.get(f"/service-orders/{order_id}")).text
    assert "Para logística" in own
    assert "Para estoque" not in own, "there it is"
    assert (await lia.post(f"/service-orders/{order_id}/moves", data={"status": "E"})).status_code == 422
    await lia.post(f"/service-orders/{elsewhere}/moves", data={"status": "P", "note": "Sem fornecedor"})
    assert await office.order_status(elsewhere) == "P"
    assert (await lia.get(f"{PAGE}/{other}")).status_code == 404
    assert "Placa" not in (await lia.get(PAGE)).text
    shown = (await ana.get(PAGE)).text
    assert "Placa" in shown
    assert "sem peça solicitada" in shown


async def test_the_queue_is_filtered_and_taken_along(office: Office, ana: httpx.AsyncClient) -> None:
    _, fuser, _ = await waiting(office, "Fusor", "=Rolo")
    await ana.post(f"{PAGE}/{fuser}/edits", data={"status": "backorder", "expected_on": "2026-03-06"})
    assert "Rolo" not in (await ana.get(f"{PAGE}?status=backorder")).text
    assert "Fusor" not in (await ana.get(f"{PAGE}?part=rolo")).text
    answer = await ana.get(f"{PAGE}/export.csv")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["Peça"], row["Situação"], row["Previsão"]) for row in rows] == [
        ("Fusor", "Em falta", "06/03/2026"),
        ("'=Rolo", "Solicitada", ""),
    ]
    assert (await ana.get(f"{PAGE}/export.xlsx")).content[:2] == b"PK"


async def test_the_queue_asks_the_same_of_one_part_and_of_ten(office: Office, ana: httpx.AsyncClient) -> None:
    await waiting(office, "Fusor")
    few = await queries_of(ana, PAGE)
    for _ in range(9):
        await waiting(office, "Fusor")
    assert await queries_of(ana, PAGE) == few <= MOST
