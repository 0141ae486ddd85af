"""Files of deliveries: they arrive in their own lane, before or long after the facts that name them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from piccolo_conf import DB
from server.database import Transaction
from server.deliveries import notices, proof
from server.deliveries.discrepancies import DiscrepancyKind, Finding
from server.deliveries.recording import raise_discrepancies
from server.deliveries.tables import Delivery, DeliveryDiscrepancy, DeliveryFile
from server.jobs.registry import ClaimedJob, handles

CHECK_FILES = "delivery_files"
FILES_DUE = timedelta(hours=24)
ARRIVED_LATE = "O arquivo chegou depois."


async def file_stored(tx: Transaction, reseller_id: UUID, sha256: str, *, now: datetime) -> None:
    """A verified file is here: mark what names it, wish for the proof's hash, settle what was missing."""
    marked = (
        await DeliveryFile.update({DeliveryFile.file_at: now})
        .where(
            DeliveryFile.reseller_id == reseller_id,
            DeliveryFile.sha256 == sha256,
            DeliveryFile.file_at.is_null(),
        )
        .returning(DeliveryFile.delivery_id)
    )
    for delivery_id in {row["delivery_id"] for row in marked}:
        delivery = (
            await Delivery.select(Delivery.invoice_id, Delivery.proof_sha256)
            .where(Delivery.id == delivery_id)
            .first()
        )
        assert delivery is not None
        if delivery["proof_sha256"] == sha256:
            await proof.wish_for_hash(tx, reseller_id, delivery_id)
        if not await _missing(delivery_id):
            await _settle_missing(delivery_id, now)
        await notices.tell(reseller_id, delivery["invoice_id"])


@handles(CHECK_FILES)
async def check_files(job: ClaimedJob) -> None:
    """A day after the delivery all of its files should be here; what is not is put before the office."""
    delivery_id, now = UUID(job.payload["delivery_id"]), datetime.now(UTC)
    async with DB.transaction() as tx:
        delivery = await Delivery.select().where(Delivery.id == delivery_id).first()
        missing = await _missing(delivery_id)
        if delivery is None or not missing:
            return
        finding = Finding(DiscrepancyKind.FILE_MISSING, {"sha256": missing})
        await raise_discrepancies(tx, delivery["reseller_id"], delivery_id, [finding], now)
        await notices.tell(delivery["reseller_id"], delivery["invoice_id"])


async def _missing(delivery_id: UUID) -> list[str]:
    found: list[str] = (
        await DeliveryFile.select(DeliveryFile.sha256)
        .where(DeliveryFile.delivery_id == delivery_id, DeliveryFile.file_at.is_null())
        .order_by(DeliveryFile.sha256)
        .output(as_list=True)
    )
    return found


async def _settle_missing(delivery_id: UUID, now: datetime) -> None:
    await DeliveryDiscrepancy.update(
        {DeliveryDiscrepancy.accepted_at: now, DeliveryDiscrepancy.acceptance_note: ARRIVED_LATE}
    ).where(
        DeliveryDiscrepancy.delivery_id == delivery_id,
        DeliveryDiscrepancy.kind == DiscrepancyKind.FILE_MISSING.value,
        DeliveryDiscrepancy.accepted_at.is_null(),
    )
