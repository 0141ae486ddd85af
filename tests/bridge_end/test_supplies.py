"""A supply request from the portal into a real ILUX and back: its number, its items, each status, once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from offline_sync.ids import uuid7
from server.accounts.actor import Actor, Role
from server.bridge.tables import IluxLink, IluxMessage
from server.equipment.tables import Equipment, MeterReading
from server.supplies import actions
from server.supplies.actions import NewRequest
from server.supplies.rules import RequestEdit
from server.supplies.statuses import RequestStatus
from server.supplies.tables import Supply, SupplyRequest, SupplyRequestItem
from tests.bridge.office import save, values
from tests.bridge_end.bridge import End
from tests.bridge_end.test_both_ends import loaded
from tests.bridge_end.test_crashes import Killed, die
from tests.bridge_end.test_reconciliation import compare, found
from tests.bridge_portal.test_rows import of_key
from tests.service_orders.world import NOW

ITEMS = "SELECT TRIM(COD_SUPRIMENTO) || ' ' || QUANTIDADE || ' ' || ITEM FROM SOLICITACAO_ITENS"


async def ask(end: End) -> tuple[Actor, dict[str, Any]]:
    """Somebody of the customer of machine 1 asks for two things, with the counter."""
    machine = await of_key(Equipment, "equipment", "1")
    customer = replace(end.office.world.carla, customer_ids=frozenset({machine["customer_id"]}))
    black, other = await of_key(Supply, "supply", "TN-301\\|K"), await of_key(Supply, "supply", "TN-M428")
    wanted = NewRequest(
        uuid7(), {black["id"]: 2, other["id"]: 1}, machine["id"], mono=99_000, note="Está no fim – “urgente”",
        is_confirmed=True,
    )  # fmt: skip
    request_id = await actions.request_supplies(customer, wanted, now=NOW)
    return customer, await request_row(request_id)


async def request_row(request_id: Any) -> dict[str, Any]:
    row = await SupplyRequest.select().where(SupplyRequest.id == request_id).first()
    assert row is not None
    return row


async def open_messages() -> int:
    return int(await IluxMessage.count().where(IluxMessage.status != "applied"))


def operator(end: End, row: dict[str, Any]) -> Actor:
    return replace(
        end.office.world.ana, role=Role.SUPPLIES_OPERATOR, company_ids=frozenset({row["company_id"]})
    )


async def test_a_request_of_the_portal_is_in_ilux_with_its_items_and_its_number_here(both: End) -> None:
    end = await loaded(both)
    requests, items = await SupplyRequest.count(), await SupplyRequestItem.count()
    _, row = await ask(end)
    for _ in range(4):
        await end.turn()
    where = f"WHERE ID_WEB = '{row['id']}'"
    (number,) = values(end.clerk, f"SELECT NUM_SOLIC FROM SOLICITACAO_SUPRIMENTO {where}")
    assert values(end.clerk, f"SELECT STATUS || OBS FROM SOLICITACAO_SUPRIMENTO {where}") == [
        "PEstá no fim – “urgente”"
    ]
    mine = f"WHERE NUM_SOLIC = {number} ORDER BY ITEM"
    assert sorted(one[:-2] for one in values(end.clerk, f"{ITEMS} {mine}")) == ["TN-301|K 2", "TN-M428 1"]
    assert sorted(one[-1:] for one in values(end.clerk, f"{ITEMS} {mine}")) == ["1", "2"]
    assert values(end.clerk, "SELECT COUNT(*) FROM LEITURAS WHERE CONTADOR_PB = 99000") == [1]
    assert (await request_row(row["id"]))["ilux_number"] == str(number)
    assert (await open_messages(), await MeterReading.count().where(MeterReading.mono == 99_000)) == (0, 1)
    assert (await SupplyRequest.count(), await SupplyRequestItem.count()) == (requests + 1, items + 2)
    # The books change what came from here: it is the same item.
    save(end.clerk, f"UPDATE SOLICITACAO_ITENS SET QUANTIDADE = 7 WHERE NUM_SOLIC = {number} AND ITEM = 1")
    await end.turn()
    assert await SupplyRequestItem.count() == items + 2
    assert await SupplyRequestItem.count().where(SupplyRequestItem.quantity == 7) == 1


async def test_status_invoice_and_tracking_go_both_ways_without_an_echo(end: End) -> None:
    await loaded(end)
    customer, row = await ask(end)
    await end.turn()
    await end.turn()
    where = f"WHERE ID_WEB = '{row['id']}'"
    save(end.clerk, f"UPDATE SOLICITACAO_SUPRIMENTO SET STATUS = 'L', COD_TRANSPORTADORA = 2 {where}")
    await end.turn()
    row = await request_row(row["id"])
    carrier = await IluxLink.objects().get((IluxLink.entity == "carrier") & (IluxLink.key == "2"))
    assert carrier is not None
    assert (row["status"], row["carrier_id"]) == ("released", carrier.row_id)
    wanted = RequestEdit(RequestStatus.INVOICED, "4711", None, row["carrier_id"], "BR123")
    await actions.edit(operator(end, row), row["id"], wanted, now=NOW)
    await end.turn()
    told = f"SELECT STATUS || NUM_NF || RASTREIO FROM SOLICITACAO_SUPRIMENTO {where}"
    assert values(end.clerk, told) == ["F4711BR123"]
    save(end.clerk, f"UPDATE SOLICITACAO_SUPRIMENTO SET STATUS = 'E', NUM_NF = 4712 {where}")
    await end.turn()
    row = await request_row(row["id"])
    assert (row["status"], row["invoice_number"], row["tracking_code"]) == ("delivered", "4712", "BR123")
    assert await open_messages() == 0
    assert values(end.cycle.connection, "SELECT SEQ FROM SYNC_OUTBOX") == []
    assert customer.role is Role.CUSTOMER


async def test_a_cancellation_reaches_ilux_unless_ilux_went_on_first(end: End) -> None:
    await loaded(end)
    customer, kept = await ask(end)
    _, gone = await ask(end)
    await end.turn()
    await end.turn()
    for row in (kept, gone):
        await actions.cancel(customer, row["id"], "Engano", now=NOW)
    save(end.clerk, f"UPDATE SOLICITACAO_SUPRIMENTO SET STATUS = 'L' WHERE ID_WEB = '{kept['id']}'")
    await end.turn()
    for row, letter, status in ((kept, "L", "released"), (gone, "C", "cancelled")):
        there = f"SELECT STATUS FROM SOLICITACAO_SUPRIMENTO WHERE ID_WEB = '{row['id']}'"
        assert (values(end.clerk, there), (await request_row(row["id"]))["status"]) == ([letter], status)
    assert await IluxMessage.count().where(IluxMessage.status == "conflict") == 1


async def test_an_item_whose_receipt_died_with_the_bridge_is_not_doubled_by_its_next_word(
    end: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    await loaded(end)
    _, row = await ask(end)
    await end.turn()
    before = await SupplyRequestItem.count()
    with monkeypatch.context() as patched:
        patched.setattr(type(end.cycle.replica), "record", die)
        with pytest.raises(Killed):
            await end.cycle.receive()
    number = f"(SELECT NUM_SOLIC FROM SOLICITACAO_SUPRIMENTO WHERE ID_WEB = '{row['id']}')"
    assert values(end.clerk, f"SELECT COUNT(*) FROM SOLICITACAO_ITENS WHERE NUM_SOLIC = {number}") == [1]
    save(end.clerk, f"UPDATE SOLICITACAO_ITENS SET QUANTIDADE = 5 WHERE NUM_SOLIC = {number}")
    end.restart()
    await end.turn()
    await end.turn()
    assert values(end.clerk, f"SELECT COUNT(*) FROM SOLICITACAO_ITENS WHERE NUM_SOLIC = {number}") == [2]
    assert await SupplyRequestItem.count() == before
    assert await SupplyRequestItem.count().where(SupplyRequestItem.quantity == 5) == 1
    assert await open_messages() == 0


async def test_a_change_whose_receipt_died_with_the_bridge_is_not_kept_against_the_books_next_word(
    end: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The status is the same all the while: what ILUX says then looks as if it had not heard yet."""
    await loaded(end)
    _, row = await ask(end)
    await end.turn()
    await end.turn()
    wanted = RequestEdit(RequestStatus.PENDING, tracking_code="BR9")
    await actions.edit(operator(end, row), row["id"], wanted, now=NOW)
    with monkeypatch.context() as patched:
        patched.setattr(type(end.cycle.replica), "record", die)
        with pytest.raises(Killed):
            await end.cycle.receive()
    where = f"WHERE ID_WEB = '{row['id']}'"
    assert values(end.clerk, f"SELECT RASTREIO FROM SOLICITACAO_SUPRIMENTO {where}") == ["BR9"]
    save(end.clerk, f"UPDATE SOLICITACAO_SUPRIMENTO SET RASTREIO = NULL {where}")
    end.restart()
    await end.turn()
    assert (await request_row(row["id"]))["tracking_code"] == ""
    assert await open_messages() == 0


async def test_the_nightly_comparison_finds_both_sides_alike(end: End) -> None:
    await loaded(end)
    await ask(end)
    for _ in range(3):
        await end.turn()
    assert found(await compare(end)) == {}
