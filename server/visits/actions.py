"""The only writer of visits, for what a technician records from the selection to the photos.

The conclusion is in `completion`. Every function runs inside the transaction of one mutation and may be
repeated: rows carry ids that were made on the phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.customers.tables import Customer
from server.database import held
from server.database.phone_rows import clean, insert_once
from server.problems import Problem
from server.service_orders import orders
from server.service_orders.discrepancies import DiscrepancyKind, Finding
from server.service_orders.rules import OrderChange
from server.service_orders.statuses import STATUS_NAMES, Status
from server.tracking.actions import Position as LastPosition
from server.tracking.actions import note_positions, travel_changed
from server.tracking.places import add_place, places_of
from server.tracking.rules import Place, roughly_metres
from server.tracking.sharing import refusing
from server.visits.conflicts import Effect, Fact
from server.visits.departures import set_out
from server.visits.recording import Recorder, Scene, conflict_findings, ensure_visit, enter, settle
from server.visits.rules import judge_clock, judge_travel
from server.visits.states import ENDED, EventKind, VisitState, furthest, is_nonsense
from server.visits.sums import add_up
from server.visits.tables import Photo, Visit

_TIMES = {
    EventKind.TRAVEL_STARTED: "travel_started_at",
    EventKind.ARRIVED: "arrived_at",
    EventKind.WORK_STARTED: "work_started_at",
    EventKind.WORK_FINISHED: "work_finished_at",
}
_MOVES_TRAVEL = {EventKind.TRAVEL_STARTED, EventKind.ARRIVED, EventKind.COMPLETED}


@dataclass(frozen=True, slots=True)
class Position:
    """Where the phone was; metres of accuracy."""

    latitude: float
    longitude: float
    accuracy_m: float
    fixed_at: datetime


@dataclass(frozen=True, slots=True)
class NewEvent:
    id: UUID
    visit_id: UUID
    order_id: UUID
    kind: EventKind
    position: Position | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A picture named by its hash; the file may come later."""

    id: UUID
    visit_id: UUID
    order_id: UUID
    sha256: str
    size: int
    content_type: str
    width: int | None
    height: int | None
    slot: str
    caption: str
    taken_at: datetime
    question_key: str = ""


async def select_visit(recorder: Recorder, event: NewEvent) -> tuple[str, ...]:
    """An intent. Raises `order_not_yours` and `order_closed`, and `order_unknown`, `visit_foreign`."""
    scene = await enter(recorder, event.order_id, event.visit_id)
    refusal = scene.resolve(Fact.SELECTED).refusal
    if refusal is not None:
        raise Problem(refusal, number=scene.order["web_number"], before=STATUS_NAMES[scene.status])
    findings = await add_event(recorder, scene, event)
    return await settle(recorder, scene, event.visit_id, findings)


async def record_event(recorder: Recorder, event: NewEvent) -> tuple[str, ...]:
    """A fact; the kinds of the discrepancies that it raises. Raises `order_unknown`, `visit_foreign`."""
    scene = await enter(recorder, event.order_id, event.visit_id)
    resolution = scene.resolve(Fact.of(event.kind))
    findings = conflict_findings(scene, resolution) + await add_event(recorder, scene, event)
    await _move_order(recorder, scene, resolution.effect, event)
    return await settle(recorder, scene, event.visit_id, findings)


async def attach_photo(recorder: Recorder, photo: NewPhoto) -> tuple[str, ...]:
    """A fact. Raises `order_unknown`, `visit_foreign`."""
    scene = await enter(recorder, photo.order_id, photo.visit_id)
    findings = conflict_findings(scene, scene.resolve(Fact.PHOTO))
    await ensure_visit(recorder, scene, photo.visit_id)
    await insert_once(
        recorder.tx,
        "photo",
        id=photo.id,
        reseller_id=recorder.reseller_id,
        visit_id=photo.visit_id,
        sha256=photo.sha256,
        size=photo.size,
        content_type=photo.content_type,
        width=photo.width,
        height=photo.height,
        slot=photo.slot,
        caption=clean(photo.caption, 200),
        question_key=clean(photo.question_key, 40),
        taken_at=photo.taken_at,
        file_at=await arrival_of(recorder, photo.sha256),
    )
    return await settle(recorder, scene, photo.visit_id, findings)


async def withdraw_photo(recorder: Recorder, photo_id: UUID, visit_id: UUID, reason: str) -> None:
    """An intent: hidden from the report, and kept. Raises `photo_unknown`, `visit_closed`."""
    visit = await Visit.select().where(Visit.id == visit_id).first()
    if visit is None:
        raise Problem("photo_unknown")
    scene = await enter(recorder, visit["service_order_id"], visit_id)
    if scene.state is VisitState.COMPLETED:
        raise Problem("visit_closed")
    withdrawn = (
        await Photo.update(
            {Photo.withdrawn_at: recorder.received_at, Photo.withdrawn_reason: clean(reason, 200)}
        )
        .where(Photo.id == photo_id, Photo.visit_id == visit_id, Photo.withdrawn_at.is_null())
        .returning(Photo.id)
    )
    if not withdrawn and not await Photo.exists().where(Photo.id == photo_id, Photo.visit_id == visit_id):
        raise Problem("photo_unknown")
    await settle(recorder, scene, visit_id, [])


