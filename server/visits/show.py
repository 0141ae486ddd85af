"""One visit as its page and its report show it: five queries, put together."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import msgspec

from piccolo_conf import DB
from server.checklists.questions import read_items
from server.checklists.rules import ChecklistItem, is_bad, wants_photo
from server.database import Transaction
from server.service_orders.rows import CUSTOMER_FIELDS, EQUIPMENT_FIELDS, customer_of, equipment_of
from server.service_orders.statuses import Status
from server.service_orders.tables import ChecklistVersion
from server.tracking.chunks import read_track
from server.tracking.show import travel_of
from server.visits.evidence import Evidence, SignatureRecord, evidence_of
from server.visits.rules import CLOCK_TOLERANCE_MS
from server.visits.states import EVENT_NAMES, EventKind, Outcome, VisitState
from server.visits.tables import Visit
from server.visits.views import (
    AnswerView,
    PartUsageView,
    PhotoView,
    ReadingView,
    ReceiptView,
    SignatureView,
    TimelineEntry,
    VisitDetail,
    VisitOrder,
)

SLOT_NAMES = {
    "before": "Antes",
    "after": "Depois",
    "meter": "Contador",
    "part": "Peça",
    "other": "Outra",
}

_OWN_FIELDS = (
    "id", "technician_id", "technician_name", "state", "outcome", "is_primary", "diagnosis", "resolution",
    "pending_reason", "pending_note", "started_at", "ended_at", "received_at", "ilux_at", "content_hash",
    "signed_content",
)  # fmt: skip
_OTHER_FIELDS = (
    "client_id", "checklist_version_id", "checklist_answers", "travel_started_at", "arrived_at",
    "distance_km", "distance_method", "travel_minutes", "arrival_distance_m",
)  # fmt: skip
_ORDER_FIELDS = tuple(VisitOrder.__dataclass_fields__)
_order: Any = Visit.service_order_id
_equipment: Any = _order.equipment_id
COLUMNS = (
    *(getattr(Visit, name) for name in (*_OWN_FIELDS, *_OTHER_FIELDS)),
    Visit.reseller_id.arrival_near_m.as_alias("near_m"),
    *(getattr(_order, name).as_alias(f"order.{name}") for name in _ORDER_FIELDS),
    *(getattr(_order.customer_id, name).as_alias(f"customer.{name}") for name in CUSTOMER_FIELDS),
    *(getattr(_equipment, name).as_alias(f"equipment.{name}") for name in EQUIPMENT_FIELDS),
)


async def complete_detail(tx: Transaction, row: dict[str, Any]) -> VisitDetail:
    """`row` holds `COLUMNS` of a visit that may be seen."""
    visit_id: UUID = row["id"]
    evidence = (await evidence_of(tx, DB.dialect, [visit_id], with_strokes=True))[visit_id]
    equipment = equipment_of(row)
    own = {name: row[name] for name in _OWN_FIELDS}
    own.update(state=VisitState(row["state"]), outcome=Outcome(row["outcome"]) if row["outcome"] else None)
    checklist_name, checklist = await _checklist(row)
    files = evidence.files
    order = {name: row[f"order.{name}"] for name in _ORDER_FIELDS}
    order["status"] = Status(order["status"])
    return VisitDetail(
        **own,
        order=VisitOrder(**order),
        customer=customer_of(row),
        equipment=equipment,
        files_expected=len(files),
        files_received=sum(arrived is not None for _, arrived in files),
        timeline=_timeline(evidence),
        travel=travel_of(row, await read_track(tx, visit_id)),
        photos=_photos(evidence),
        signature=_signature(evidence.signature, row["signed_content"]),
        readings=tuple(
            ReadingView(
                reading.id,
                reading.equipment_id,
                equipment.serial_number if equipment and equipment.id == reading.equipment_id else None,
                reading.mono,
                reading.color,
                reading.read_at,
                reading.is_lower,
                reading.is_implausible,
            )
            for reading in evidence.readings
        ),
        parts_used=tuple(
            PartUsageView(used.id, used.part_id, used.description, used.quantity)
            for used in evidence.parts_used
        ),
        part_requests=tuple(evidence.part_requests),
        checklist_name=checklist_name,
        checklist=checklist,
        discrepancies=tuple(evidence.discrepancies),
        receipts=await _receipts(tx, visit_id, row["client_id"], evidence),
    )


def _timeline(evidence: Evidence) -> tuple[TimelineEntry, ...]:
    return tuple(
        TimelineEntry(
            id=event.id,
            kind=EventKind(event.kind),
            name=EVENT_NAMES[EventKind(event.kind)],
            device_at=event.occurred_at,
            received_at=event.received_at,
            clock_offset_ms=event.clock_offset_ms,
            is_clock_off=abs(event.clock_offset_ms or 0) > CLOCK_TOLERANCE_MS,
            latitude=event.latitude,
            longitude=event.longitude,
            accuracy_m=event.accuracy_m,
            note=event.note,
        )
        for event in evidence.events
    )


def _photos(evidence: Evidence) -> tuple[PhotoView, ...]:
    return tuple(
        PhotoView(
            id=photo.id,
            sha256=photo.sha256,
            size=photo.size,
            content_type=photo.content_type,
            slot=photo.slot,
            slot_name=SLOT_NAMES.get(photo.slot, SLOT_NAMES["other"]),
            caption=photo.caption,
            question_key=photo.question_key,
            taken_at=photo.taken_at,
            has_file=photo.file_at is not None,
            withdrawn_at=photo.withdrawn_at,
            withdrawn_reason=photo.withdrawn_reason,
        )
        for photo in evidence.photos
    )


def _signature(given: SignatureRecord | None, signed_content: str) -> SignatureView | None:
    if given is None:
        return None
    return SignatureView(
        id=given.id,
        signer_name=given.signer_name,
        signer_document=given.signer_document,
        refused_reason=given.refused_reason,
        signed_at=given.signed_at,
        sha256=given.sha256,
        has_file=given.file_at is not None,
        content_hash=given.content_hash,
        is_intact=hashlib.sha256(signed_content.encode()).hexdigest() == given.content_hash,
        strokes=tuple(given.strokes),
    )


async def _checklist(row: dict[str, Any]) -> tuple[str, tuple[AnswerView, ...]]:
    """The questions of the version that was filled, with the answers."""
    if row["checklist_version_id"] is None:
        return "", ()
    version = (
        await ChecklistVersion.select(ChecklistVersion.name, ChecklistVersion.items)
        .where(ChecklistVersion.id == row["checklist_version_id"])
        .first()
    )
    answers: dict[str, Any] = msgspec.json.decode(row["checklist_answers"])
    if version is None:
        return "", tuple(AnswerView(key, key, "text", False, answer) for key, answer in answers.items())
    return version["name"], tuple(
        _answer(item, answers.get(item.key)) for item in read_items(version["items"])
    )


def _answer(item: ChecklistItem, answer: Any) -> AnswerView:
    return AnswerView(
        key=item.key,
        label=item.label,
        type=item.type,
        is_required=item.is_required,
        answer=answer,
        unit=item.unit,
        is_bad=is_bad(item, answer),
        wants_photo=wants_photo(item, answer),
    )


async def _receipts(
    tx: Transaction, visit_id: UUID, client_id: UUID | None, evidence: Evidence
) -> tuple[ReceiptView, ...]:
    """The mutations that named this visit, from its first recorded fact on."""
    numbers = [event.client_seq for event in evidence.events if event.client_seq is not None]
    if client_id is None or not numbers:
        return ()
    found = await tx.fetch(
        "select seq, name, status, code, occurred_at, received_at from sync_mutation"
        " where client_id = $1 and seq >= $2 and received_json like $3 order by seq",
        client_id,
        min(numbers),
        f"%{visit_id}%",
    )
    return tuple(ReceiptView(*receipt) for receipt in found)
