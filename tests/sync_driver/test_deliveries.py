"""What a driver records, whatever the office did meanwhile."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from obstore.store import MemoryStore

from offline_sync.ids import uuid7
from offline_sync.tables import SyncFile
from piccolo_conf import DB
from server.deliveries.files import ARRIVED_LATE, CHECK_FILES, check_files, file_stored
from server.deliveries.policy import Policy, edit_policy
from server.deliveries.proof import HASH_PROOF, proof_hash, take_hash
from server.deliveries.rules import Requirements
from server.deliveries.tables import Delivery, DeliveryDiscrepancy, Invoice
from server.jobs.registry import ClaimedJob
from server.jobs.tables import Job
from tests.deliveries.world import KEY, Depot, delivery_row, discrepancies, invoice_row
from tests.service_orders.world import SCHOOL
from tests.sync_driver.phone import PHOTO, PNG, SIGNATURE, DriversPhone, photo
from tests.sync_technician.phone import Clock, text_of


async def store(depot: Depot, sha256: str, clock: Clock) -> None:
    async with DB.transaction() as tx:
        row = SyncFile(
            id=uuid7(),
            reseller_id=depot.world.reseller_id,
            sha256=sha256,
            size=3,
            content_type="image/png",
            client_id=uuid4(),
            stored_at=clock(),
        )
        await SyncFile.insert(row)
        await file_stored(tx, depot.world.reseller_id, sha256, now=clock())


async def count_deliveries() -> int:
    return await Delivery.count()


async def test_a_delivery_with_its_proof_is_recorded(depot: Depot, diego: DriversPhone, clock: Clock) -> None:
    invoice_id = await depot.invoice()
    await diego.sync()
    assert diego.row("invoice", invoice_id)["number"] == "900"
    delivery_id, seq = diego.confirm(invoice_id, photos=[photo(text_of(clock()))])
    clock.forward(minutes=30)
    await diego.sync()
    assert diego.status(seq) == ("applied", None)
    row = await delivery_row(delivery_id)
    assert (row["outcome"], row["is_primary"], row["receiver_name"], row["receiver_document"]) == (
        "delivered",
        True,
        "Rosa Lima",
        "52998224725",
    )
    assert (row["latitude"], row["longitude"], row["utc_offset_minutes"]) == (*SCHOOL, -180)
    assert row["received_at"] - row["happened_at"] == timedelta(minutes=30)
    invoice = await invoice_row(invoice_id)
    assert (invoice["delivery_status"], invoice["received_by"]) == ("delivered", "Rosa Lima")
    assert invoice["delivered_at"] == row["happened_at"]
    told = diego.row("delivery", delivery_id)
    assert (told["outcome"], told["files_expected"], told["files_received"], told["ilux_at"]) == (
        "delivered",
        2,
        0,
        None,
    )
    assert told["received_at"] is not None
    assert diego.row("invoice", invoice_id)["delivery_status"] == "delivered"


async def test_the_same_delivery_again_changes_nothing(depot: Depot, diego: DriversPhone) -> None:
    invoice_id = await depot.invoice()
    delivery_id, _ = diego.confirm(invoice_id)
    await diego.push()
    await diego.push()
    diego.record("confirm_delivery", **diego.outbox[0]["args"])
    await diego.push()
    assert await count_deliveries() == 1
    assert await discrepancies(delivery_id) == []


async def test_a_failed_attempt_leaves_the_invoice_for_another(depot: Depot, diego: DriversPhone) -> None:
    invoice_id = await depot.invoice()
    failed_id, seq = diego.fail(invoice_id)
    await diego.sync()
    assert diego.status(seq) == ("applied", None)
    assert (await delivery_row(failed_id))["reason"] == "receiver_absent"
    invoice = diego.row("invoice", invoice_id)
    assert (invoice["delivery_status"], invoice["last_outcome"]) == ("pending", "not_delivered")
    second_id, _ = diego.confirm(invoice_id)
    await diego.sync()
    assert (await delivery_row(second_id))["is_primary"]
    assert {row["outcome"] for row in diego.rows("delivery")} == {"not_delivered", "delivered"}


async def test_a_part_leaves_the_rest_pending(depot: Depot, diego: DriversPhone) -> None:
    invoice_id = await depot.invoice()
    delivery_id, _ = diego.confirm(invoice_id, "partial", note="Falta 1 de 3")
    await diego.sync()
    invoice = await invoice_row(invoice_id)
    assert (invoice["delivery_status"], invoice["last_outcome"]) == ("pending", "partial")
    assert not (await delivery_row(delivery_id))["is_primary"]


@pytest.mark.parametrize(
    ("outcome", "status"), [("delivered", "delivered"), ("partial", "pending"), ("failed", "pending")]
)
async def test_an_invoice_given_to_another_carrier_meanwhile_is_a_discrepancy(
    depot: Depot, diego: DriversPhone, outcome: str, status: str
) -> None:
    invoice_id = await depot.invoice()
    await diego.sync()
    await Invoice.update({Invoice.carrier_id: depot.other_carrier_id}).where(Invoice.id == invoice_id)
    delivery_id, seq = diego.fail(invoice_id) if outcome == "failed" else diego.confirm(invoice_id, outcome)
    await diego.sync()
    assert diego.status(seq)[0] == "applied_with_discrepancy"
    assert await discrepancies(delivery_id) == ["invoice_reassigned"]
    assert (await invoice_row(invoice_id))["delivery_status"] == status
    assert diego.row("delivery", delivery_id)["discrepancies"] == [
        {"kind": "invoice_reassigned", "is_open": True}
    ]
    assert diego.row("invoice", invoice_id), "its own delivery keeps it in the view"


async def test_an_invoice_cancelled_meanwhile_keeps_its_delivery(depot: Depot, diego: DriversPhone) -> None:
    invoice_id = await depot.invoice()
    await diego.sync()
    await Invoice.update({Invoice.is_active: False}).where(Invoice.id == invoice_id)
    delivery_id, seq = diego.confirm(invoice_id)
    await diego.sync()
    assert diego.status(seq)[0] == "applied_with_discrepancy"
    assert await discrepancies(delivery_id) == ["invoice_cancelled"]
    assert (await invoice_row(invoice_id))["delivery_status"] == "pending"
    assert diego.row("invoice", invoice_id)["is_active"] is False


async def test_the_second_carrier_to_deliver_is_told(
    depot: Depot, diego: DriversPhone, rui: DriversPhone
) -> None:
    invoice_id = await depot.invoice()
    await diego.sync()
    await Invoice.update({Invoice.carrier_id: depot.other_carrier_id}).where(Invoice.id == invoice_id)
    await rui.sync()
    rui.confirm(invoice_id, receiver_name="Caio")
    await rui.sync()
    delivery_id, _ = diego.confirm(invoice_id)
    await diego.sync()
    assert await discrepancies(delivery_id) == ["already_delivered"]
    assert (await invoice_row(invoice_id))["received_by"] == "Caio", "the first one stands"
    assert await count_deliveries() == 2


async def test_what_the_reseller_asks_for_and_is_not_there_is_a_discrepancy(
    depot: Depot, diego: DriversPhone
) -> None:
    await edit_policy(await depot.admin(), Policy(Requirements(document=True, photo=True), due_days=2))
    invoice_id = await depot.invoice()
    await diego.sync()
    (policy,) = diego.rows("delivery_policy")
    assert (policy["is_photo_required"], policy["is_position_required"], policy["due_days"]) == (
        True,
        False,
        2,
    )
    delivery_id, _ = diego.confirm(invoice_id, receiver_document="")
    failed_id, _ = diego.fail(await depot.invoice("901"), photos=[])
    await diego.sync()
    row = await DeliveryDiscrepancy.select().where(DeliveryDiscrepancy.delivery_id == delivery_id).first()
    assert row is not None
    assert msgspec.json.decode(row["facts"]) == {"missing": ["receiver_document", "photo"]}
    assert await discrepancies(failed_id) == [], "nothing was handed over"


async def test_a_withdrawn_delivery_is_kept_and_its_invoice_is_to_be_delivered(
    depot: Depot, diego: DriversPhone
) -> None:
    invoice_id = await depot.invoice()
    diego.fail(invoice_id)
    delivery_id, _ = diego.confirm(invoice_id)
    seq = diego.withdraw(delivery_id)
    await diego.sync()
    assert diego.status(seq) == ("applied", None)
    row = await delivery_row(delivery_id)
    assert (row["withdrawn_reason"], row["withdrawn_at"] is not None) == ("Nota errada", True)
    invoice = await invoice_row(invoice_id)
    assert (invoice["delivery_status"], invoice["received_by"], invoice["last_outcome"]) == (
        "pending",
        "",
        "not_delivered",
    )
    again_id, _ = diego.confirm(invoice_id)
    await diego.sync()
    assert (await delivery_row(again_id))["is_primary"]


async def test_what_cannot_be_recorded_where_it_says_is_kept_raw(
    depot: Depot, diego: DriversPhone, rui: DriversPhone
) -> None:
    _, unknown = diego.confirm(uuid4())
    invoice_id = await depot.invoice()
    own_id, _ = diego.confirm(invoice_id)
    await diego.sync()
    assert diego.status(unknown) == ("quarantined", "invoice_unknown")
    _, taken = rui.confirm(invoice_id, delivery_id=own_id)
    withdrawn = rui.withdraw(own_id)
    await rui.sync()
    assert rui.status(taken) == ("quarantined", "delivery_foreign")
    assert rui.status(withdrawn) == ("quarantined", "delivery_foreign")
    assert (await delivery_row(own_id))["withdrawn_at"] is None


async def test_a_technician_delivers_nothing(
    depot: Depot, diego: DriversPhone, service: object, clock: Clock
) -> None:
    phone = DriversPhone(diego.service, depot.world.tiago, clock)
    await phone.enrol()
    _, seq = phone.confirm(await depot.invoice())
    await phone.sync()
    assert phone.status(seq) == ("quarantined", "not_allowed")
    assert phone.rows("invoice") == []


async def test_the_hash_of_the_proof_is_taken_once_the_image_is_here(
    depot: Depot, diego: DriversPhone, clock: Clock
) -> None:
    invoice_id = await depot.invoice()
    delivery_id, _ = diego.confirm(invoice_id)
    await diego.push()
    assert not await Job.exists().where(Job.kind == HASH_PROOF)
    await store(depot, SIGNATURE, clock)
    assert await Job.exists().where(Job.kind == HASH_PROOF)
    files = MemoryStore()
    await files.put_async(f"{depot.world.reseller_id}/{SIGNATURE}", PNG)
    await take_hash(files, delivery_id, now=clock())
    row = await delivery_row(delivery_id)
    assert row["proof_hash"] == proof_hash(KEY, PNG)
    await take_hash(files, delivery_id, now=clock.forward(hours=1))
    assert await delivery_row(delivery_id) == row, "once"
    await diego.pull()
    assert diego.row("delivery", delivery_id)["files_received"] == 1


async def test_without_an_access_key_there_is_no_hash(
    depot: Depot, diego: DriversPhone, clock: Clock
) -> None:
    delivery_id, _ = diego.confirm(await depot.invoice(access_key=""))
    await diego.push()
    await store(depot, SIGNATURE, clock)
    await take_hash(MemoryStore(), delivery_id, now=clock())
    assert (await delivery_row(delivery_id))["proof_hash"] == ""


async def test_a_file_that_does_not_come_is_put_before_the_office_until_it_does(
    depot: Depot, diego: DriversPhone, clock: Clock
) -> None:
    failed_id, _ = diego.fail(await depot.invoice())
    await diego.push()
    job = ClaimedJob(uuid4(), CHECK_FILES, {"delivery_id": str(failed_id)}, 1, depot.world.reseller_id)
    await check_files(job)
    assert await discrepancies(failed_id) == ["file_missing"]
    await store(depot, PHOTO, clock)
    row = await DeliveryDiscrepancy.select().first()
    assert row is not None
    assert (row["accepted_at"], row["acceptance_note"]) == (clock(), ARRIVED_LATE)


async def ids_seen(phone: DriversPhone) -> set[UUID]:
    await phone.pull()
    return {UUID(row_id) for kind, row_id in phone.base if kind == "invoice"}


async def test_a_driver_sees_the_pending_invoices_of_its_carrier_alone(
    depot: Depot, diego: DriversPhone, rui: DriversPhone, clock: Clock
) -> None:
    own = await depot.invoice("1")
    await depot.invoice("2", carrier_id=None)
    await depot.invoice("3", is_active=False)
    await depot.invoice("4", delivery_status="delivered")
    others = await depot.invoice("5", carrier_id=depot.other_carrier_id)
    assert await ids_seen(diego) == {own}
    assert await ids_seen(rui) == {others}
    assert {kind for kind, _ in diego.base} == {"me", "invoice", "customer"}
    assert diego.rows("customer")[0]["name"] == "Escola São João"
    diego.confirm(own)
    await diego.sync()
    clock.forward(days=3, hours=2)
    assert await ids_seen(diego) == set()
    assert diego.rows("delivery") == []
    assert diego.rows("customer") == []
