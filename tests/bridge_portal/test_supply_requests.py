"""Supply requests between portal and ILUX: each at its own row, nothing undone that is still on its way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from server.bridge.receipts import repeat
from server.bridge.tables import IluxLink, IluxRefusal
from server.database import Database
from server.notifications.tables import NotificationEvent
from server.supplies import actions
from server.supplies.rules import RequestEdit
from server.supplies.statuses import RequestStatus
from server.supplies.tables import SupplyRequest, SupplyRequestItem
from tests.bridge_portal.bridge import Bridge, gone, row
from tests.bridge_portal.test_rows import of_key
from tests.desk.office import Office
from tests.service_orders.world import NOW
from tests.supplies.world import Stock, open_stock

KEY = "1|33"


def request(key: str = KEY, **more: Any) -> dict[str, Any]:
    data = {
        "company": "1", "customer": "7", "equipment": "501", "carrier": None, "web_id": None,
        "ilux_number": key.rpartition("|")[2], "status": "pending", "invoice_number": None,
        "tracking_code": None, "requested_at": "2026-03-02T11:00:00Z", "notes": None,
    }  # fmt: skip
    return row("supply_request", key, **{**data, **more})


def item(key: str = f"{KEY}|1", **more: Any) -> dict[str, Any]:
    parent = key.rpartition("|")[0]
    data = {"supply_request": parent, "supply": "S1", "quantity": 1, **more}
    return row("supply_request_item", key, **data)


@pytest.fixture
async def stock(office: Office, bridge: Bridge) -> Stock:
    """ILUX knows the school's people and its black toner by its own keys."""
    stock = await open_stock(office.world)
    world = office.world
    for entity, key, row_id in (
        ("company", "1", world.company_id),
        ("customer", "7", world.customer_id),
        ("equipment", "501", world.equipment_id),
        ("supply", "S1", stock.black_id),
    ):
        await IluxLink.insert(
            IluxLink(reseller_id=world.reseller_id, entity=entity, key=key, row_id=row_id, hash="")
        )
    return stock


async def answer_all(bridge: Bridge) -> list[str]:
    """As a bridge does: the request first, then what waited for its key."""
    said = []
    while told := await bridge.messages():
        for message in told:
            is_request = message["write"] == "requested" and message["entity"] == "supply_request"
            new = {"supply_request": KEY, "supply_request_item": f"{KEY}|1"}.get(message["entity"])
            keys = {"key": message["key"] or new, **({"ilux_number": "33"} if is_request else {})}
            said.append(f"{message['entity']} {message['write']}")
            await bridge.answer(message, **keys)
    return said


async def edit(stock: Stock, request_id: UUID, status: RequestStatus, **more: Any) -> None:
    await actions.edit(stock.sofia, request_id, RequestEdit(status, **more), now=NOW)


async def test_a_request_is_told_with_its_items_which_wait_for_its_number(
    bridge: Bridge, stock: Stock
) -> None:
    request_id = await stock.request(note="Sem reserva", mono=51_200)
    messages = {message["entity"]: message for message in await bridge.messages()}
    assert set(messages) == {"supply_request", "meter_reading"}
    assert messages["supply_request"]["data"] == {
        "company": "1", "customer": "7", "equipment": "501", "status": "pending",
        "requested_at": "2026-03-02T11:00:00Z", "web_id": str(request_id), "notes": "Sem reserva",
    }  # fmt: skip
    await bridge.answer(messages["supply_request"], key=KEY, ilux_number="33")
    assert (await stock.row(request_id))["ilux_number"] == "33"
    (told,) = [one for one in await bridge.messages() if one["entity"] == "supply_request_item"]
    assert told["data"] == {"supply_request": KEY, "supply": "S1", "quantity": 1}


async def test_it_comes_back_as_itself_also_before_its_receipt(bridge: Bridge, stock: Stock) -> None:
    request_id = await stock.request()
    data = await bridge.bring(request(web_id=str(request_id), status="reviewed"), item())
    assert data["refused"] == []
    assert (await SupplyRequest.count(), await SupplyRequestItem.count()) == (1, 1)
    assert (await stock.row(request_id))["status"] == "reviewed"
    await answer_all(bridge)
    assert await stock.lines(request_id) == [("requested", "web"), ("status", "ilux")]
    copied = await bridge.bring(request("1|34", web_id=str(request_id)))
    assert [refusal["code"] for refusal in copied["refused"]] == ["duplicate"]
    assert (await stock.row(request_id))["ilux_number"] == "33"