async def add_event(recorder: Recorder, scene: Scene, event: NewEvent) -> list[Finding]:
    """The fact on the timeline and the visit where it leads to; what is odd about it. Once per event id."""
    visit = await ensure_visit(recorder, scene, event.visit_id)
    where = event.position
    is_new = await insert_once(
        recorder.tx,
        "visit_event",
        id=event.id,
        reseller_id=recorder.reseller_id,
        visit_id=event.visit_id,
        kind=event.kind.value,
        occurred_at=recorder.occurred_at,
        received_at=recorder.received_at,
        clock_offset_ms=recorder.clock_offset_ms,
        mono_ms=recorder.mono_ms,
        boot_id=recorder.boot_id,
        client_seq=recorder.seq,
        latitude=where.latitude if where else None,
        longitude=where.longitude if where else None,
        accuracy_m=where.accuracy_m if where else None,
        note=clean(event.note),
    )
    if not is_new:
        return []
    await _advance(recorder, scene, visit, event)
    findings = judge_clock(recorder.clock_offset_ms)
    if is_nonsense(scene.state, event.kind):
        findings.append(
            Finding(DiscrepancyKind.INVALID_TRANSITION, {"state": scene.state, "event": event.kind})
        )
    if where is not None:
        place = Place(
            event.kind.value, recorder.occurred_at, where.latitude, where.longitude, where.accuracy_m
        )
        add_place(recorder.tx, event.visit_id, place)
        findings += judge_travel(await places_of(recorder.tx, event.visit_id))
        # The step keeps its place, which proves the service; where the technician *is* may be refused.
        if not await refusing(recorder.tx, [recorder.technician_id]):
            last = LastPosition(
                recorder.reseller_id,
                recorder.technician_id,
                event.visit_id,
                (where.latitude, where.longitude),
                where.accuracy_m,
                where.fixed_at,
            )
            await note_positions(recorder.tx, [last], recorder.received_at)
    # A track that came during the travel is measured when whatever fact ends that.
    ends_travel = (
        scene.state is VisitState.TRAVELLING and furthest(scene.state, event.kind) is not scene.state
    )
    if event.kind in _MOVES_TRAVEL or ends_travel:
        await travel_changed(recorder.tx, recorder.reseller_id, event.visit_id)
    if event.kind is EventKind.TRAVEL_STARTED:
        await set_out(recorder, scene, visit)
    return findings


async def arrival_of(recorder: Recorder, sha256: str) -> datetime | None:
    """When the file was stored, if it was quicker than the mutation that names it."""
    rows = await recorder.tx.fetch(
        "SELECT stored_at FROM sync_file WHERE reseller_id = $1 AND sha256 = $2",
        recorder.reseller_id,
        sha256,
    )
    return rows[0][0] if rows else None


async def _advance(recorder: Recorder, scene: Scene, visit: dict[str, Any], event: NewEvent) -> None:
    state = furthest(scene.state, event.kind)
    columns: dict[str, Any] = {}
    if state is not scene.state:
        columns["state"] = state.value
    if recorder.estimated_at < visit["started_at"]:
        columns["started_at"] = recorder.estimated_at
    time = _TIMES.get(event.kind)
    if time is not None and visit[time] is None:
        columns[time] = recorder.occurred_at
    if state in ENDED and visit["ended_at"] is None:
        columns["ended_at"] = recorder.estimated_at
    if event.kind is EventKind.ARRIVED and event.position and visit["arrival_distance_m"] is None:
        columns["arrival_distance_m"] = await _distance_to_customer(recorder, scene, event.position)
    if columns:
        held.write(recorder.tx, Visit, event.visit_id, columns)
        add_up(recorder.tx, scene.order, scene.state, state, columns)


async def _distance_to_customer(recorder: Recorder, scene: Scene, where: Position) -> int | None:
    customer = await held.glance(recorder.tx, Customer, scene.order["customer_id"])
    if customer is None or customer["latitude"] is None or customer["longitude"] is None:
        return None
    there = (customer["latitude"], customer["longitude"])
    return round(roughly_metres((where.latitude, where.longitude), there))


async def _move_order(recorder: Recorder, scene: Scene, effect: Effect, event: NewEvent) -> None:
    after = {Effect.SERVE: Status.IN_SERVICE, Effect.RELEASE: Status.DISPATCHED}.get(effect)
    if after is None:
        return
    change = OrderChange({"status": scene.status}, {"status": after, "pending_reason": None})
    await orders.write(
        recorder.tx, scene.order, change, recorder.author, recorder.when, "status", note=clean(event.note)
    )
