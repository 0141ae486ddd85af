"""ILUX is restored from an older copy: what people of the portal recorded is lost on neither side."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from server.bridge.tables import IluxMessage
from server.service_orders import actions
from server.service_orders.statuses import PendingReason, Status
from server.service_orders.tables import Discrepancy, OrderEvent, ServiceOrder
from server.supplies import actions as supplies
from server.supplies.rules import RequestEdit
from server.supplies.statuses import RequestStatus
from server.supplies.tables import SupplyRequestItem
from server.visits.tables import Visit
from tests.bridge.office import Office as Ilux
from tests.bridge.office import save, values
from tests.bridge_end.bridge import End, meet
from tests.bridge_end.test_both_ends import loaded, open_order, web_order
from tests.bridge_end.test_reconciliation import compare, found
from tests.bridge_end.test_supplies import ask, operator, request_row
from tests.bridge_portal.test_rows import of_key
from tests.desk.office import Office
from tests.service_orders.world import NOW


@pytest.fixture
async def fragile(fragile_office: Ilux, office: Office, tmp_path: Path) -> AsyncIterator[End]:
    """Beside a Firebird of its own, which can be stopped."""
    async with meet(fragile_office, office, tmp_path) as end:
        yield end


def stopped_for_a_copy(end: End, source: Path, target: Path) -> None:
    """As the manual says: stop Firebird, copy the file, start it."""
    end.ilux.close()
    end.ilux.server.kill()
    shutil.copy(source, target)
    end.ilux.server.start()
    end.restart()
    end.clerk = end.ilux.clerk()


async def pend(end: End, order_id: Any) -> None:
    await actions.change_status(
        end.office.world.ana, order_id, Status.PENDING, now=NOW, pending_reason=PendingReason.POWER
    )


async def in_portal(order_id: Any) -> dict[str, Any]:
    row = await ServiceOrder.select().where(ServiceOrder.id == order_id).first()
    assert row is not None
    return dict(row)


def in_ilux(end: End, order_id: Any) -> list[tuple[str, str]]:
    """Number and status."""
    with end.clerk.reading() as work:
        sql = "SELECT NUM_OS, STATUS FROM ORDEM_SERVICO WHERE ID_WEB = ?"
        return [(str(number), status) for number, status in work.fetch(sql, str(order_id))]


async def visited(end: End, order: dict[str, Any]) -> None:
    await Visit.insert(
        Visit(
            reseller_id=end.office.world.reseller_id,
            service_order_id=order["id"],
            technician_id=end.office.world.tiago.technician_id,
            started_at=NOW,
        )
    )


async def test_nothing_that_people_recorded_is_lost(fragile: End) -> None:
    end = await loaded(fragile)
    kept = UUID(str((await web_order(end))["id"]))
    await end.turn()
    copy = end.ilux.path.with_suffix(".copy")
    stopped_for_a_copy(end, end.ilux.path, copy)
    # After the copy: two orders of the web, one of which goes on; two of ILUX, one of which is visited.
    await pend(end, kept)
    lost = UUID(str((await web_order(end))["id"]))
    plain = UUID(str((await web_order(end))["id"]))
    visited_number, other_number = open_order(end, "Com visita"), open_order(end, "Sem visita")
    await end.turn()
    await pend(end, lost)
    await end.turn()
    of_ilux = await of_key(ServiceOrder, "service_order", f"1|{visited_number}")
    of_nobody = await of_key(ServiceOrder, "service_order", f"1|{other_number}")
    await visited(end, of_ilux)
    ((old_number, status),) = in_ilux(end, lost)
    assert (status, (await in_portal(lost))["ilux_number"]) == ("P", old_number)
    assert await IluxMessage.count().where(IluxMessage.status == "open") == 0

    stopped_for_a_copy(end, copy, end.ilux.path)
    assert in_ilux(end, lost) == []
    again = [str(open_order(end, f"Com o número de outro {n}")) for n in range(3)]
    assert again == [str(visited_number), str(other_number), old_number], "given a second time"
    save(end.clerk, "UPDATE ORDEM_SERVICO SET DT_ABERTURA = '2026-03-03 09:00' WHERE NUM_OS > 41")
    assert end.cycle.needs_load()
    await end.cycle.load()
    for _ in range(3):
        await end.turn()

    ((number, status),) = in_ilux(end, lost)
    assert status == "P", "opened and changed again, once"
    order = await in_portal(lost)
    assert (order["status"], order["ilux_number"]) == ("P", number)
    assert number != old_number
    assert len(in_ilux(end, plain)) == 1
    assert (await in_portal(plain))["status"] == "A"
    ((_, status),) = in_ilux(end, kept)
    assert (status, (await in_portal(kept))["status"]) == ("P", "P"), "what the copy had, with what it lacked"
    for n, given in enumerate(again):
        newcomer = await of_key(ServiceOrder, "service_order", f"1|{given}")
        assert newcomer["id"] not in {lost, plain, kept, of_ilux["id"], of_nobody["id"]}
        assert newcomer["description"] == f"Com o número de outro {n}"
    notes = await OrderEvent.select(OrderEvent.note).where(OrderEvent.service_order_id == lost)
    assert any(f"não tem o nº {old_number}" in line["note"] for line in notes)
    assert (await in_portal(of_nobody["id"]))["status"] == "C"
    assert (await in_portal(of_ilux["id"]))["status"] == "A", "somebody was there"
    (discrepancy,) = await Discrepancy.select()
    assert (discrepancy["service_order_id"], discrepancy["kind"]) == (of_ilux["id"], "gone_in_ilux")
    assert await IluxMessage.count().where(IluxMessage.status == "open") == 0
    assert found(await compare(end)) == {}
    assert not end.cycle.needs_load()


async def test_what_was_deleted_in_ilux_before_stays_deleted(fragile: End) -> None:
    end = await loaded(fragile)
    copy = end.ilux.path.with_suffix(".copy")
    stopped_for_a_copy(end, end.ilux.path, copy)
    order_id = (await web_order(end))["id"]
    await end.turn()
    save(end.clerk, ("DELETE FROM ORDEM_SERVICO WHERE ID_WEB = ?", str(order_id)))
    await end.turn()
    assert (await in_portal(order_id))["status"] == "C"
    stopped_for_a_copy(end, copy, end.ilux.path)
    assert end.cycle.needs_load()
    await end.cycle.load()
    await end.turn()
    assert in_ilux(end, order_id) == []
    assert (await in_portal(order_id))["status"] == "C"


async def test_a_supply_request_that_the_copy_lacks_is_written_again_with_its_items(fragile: End) -> None:
    end = await loaded(fragile)
    copy = end.ilux.path.with_suffix(".copy")
    stopped_for_a_copy(end, end.ilux.path, copy)
    customer, row = await ask(end)
    items = await SupplyRequestItem.count()
    for _ in range(2):
        await end.turn()
    wanted = RequestEdit(RequestStatus.RELEASED)
    await supplies.edit(operator(end, row), row["id"], wanted, now=NOW)
    await end.turn()
    old_number = (await request_row(row["id"]))["ilux_number"]

    stopped_for_a_copy(end, copy, end.ilux.path)
    save(
        end.clerk,
        "INSERT INTO SOLICITACAO_SUPRIMENTO (COD_EMPRESA, COD_CLIENTE, STATUS, DT_SOLICITACAO)"
        " VALUES (1, 1, 'F', '2026-03-03 09:00')",
    )
    assert values(end.clerk, "SELECT MAX(NUM_SOLIC) FROM SOLICITACAO_SUPRIMENTO") == [int(old_number)]
    assert end.cycle.needs_load()
    await end.cycle.load()
    for _ in range(4):
        await end.turn()
    there = f"SELECT NUM_SOLIC || STATUS FROM SOLICITACAO_SUPRIMENTO WHERE ID_WEB = '{row['id']}'"
    after = await request_row(row["id"])
    assert values(end.clerk, there) == [f"{after['ilux_number']}L"]
    assert after["ilux_number"] != old_number
    assert (after["status"], after["customer_id"], after["is_active"]) == (
        "released", next(iter(customer.customer_ids)), True,
    )  # fmt: skip
    counted = f"SELECT COUNT(*) FROM SOLICITACAO_ITENS WHERE NUM_SOLIC = {after['ilux_number']}"
    assert (values(end.clerk, counted), await SupplyRequestItem.count()) == ([2], items)
    assert (
        await SupplyRequestItem.count().where(
            SupplyRequestItem.supply_request_id == row["id"], SupplyRequestItem.is_active.eq(True)
        )
        == 2
    )
    assert await IluxMessage.count().where(IluxMessage.status == "open") == 0
    assert found(await compare(end)) == {}
