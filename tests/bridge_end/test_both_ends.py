"""What is done at one end is seen at the other: once, with its links, and without an echo."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from ilux_bridge import applying
from ilux_bridge.problems import LockConflict
from server.bridge.tables import IluxLink, IluxMessage, IluxRefusal
from server.customers.tables import Customer
from server.equipment.tables import Defect, Equipment
from server.service_orders import actions
from server.service_orders.actions import NewOrder
from server.service_orders.rules import Dispatch
from server.service_orders.statuses import Status
from server.service_orders.tables import OrderEvent, ServiceOrder
from tests.bridge.office import save, values
from tests.bridge_end.bridge import End, row_count
from tests.bridge_portal.test_rows import of_key
from tests.service_orders.world import NOW

OPEN = (
    "INSERT INTO ORDEM_SERVICO (COD_EMPRESA, COD_CLIENTE, COD_EQUIPAMENTO, COD_TECNICO, COD_DEFEITO, RELATO,"
    " DT_ABERTURA) VALUES (1, 1, 1, 1, 1, ?, '2026-03-02 08:30:00') RETURNING NUM_OS"
)


def open_order(end: End, report: str = "Sai “borrado” – só nas cópias") -> int:
    with end.clerk.writing() as work:
        row = work.one(OPEN, report)
    assert row is not None
    return int(row[0])


async def web_order(end: End) -> dict[str, object]:
    machine = await of_key(Equipment, "equipment", "1")
    wanted = NewOrder(machine["customer_id"], "Não liga", machine["id"])
    order_id = await actions.open_order(end.office.world.ana, wanted, now=NOW)
    return await end.office.world.order(order_id)


async def test_after_the_load_both_ends_have_the_same_rows(both: End) -> None:
    assert both.cycle.needs_load()
    both.ilux.close()
    both.restart()
    await both.cycle.load()
    assert not both.cycle.needs_load()
    # The base has requests of status X, which no mapping knows: they wait for a person, with their items.
    refused = await IluxRefusal.select(IluxRefusal.entity)
    assert {one["entity"] for one in refused} == {"supply_request", "supply_request_item"}
    assert {(one.entity, one.field) for one in both.cycle.store.letters()} == {("supply_request", "status")}
    owner = both.cycle.connection
    for entity, table, condition in (
        ("company", "EMPRESAS", ""),
        ("customer", "CLIENTES", ""),
        ("contract", "CONTRATOS", ""),
        ("equipment", "EQUIPAMENTOS", ""),
        ("technician", "TECNICOS", ""),
        ("defect", "DEFEITOS", ""),
        ("supply", "SUPRIMENTOS", ""),
        ("service_order", "ORDEM_SERVICO", ""),
        ("meter_reading", "LEITURAS", ""),
        ("invoice", "NOTA_FISCAL", " WHERE STATUS_NFE = 'A'"),
    ):
        there = row_count(owner, f"SELECT COUNT(*) FROM {table}{condition}")
        links = await IluxLink.count().where(IluxLink.entity == entity, IluxLink.retired_at.is_null())
        assert links == there, entity
    with owner.reading() as work:
        customers = list(work.fetch("SELECT COD_CLIENTE, RAZAO_SOCIAL, OBS FROM CLIENTES"))
    for key, name, notes in customers:
        row = await of_key(Customer, "customer", str(key))
        assert (row["name"], row["notes"]) == (name, notes)
    with owner.reading() as work:
        orders = list(work.fetch("SELECT COD_EMPRESA, NUM_OS, STATUS, RELATO FROM ORDEM_SERVICO"))
    for company, number, status, report in orders:
        row = await of_key(ServiceOrder, "service_order", f"{company}|{number}")
        assert (row["status"], row["description"], row["ilux_number"]) == (status, report, str(number))


async def loaded(end: End) -> End:
    end.ilux.close()
    end.restart()
    end.clerk = end.ilux.clerk()
    await end.cycle.load()
    await end.turn()
    return end


async def test_an_order_opened_in_ilux_is_in_the_portal_with_its_links(end: End) -> None:
    await loaded(end)
    number = open_order(end)
    await end.turn()
    order = await of_key(ServiceOrder, "service_order", f"1|{number}")
    assert (order["description"], order["opened_from"]) == ("Sai “borrado” – só nas cópias", "ilux")
    assert order["equipment_id"] == (await of_key(Equipment, "equipment", "1"))["id"]
    assert order["customer_id"] == (await of_key(Customer, "customer", "1"))["id"]
    assert values(end.cycle.connection, "SELECT SEQ FROM SYNC_OUTBOX") == []


async def test_an_order_of_the_web_gets_its_number_from_ilux_and_is_not_doubled(end: End) -> None:
    await loaded(end)
    before = await ServiceOrder.count()
    order = await web_order(end)
    await end.turn()
    numbers = values(end.clerk, "SELECT NUM_OS FROM ORDEM_SERVICO WHERE ID_WEB = ?", str(order["id"]))
    assert len(numbers) == 1
    after = await end.office.world.order(order["id"])  # type: ignore[arg-type]
    assert after["ilux_number"] == str(numbers[0])
    await end.turn()
    assert await ServiceOrder.count() == before + 1
    assert await IluxMessage.count().where(IluxMessage.status == "open") == 0


async def test_a_status_goes_both_ways_without_an_echo(end: End) -> None:
    await loaded(end)
    number = open_order(end)
    await end.turn()
    order = await of_key(ServiceOrder, "service_order", f"1|{number}")
    tecnico = await IluxLink.objects().get((IluxLink.entity == "technician") & (IluxLink.key == "2"))
    assert tecnico is not None
    promised = NOW + timedelta(hours=4)
    await actions.dispatch(
        end.office.world.ana, order["id"], Dispatch(tecnico.row_id, due_at=promised), now=NOW
    )
    await end.turn()
    where = f"WHERE COD_EMPRESA = 1 AND NUM_OS = {number}"
    assert values(end.clerk, f"SELECT STATUS || COD_TECNICO FROM ORDEM_SERVICO {where}") == ["E2"]
    assert values(end.clerk, f"SELECT DT_PREVISAO FROM ORDEM_SERVICO {where}") == [datetime(2026, 3, 2, 12)]
    assert (await end.office.world.order(order["id"]))["due_at"] == promised
    save(end.clerk, f"UPDATE ORDEM_SERVICO SET STATUS = 'P' {where}")
    await end.turn()
    assert await end.office.world.status(order["id"]) == "P"
    messages = await IluxMessage.select(IluxMessage.status)
    assert [message["status"] for message in messages] == ["applied"], "no echo"
    assert values(end.clerk, f"SELECT STATUS FROM ORDEM_SERVICO {where}") == ["P"]


async def test_who_was_faster_in_ilux_wins_and_the_desk_is_told(end: End) -> None:
    await loaded(end)
    number = open_order(end)
    await end.turn()
    order = await of_key(ServiceOrder, "service_order", f"1|{number}")
    tecnico = await IluxLink.objects().get((IluxLink.entity == "technician") & (IluxLink.key == "2"))
    assert tecnico is not None
    await actions.dispatch(end.office.world.ana, order["id"], Dispatch(tecnico.row_id), now=NOW)
    save(end.clerk, f"UPDATE ORDEM_SERVICO SET STATUS = 'L' WHERE COD_EMPRESA = 1 AND NUM_OS = {number}")
    await end.turn()
    (message,) = await IluxMessage.select(IluxMessage.status, IluxMessage.reason)
    assert message == {
        "status": "conflict",
        "reason": "No ILUX, status estava em L, e o portal esperava A.",
    }
    assert values(end.clerk, f"SELECT STATUS FROM ORDEM_SERVICO WHERE NUM_OS = {number}") == ["L"]


async def test_being_stopped_waits_for_one_message_and_not_for_all(
    end: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each may wait many seconds for a row that somebody has open in ILUX."""
    await loaded(end)
    for _ in range(3):
        await web_order(end)
    tried: list[str] = []

    def locked(*arguments: Any) -> Any:
        tried.append(arguments[2]["id"])
        receiving.cancel()
        raise LockConflict("Registro em uso no ILUX")

    monkeypatch.setattr(applying, "apply", locked)
    receiving = asyncio.create_task(end.cycle.receive())
    with pytest.raises(asyncio.CancelledError):
        await receiving
    assert len(tried) == 1