async def test_what_the_desk_says_reaches_ilux_and_is_not_undone_on_its_way(
    bridge: Bridge, stock: Stock
) -> None:
    request_id = await stock.request()
    await answer_all(bridge)
    await edit(stock, request_id, RequestStatus.INVOICED, invoice_number="4711", tracking_code="BR1")
    (message,) = await bridge.messages()
    assert (message["write"], message["key"], message["expected"]) == ("status", KEY, {"status": "pending"})
    assert message["data"] == {"status": "invoiced", "invoice_number": "4711", "tracking_code": "BR1"}
    await bridge.bring(request(web_id=str(request_id), notes="Conferir"))
    row = await stock.row(request_id)
    assert (row["status"], row["invoice_number"], row["tracking_code"]) == ("invoiced", "4711", "BR1")
    await bridge.answer(message)
    shipped = {"status": "delivered", "invoice_number": "4711", "tracking_code": "BR2"}
    await bridge.bring(request(web_id=str(request_id), **shipped))
    row = await stock.row(request_id)
    assert (row["status"], row["tracking_code"], row["note"]) == ("delivered", "BR2", "")
    assert await bridge.messages() == [], "no echo"


async def test_ilux_is_believed_where_it_went_on_meanwhile(bridge: Bridge, stock: Stock) -> None:
    request_id = await stock.request()
    await answer_all(bridge)
    await actions.cancel(stock.world.carla, request_id, "Engano", now=datetime.now(UTC))
    (message,) = await bridge.messages()
    assert message["data"] == {"status": "cancelled"}
    await bridge.bring(request(web_id=str(request_id), status="released"))
    await bridge.answer(message, "conflict", reason="No ILUX, status estava em L")
    row = await stock.row(request_id)
    assert (row["status"], row["cancel_reason"]) == ("released", "")
    assert (await stock.lines(request_id))[-2:] == [("cancelled", "web"), ("status", "ilux")]


async def test_a_cancellation_before_ilux_knows_the_request_waits_for_its_key(
    bridge: Bridge, stock: Stock
) -> None:
    request_id = await stock.request()
    await actions.cancel(stock.world.carla, request_id, "Engano", now=NOW)
    assert await answer_all(bridge) == [
        "supply_request requested", "supply_request_item requested", "supply_request status",
    ]  # fmt: skip
    assert (await stock.row(request_id))["status"] == "cancelled"


async def test_a_refused_request_holds_its_items_and_nothing_else_and_can_be_repeated(
    bridge: Bridge, stock: Stock, database: Database
) -> None:
    refused_id = await stock.request()
    (message,) = await bridge.messages()
    await bridge.answer(message, "refused", reason="Cliente bloqueado")
    assert await bridge.messages() == []
    await stock.request()
    (other,) = await bridge.messages()
    assert other["id"] != message["id"], "the next one goes out"
    await bridge.answer(other, "refused", reason="Cliente bloqueado")
    async with database.transaction() as tx:
        await repeat(tx, stock.world.reseller_id, UUID(message["id"]), NOW)
    assert await answer_all(bridge) == ["supply_request requested", "supply_request_item requested"]
    assert (await stock.row(refused_id))["ilux_number"] == "33"


async def test_one_born_in_ilux_gets_a_number_here_and_keeps_its_history(
    bridge: Bridge, stock: Stock
) -> None:
    await stock.request()
    await bridge.bring(row("carrier", "TR", name="Rápido"), request(), item())
    born = await of_key(SupplyRequest, "supply_request", KEY)
    assert (born["web_number"], born["ilux_number"], born["opened_from"]) == (2, "33", "ilux")
    assert await stock.lines(born["id"]) == []
    await bridge.bring(request(status="backorder", carrier="TR"))
    await bridge.bring(gone("supply_request_item", f"{KEY}|1"), gone("supply_request", KEY))
    row_now = await stock.row(born["id"])
    assert (row_now["status"], row_now["is_active"]) == ("cancelled", False)
    assert row_now["cancel_reason"] == "Excluída no ILUX"
    assert await stock.lines(born["id"]) == [("status", "ilux"), ("gone", "ilux")]
    await bridge.bring(request(status="delivered"))
    row_now = await stock.row(born["id"])
    assert (row_now["status"], row_now["is_active"], row_now["cancel_reason"]) == ("delivered", True, "")


async def test_a_status_that_nobody_knows_waits_and_stops_nobody(bridge: Bridge, stock: Stock) -> None:
    data = await bridge.bring(request(status="lost"), request("1|34"))
    assert [refusal["code"] for refusal in data["refused"]] == ["bad_value"]
    assert await of_key(SupplyRequest, "supply_request", "1|34")
    await bridge.bring(request(status="invoiced"))
    assert await IluxRefusal.count() == 0


async def test_what_a_load_finds_is_told_to_nobody(bridge: Bridge, stock: Stock) -> None:
    await bridge.bring(request())
    load = uuid4()
    await bridge.do("ilux_load_begun", load=str(load), entities=["supply_request"])
    await bridge.bring(request(status="released"), load=load)
    await bridge.do("ilux_load_ended", load=str(load), entities=["supply_request"])
    assert await NotificationEvent.count() == 0
    await bridge.bring(request(status="invoiced"))
    (told,) = await NotificationEvent.select(NotificationEvent.kind)
    assert told["kind"] == "supply_request_changed"
