"""Distances and last positions: computed again whenever a fact or a fix of the travel arrives late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from offline_sync.store.values import marks, statements
from piccolo_conf import DB
from server.database import Transaction, held
from server.jobs.outbox import enqueue
from server.jobs.registry import ClaimedJob, handles
from server.service_orders.notices import tell_desk
from server.tracking.chunks import read_track
from server.tracking.places import places_of
from server.tracking.rules import Distance, Fix, Gap, Travel, filter_fixes, from_ms, measure
from server.visits.states import VisitState
from server.visits.tables import Visit
from server.web.live import publish

MEASURE_TRAVEL = "visit_travel"
CLOCK_AHEAD = timedelta(minutes=5)  # a fix from farther in the future would stay the newest for ever


def positions_topic(reseller_id: UUID) -> str:
    """Told when somebody's last position is a new one."""
    return f"reseller:{reseller_id}:positions"


async def travel_changed(tx: Transaction, reseller_id: UUID, visit_id: UUID) -> None:
    """The distance anew, inside the caller's transaction, which holds the visit."""
    if await tx.fetch("SELECT 1 FROM sync_track_chunk WHERE stream = $1 LIMIT 1", visit_id):
        await _leave_to_worker(reseller_id, visit_id)
    else:
        await _measure(tx, visit_id, [], [])


async def _leave_to_worker(reseller_id: UUID, visit_id: UUID) -> None:
    """A track takes long to read; often asked, once done."""
    await enqueue(
        MEASURE_TRAVEL,
        {"visit_id": visit_id},
        dedupe_key=f"{MEASURE_TRAVEL}:{visit_id}",
        reseller_id=reseller_id,
    )


@dataclass(frozen=True, slots=True)
class TrackedVisit:
    technician_id: UUID
    is_travelling: bool


@dataclass(frozen=True, slots=True)
class NewTrack:
    """Fixes that have just come, perhaps before the visit that they belong to."""

    reseller_id: UUID
    technician_id: UUID
    visit_id: UUID
    fixes: Sequence[Fix]


async def tracked_visits(tx: Transaction, visit_ids: Sequence[UUID]) -> dict[UUID, TrackedVisit]:
    """Those that the portal has heard of; each is asked for once a transaction."""
    kept = tx.root.kept
    unknown = [one for one in dict.fromkeys(visit_ids) if ("tracked", one) not in kept]
    if unknown:
        rows = await tx.fetch(
            f"SELECT id, technician_id, state FROM visit WHERE id IN ({marks(unknown)})", *unknown
        )
        found = {
            visit_id: TrackedVisit(technician_id, state == VisitState.TRAVELLING)
            for visit_id, technician_id, state in rows
        }
        kept.update({("tracked", one): found.get(one) for one in unknown})
    visits = {one: kept["tracked", one] for one in visit_ids}
    return {one: visit for one, visit in visits.items() if visit is not None}


async def tracks_stored(tx: Transaction, tracks: Sequence[NewTrack], *, now: datetime) -> None:
    """The last positions, and a distance for each that came after its travel."""
    positions = []
    for track in tracks:
        line = filter_fixes(track.fixes)
        if line:
            newest = line[-1]
            owner = track.reseller_id, track.technician_id, track.visit_id
            positions.append(Position(*owner, newest.point, newest.accuracy_m, from_ms(newest.at_ms)))
    await note_positions(tx, positions, now)
    visits = await tracked_visits(tx, [track.visit_id for track in tracks])
    for track in tracks:
        visit = visits.get(track.visit_id)
        # On the way a phone sends every ten seconds, and nobody needs the distance yet: whatever ends the
        # travel has it measured (`travel_changed`), and so does what arrives after that.
        if visit is None or not visit.is_travelling:
            await _leave_to_worker(track.reseller_id, track.visit_id)


@dataclass(frozen=True, slots=True)
class Position:
    reseller_id: UUID
    technician_id: UUID
    visit_id: UUID
    point: tuple[float, float]
    accuracy_m: float
    fixed_at: datetime


async def note_positions(tx: Transaction, positions: Sequence[Position], received_at: datetime) -> None:
    """Each technician's last position, unless a newer one is known."""
    newest: dict[UUID, Position] = {}
    for position in sorted(positions, key=lambda one: one.fixed_at):
        if position.fixed_at <= received_at + CLOCK_AHEAD:
            newest[position.technician_id] = position
    # Always in this order, so that two transactions cannot deadlock.
    rows = [
        (
            uuid7(),
            position.reseller_id,
            position.technician_id,
            position.visit_id,
            *position.point,
            position.accuracy_m,
            position.fixed_at,
            received_at,
        )
        for _, position in sorted(newest.items())
    ]
    for values, args in statements(rows):
        is_news = await tx.execute(
            "INSERT INTO last_position (id, reseller_id, technician_id, visit_id, latitude, longitude,"
            f" accuracy_m, fixed_at, received_at) VALUES {values}"
            " ON CONFLICT (technician_id) DO UPDATE SET visit_id = excluded.visit_id,"
            " latitude = excluded.latitude, longitude = excluded.longitude, accuracy_m = excluded.accuracy_m,"
            " fixed_at = excluded.fixed_at, received_at = excluded.received_at"
            " WHERE last_position.fixed_at < excluded.fixed_at",
            *args,
        )
        if is_news:
            await publish(*(positions_topic(one) for one in {position.reseller_id for position in positions}))


@handles(MEASURE_TRAVEL)
async def measure_travel(job: ClaimedJob) -> None:
    await measure_visit(UUID(job.payload["visit_id"]))


async def measure_visit(visit_id: UUID) -> None:
    """Write distance, method and minutes where they differ: each write moves the phone's view."""
    async with DB.transaction() as tx:
        if await held.hold(tx, Visit, visit_id) is None:
            return
        track = await read_track(tx, visit_id)
        if not track.is_thinned:  # the distance was measured of what it was
            await _measure(tx, visit_id, track.fixes, track.gaps)


async def _measure(tx: Transaction, visit_id: UUID, fixes: Sequence[Fix], gaps: Sequence[Gap]) -> None:
    visit = await held.hold(tx, Visit, visit_id)
    assert visit is not None
    columns = _columns(measure(fixes, gaps, await _travel(tx, visit)))
    if any(visit[name] != value for name, value in columns.items()):
        held.write(tx, Visit, visit_id, columns)
        await tell_desk(visit["reseller_id"], visit_id=visit_id)


async def _travel(tx: Transaction, visit: dict[str, Any]) -> Travel:
    points = {place.kind: place.point for place in await places_of(tx, visit["id"])}
    return Travel(
        visit["travel_started_at"],
        visit["arrived_at"],
        points.get("travel_started"),
        points.get("arrived"),
    )


def _columns(distance: Distance) -> dict[str, Any]:
    return {
        "distance_km": distance.km,
        "distance_method": distance.method.value,
        "travel_minutes": distance.minutes,
    }