async def test_what_is_deleted_in_ilux_is_retired(end: End) -> None:
    await loaded(end)
    save(end.clerk, "INSERT INTO DEFEITOS (COD_DEFEITO, DESCRICAO) VALUES (99, 'Cheiro de queimado')")
    await end.turn()
    assert (await of_key(Defect, "defect", "99"))["is_active"]
    save(end.clerk, "DELETE FROM DEFEITOS WHERE COD_DEFEITO = 99")
    await end.turn()
    assert not (await of_key(Defect, "defect", "99"))["is_active"]


async def test_a_row_that_leaves_the_filter_is_retired(end: End) -> None:
    await loaded(end)
    key = values(end.clerk, "SELECT NUM_NF FROM NOTA_FISCAL WHERE STATUS_NFE = 'A'")[0]
    link = IluxLink.select(IluxLink.retired_at).where(
        (IluxLink.entity == "invoice") & IluxLink.key.like(f"%|{key}|1")
    )
    assert [one["retired_at"] for one in await link] == [None]
    save(end.clerk, f"UPDATE NOTA_FISCAL SET STATUS_NFE = 'C' WHERE NUM_NF = {key}")
    await end.turn()
    assert [one["retired_at"] is not None for one in await link] == [True]


async def test_a_row_that_cannot_be_said_stops_nobody(end: End) -> None:
    await loaded(end)
    number, other = open_order(end), open_order(end, "A outra")
    save(end.clerk, f"UPDATE ORDEM_SERVICO SET STATUS = 'X' WHERE NUM_OS = {number}")
    await end.turn()
    assert (await of_key(ServiceOrder, "service_order", f"1|{other}"))["description"] == "A outra"
    (letter,) = [one for one in end.cycle.store.letters() if one.entity == "service_order"]
    assert (letter.key, letter.field, letter.code) == (f"1|{number}", "status", "unknown_value")
    assert values(end.cycle.connection, "SELECT SEQ FROM SYNC_OUTBOX") == []
    save(end.clerk, f"UPDATE ORDEM_SERVICO SET STATUS = 'P' WHERE NUM_OS = {number}")
    await end.turn()
    assert [one for one in end.cycle.store.letters() if one.entity == "service_order"] == []
    assert (await of_key(ServiceOrder, "service_order", f"1|{number}"))["status"] == "P"


