"""A delivery on its way to ILUX: its message, the receipt on the driver's phone, no older word between."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.bridge.receipts import repeat
from server.bridge.tables import IluxLink
from tests.bridge_portal.bridge import BASICS, Bridge, row
from tests.deliveries.world import Depot, delivery_row, discrepancies, invoice_row, open_depot
from tests.desk.office import Office
from tests.service_orders.world import NOW
from tests.sync_driver.phone import DriversPhone
from tests.sync_technician.phone import Clock, portal


def bill(**more: Any) -> dict[str, Any]:
    data = {"company": "1", "customer": "7", "carrier": "TR", "number": "900", "delivery_status": "pending"}
    return row("invoice", "1|900|1", **{**data, "volumes": 3, "notes": "Portaria 2", **more})


async def drive(office: Office, bridge: Bridge) -> tuple[Depot, DriversPhone, UUID]:
    """Diego's carrier is what ILUX calls TR; his phone has the invoice."""
    depot = await open_depot(office.world)
    await IluxLink.insert(
        IluxLink(
            reseller_id=depot.world.reseller_id, entity="carrier", key="TR", row_id=depot.carrier_id, hash=""
        )
    )
    data = await bridge.bring(*BASICS, bill())
    assert data["refused"] == []
    clock = Clock()
    phone = DriversPhone(portal(clock), depot.diego, clock)
    await phone.enrol()
    await phone.pull()
    ((_, invoice_id),) = [key for key in phone.base if key[0] == "invoice"]
    assert (phone.rows("invoice")[0]["volumes"], phone.rows("invoice")[0]["notes"]) == (3, "Portaria 2")
    return depot, phone, UUID(invoice_id)


async def test_a_delivery_is_written_in_ilux_and_the_driver_reads_so(bridge: Bridge, office: Office) -> None:
    _, phone, invoice_id = await drive(office, bridge)
    delivery_id, _ = phone.confirm(invoice_id)
    await phone.sync()
    (message,) = await bridge.messages()
    assert (message["entity"], message["write"], message["key"]) == ("invoice", "delivered", "1|900|1")
    assert message["data"] == {
        "delivery_status": "delivered",
        "delivered_at": "2026-03-02T11:00:00Z",
        "received_by": "Rosa Lima",
    }
    assert message["expected"] == {"delivery_status": "pending"}
    assert phone.row("delivery", delivery_id)["ilux_at"] is None
    await bridge.answer(message)
    await phone.pull()
    assert phone.row("delivery", delivery_id)["ilux_at"] is not None
    assert await bridge.messages() == []


async def test_failed_and_partial_attempts_are_not_written(bridge: Bridge, office: Office) -> None:
    _, phone, invoice_id = await drive(office, bridge)
    phone.fail(invoice_id)
    phone.confirm(invoice_id, "partial")
    await phone.sync()
    assert await bridge.messages() == []


async def test_an_older_word_of_ilux_takes_no_delivery_back(bridge: Bridge, office: Office) -> None:
    _, phone, invoice_id = await drive(office, bridge)
    phone.confirm(invoice_id)
    await phone.sync()
    await bridge.bring(bill(tracking_code="BR1"))
    invoice = await invoice_row(invoice_id)
    assert (invoice["delivery_status"], invoice["received_by"], invoice["tracking_code"]) == (
        "delivered",
        "Rosa Lima",
        "BR1",
    )
    (message,) = await bridge.messages()
    await bridge.answer(message, "conflict", "Alterada no ILUX")
    await bridge.bring(bill(tracking_code="BR1"))
    assert (await invoice_row(invoice_id))["delivery_status"] == "pending", "then what ILUX says is taken"
    world = office.world
    async with DB.transaction() as tx:
        await repeat(tx, world.reseller_id, UUID(message["id"]), NOW)
    (again,) = await bridge.messages()
    await bridge.answer(again)
    invoice = await invoice_row(invoice_id)
    assert (invoice["delivery_status"], invoice["received_by"]) == ("delivered", "Rosa Lima")


async def test_a_withdrawal_after_ilux_was_told_is_the_offices(bridge: Bridge, office: Office) -> None:
    _, phone, invoice_id = await drive(office, bridge)
    delivery_id, _ = phone.confirm(invoice_id)
    await phone.sync()
    seq = phone.withdraw(delivery_id)
    await phone.sync()
    assert phone.status(seq)[0] == "applied_with_discrepancy"
    assert await discrepancies(delivery_id) == ["withdrawn_after_ilux"]
    assert (await delivery_row(delivery_id))["withdrawn_at"] is not None
    assert (await invoice_row(invoice_id))["delivery_status"] == "delivered"
