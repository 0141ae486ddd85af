"""Files of visits: they arrive in their own lane, before or long after the facts that name them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from piccolo_conf import DB
from server.database import Transaction
from server.jobs.registry import ClaimedJob, handles
from server.service_orders import notices, orders
from server.service_orders.discrepancies import DiscrepancyKind, Finding
from server.service_orders.history import Author, When
from server.service_orders.reconciliation import raise_discrepancies
from server.service_orders.statuses import Source
from server.service_orders.tables import Discrepancy
from server.visits.evidence import evidence_of
from server.visits.tables import Photo, Signature, Visit

CHECK_FILES = "visit_files"
EVIDENCE_DUE = timedelta(hours=24)
ARRIVED_LATE = "O arquivo chegou depois."
PORTAL = Author(None, "Portal", Source.WEB)


async def file_stored(tx: Transaction, reseller_id: UUID, sha256: str, *, now: datetime) -> None:
    """A verified file is here: mark whatever names it, and settle what was said to be missing."""
    photos = (
        await Photo.update({Photo.file_at: now})
        .where(Photo.reseller_id == reseller_id, Photo.sha256 == sha256, Photo.file_at.is_null())
        .returning(Photo.visit_id)
    )
    signatures = (
        await Signature.update({Signature.file_at: now})
        .where(Signature.reseller_id == reseller_id, Signature.sha256 == sha256, Signature.file_at.is_null())
        .returning(Signature.visit_id)
    )
    for visit_id in {row["visit_id"] for row in (*photos, *signatures)}:
        if not await _missing(tx, visit_id):
            await _settle_missing(visit_id, now)
        await notices.tell_desk(reseller_id, visit_id=visit_id)


@handles(CHECK_FILES)
async def check_files(job: ClaimedJob) -> None:
    """A day after the conclusion all evidence should be here; what is not is put before the office."""
    visit_id, now = UUID(job.payload["visit_id"]), datetime.now(UTC)
    async with DB.transaction() as tx:
        visit = await Visit.select().where(Visit.id == visit_id).first()
        if visit is None:
            return
        await orders.lock_order(tx, visit["reseller_id"], visit["service_order_id"])
        missing = await _missing(tx, visit_id)
        if not missing:
            return
        finding = Finding(DiscrepancyKind.FILE_MISSING, {"sha256": sorted(missing)})
        await raise_discrepancies(
            tx, visit["reseller_id"], visit["service_order_id"], visit_id, [finding], PORTAL, When.now(now)
        )
        await notices.tell_desk(visit["reseller_id"], visit_id=visit_id)


async def _missing(tx: Transaction, visit_id: UUID) -> Iterable[str]:
    evidence = (await evidence_of(tx, DB.dialect, [visit_id]))[visit_id]
    return {sha256 for sha256, arrived_at in evidence.files if arrived_at is None}


async def _settle_missing(visit_id: UUID, now: datetime) -> None:
    await Discrepancy.update({Discrepancy.accepted_at: now, Discrepancy.acceptance_note: ARRIVED_LATE}).where(
        Discrepancy.visit_id == visit_id,
        Discrepancy.kind == DiscrepancyKind.FILE_MISSING.value,
        Discrepancy.accepted_at.is_null(),
    )