async def lines_from_ilux(key: str) -> list[str]:
    order = await of_key(ServiceOrder, "service_order", key)
    lines = (
        await OrderEvent.select(OrderEvent.after)
        .where(OrderEvent.service_order_id == order["id"], OrderEvent.source == "ilux")
        .order_by(OrderEvent.recorded_at, OrderEvent.id)
    )
    told = [msgspec.json.decode(line["after"]).get("status") for line in lines]
    return [status for status in told if status]


async def test_every_status_between_two_cycles_is_told_and_the_portals_own_is_not(both: End) -> None:
    end = await loaded(both)
    number = open_order(end)
    where = f"WHERE COD_EMPRESA = 1 AND NUM_OS = {number}"
    save(end.clerk, f"UPDATE ORDEM_SERVICO SET STATUS = 'E' {where}")
    await end.turn()
    assert await lines_from_ilux(f"1|{number}") == ["A", "E"], "opened in A, though first seen in E"
    order = await of_key(ServiceOrder, "service_order", f"1|{number}")
    await actions.change_status(end.office.world.ana, order["id"], Status.LOGISTICS, now=NOW)
    await end.turn()
    assert values(end.clerk, f"SELECT STATUS FROM ORDEM_SERVICO {where}") == ["L"]
    for status in "MPM":
        save(end.clerk, f"UPDATE ORDEM_SERVICO SET STATUS = '{status}' {where}")
    await end.turn()
    assert await lines_from_ilux(f"1|{number}") == ["A", "E", "M", "P", "M"]


async def test_a_load_tells_the_statuses_that_still_wait_and_they_follow_once(end: End) -> None:
    await loaded(end)
    for status in "EM":
        save(end.clerk, f"UPDATE ORDEM_SERVICO SET STATUS = '{status}' WHERE COD_EMPRESA = 1 AND NUM_OS = 6")
    end.ilux.close()
    end.restart()
    before = await lines_from_ilux("1|6")
    await end.cycle.load()
    assert await lines_from_ilux("1|6") == [*before, "E", "M"]
    await end.turn()
    assert await lines_from_ilux("1|6") == [*before, "E", "M"]
