"""The conclusion of a visit: form, checklist, readings, parts and signature, all or nothing.

The first visit to be concluded decides its order's status; every other one is kept beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.bridge import messages
from server.bridge.messages import Reading
from server.checklists.questions import read_items
from server.checklists.rules import judge_checklist
from server.customers.tables import Customer
from server.database.phone_rows import clean, clean_json, insert_once
from server.equipment.tables import Equipment, Part
from server.jobs.outbox import enqueue
from server.positions import from_visits
from server.service_orders import orders
from server.service_orders.discrepancies import DiscrepancyKind, Finding
from server.service_orders.parts import PartLine, add_requests
from server.service_orders.rules import OrderChange
from server.service_orders.statuses import PendingReason, Status
from server.service_orders.tables import ChecklistVersion
from server.visits.actions import NewEvent, Position, add_event, arrival_of
from server.visits.conflicts import Effect, Fact
from server.visits.files import CHECK_FILES, EVIDENCE_DUE
from server.visits.meter_readings import NewReading, record_readings
from server.visits.recording import Recorder, Scene, conflict_findings, enter, settle
from server.visits.rules import OrderNow, SignedForm, judge_signature
from server.visits.states import EventKind, Outcome, VisitState
from server.visits.tables import Photo, Visit

STATUS_BY_OUTCOME = {
    Outcome.DONE: Status.DONE,
    Outcome.ATTENDED: Status.ATTENDED,
    Outcome.PENDING: Status.PENDING,
}


@dataclass(frozen=True, slots=True)
class NewSignature:
    """Given (with strokes and an image by its hash) or refused (with a reason)."""

    id: UUID
    signed_at: datetime
    signer_name: str = ""
    signer_document: str = ""
    strokes: Sequence[Any] = ()
    sha256: str = ""
    size: int = 0
    refused_reason: str = ""


@dataclass(frozen=True, slots=True)
class Conclusion:
    event_id: UUID
    visit_id: UUID
    order_id: UUID
    position: Position | None
    outcome: Outcome
    diagnosis: str
    resolution: str
    pending_reason: PendingReason | None
    pending_note: str
    checklist_version_id: UUID | None
    answers: Mapping[str, Any]
    readings: Sequence[NewReading]
    parts_used: Sequence[PartLine]
    part_requests: Sequence[PartLine]
    photo_ids: Sequence[UUID]
    signature: NewSignature
    signed_content: str
    content_hash: str


async def complete_visit(recorder: Recorder, said: Conclusion) -> tuple[str, ...]:
    """A fact; the kinds of the discrepancies that it raises. Raises `order_unknown`, `visit_foreign`."""
    scene = await enter(recorder, said.order_id, said.visit_id)
    is_first = scene.state is not VisitState.COMPLETED
    resolution = scene.resolve(Fact.COMPLETED)
    findings = conflict_findings(scene, resolution)
    findings += await add_event(
        recorder,
        scene,
        NewEvent(said.event_id, said.visit_id, said.order_id, EventKind.COMPLETED, said.position),
    )
    if is_first:
        await _fill_form(recorder, said, is_primary=resolution.effect is Effect.CONCLUDE)
    doubts, recorded = await record_readings(
        recorder, scene.order["customer_id"], said.visit_id, said.readings
    )
    findings += doubts
    findings += await _judge_checklist(recorder, scene, said)
    findings += await _judge_signature(scene, said)
    findings += await _missing_photos(said)
    await _record_parts(recorder, scene, said)
    await _record_signature(recorder, said)
    if resolution.effect is Effect.CONCLUDE:
        await _conclude_order(recorder, scene, said, recorded)
    if is_first:
        await from_visits.visit_concluded(recorder.reseller_id, scene.order["customer_id"])
    await messages.readings_taken(recorder.tx, recorder.reseller_id, recorded, recorder.received_at)
    await enqueue(
        CHECK_FILES,
        {"visit_id": said.visit_id},
        dedupe_key=f"{CHECK_FILES}:{said.visit_id}",
        reseller_id=recorder.reseller_id,
        run_at=recorder.received_at + EVIDENCE_DUE,
    )
    return await settle(recorder, scene, said.visit_id, findings)


async def _fill_form(recorder: Recorder, said: Conclusion, *, is_primary: bool) -> None:
    await Visit.update(
        {
            Visit.is_primary: is_primary,
            Visit.outcome: said.outcome.value,
            Visit.diagnosis: clean(said.diagnosis),
            Visit.resolution: clean(said.resolution),
            Visit.pending_reason: said.pending_reason.value if said.pending_reason else None,
            Visit.pending_note: clean(said.pending_note),
            Visit.checklist_version_id: said.checklist_version_id,
            Visit.checklist_answers: clean_json(said.answers),
            Visit.received_at: recorder.received_at,
            Visit.signed_content: said.signed_content.replace("\x00", ""),
            Visit.content_hash: said.content_hash,
        }
    ).where(Visit.id == said.visit_id)


async def _conclude_order(
    recorder: Recorder, scene: Scene, said: Conclusion, recorded: Sequence[Reading]
) -> None:
    reason = said.pending_reason if said.outcome is Outcome.PENDING else None
    after = {"status": STATUS_BY_OUTCOME[said.outcome], "pending_reason": reason}
    await orders.write(
        recorder.tx,
        scene.order,
        OrderChange({"status": scene.status}, after),
        recorder.author,
        recorder.when,
        "status",
        note=clean(said.pending_note),
        ended_at=recorder.estimated_at,
        tells_ilux=False,
    )
    texts = {"diagnosis": clean(said.diagnosis), "resolution": clean(said.resolution)}
    await messages.visit_concluded(
        recorder.tx,
        scene.order,
        said.visit_id,
        STATUS_BY_OUTCOME[said.outcome].value,
        texts,
        recorded,
        recorder.estimated_at,
        recorder.received_at,
    )


async def _record_parts(recorder: Recorder, scene: Scene, said: Conclusion) -> None:
    used: list[UUID] = []
    for line in said.parts_used:
        is_new = await insert_once(
            recorder.tx,
            "part_usage",
            id=line.id,
            reseller_id=recorder.reseller_id,
            visit_id=said.visit_id,
            part_id=line.part_id,
            description=clean(line.description, 200),
            quantity=line.quantity,
        )
        if is_new and line.part_id is not None:
            used.append(line.part_id)
    for part_id in sorted(set(used)):  # always in this order, so that two conclusions cannot deadlock
        await Part.update({Part.use_count: Part.use_count + used.count(part_id)}).where(
            Part.id == part_id, Part.reseller_id == recorder.reseller_id
        )
    await add_requests(
        recorder.tx,
        scene.order,
        said.part_requests,
        recorder.author,
        recorder.when,
        visit_id=said.visit_id,
    )


async def _record_signature(recorder: Recorder, said: Conclusion) -> None:
    given = said.signature
    await insert_once(
        recorder.tx,
        "signature",
        id=given.id,
        reseller_id=recorder.reseller_id,
        visit_id=said.visit_id,
        signer_name=clean(given.signer_name, 120),
        signer_document=clean(given.signer_document, 20),
        refused_reason=clean(given.refused_reason, 200),
        strokes=clean_json(given.strokes),
        sha256=given.sha256,
        size=given.size,
        content_hash=said.content_hash,
        signed_at=given.signed_at,
        file_at=await arrival_of(recorder, given.sha256) if given.sha256 else None,
    )


async def _judge_checklist(recorder: Recorder, scene: Scene, said: Conclusion) -> list[Finding]:
    if said.checklist_version_id is None:
        is_asked = scene.order["checklist_version_id"] is not None
        return [Finding(DiscrepancyKind.CHECKLIST_INCOMPLETE, {"questions": []})] if is_asked else []
    version = (
        await ChecklistVersion.select(ChecklistVersion.items)
        .where(
            ChecklistVersion.id == said.checklist_version_id,
            ChecklistVersion.reseller_id == recorder.reseller_id,
        )
        .first()
    )
    if version is None:
        facts = {"version_id": said.checklist_version_id}
        return [Finding(DiscrepancyKind.CHECKLIST_INCOMPLETE, facts)]
    return judge_checklist(read_items(version["items"]), said.answers, await _pictured(said))


async def _pictured(said: Conclusion) -> frozenset[str]:
    """The questions that a photo of this visit answers, whether its file is here or on its way."""
    rows = await Photo.select(Photo.question_key).where(
        Photo.visit_id == said.visit_id, Photo.withdrawn_at.is_null(), Photo.question_key != ""
    )
    return frozenset(row["question_key"] for row in rows)


async def _judge_signature(scene: Scene, said: Conclusion) -> list[Finding]:
    customer = await Customer.select(Customer.name).where(Customer.id == scene.order["customer_id"]).first()
    machine = (
        await Equipment.select(Equipment.serial_number)
        .where(Equipment.id == scene.order["equipment_id"])
        .first()
        if scene.order["equipment_id"]
        else None
    )
    given = said.signature
    form = SignedForm(
        visit_id=said.visit_id,
        order_id=said.order_id,
        outcome=said.outcome.value,
        diagnosis=said.diagnosis,
        resolution=said.resolution,
        readings=[(reading.counters.mono, reading.counters.color) for reading in said.readings],
        parts=[(line.description, line.quantity) for line in said.parts_used],
        signer_name=given.signer_name or None,
        signer_document=given.signer_document or None,
    )
    now = OrderNow(
        scene.order["web_number"],
        customer["name"] if customer else "",
        machine["serial_number"] if machine else None,
    )
    return judge_signature(said.signed_content, said.content_hash, form, now)


async def _missing_photos(said: Conclusion) -> list[Finding]:
    """Photos that the conclusion names and no mutation brought, as when that one lies in quarantine."""
    if not said.photo_ids:
        return []
    known = set(
        await Photo.select(Photo.id)
        .where(Photo.visit_id == said.visit_id, Photo.id.is_in(list(said.photo_ids)))
        .output(as_list=True)
    )
    missing = [photo_id for photo_id in said.photo_ids if photo_id not in known]
    return [Finding(DiscrepancyKind.FILE_MISSING, {"photo_ids": missing})] if missing else []
