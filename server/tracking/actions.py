"""Distances and last positions: computed again whenever a fact or a fix of the travel arrives late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
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


async def tracked_visit(tx: Transaction, visit_id: UUID) -> TrackedVisit | None:
    """Asked once a transaction; None while the portal has not heard of that visit."""
    kept, key = tx.root.kept, ("tracked", visit_id)
    if key not in kept:
        rows = await tx.fetch("SELECT technician_id, state FROM visit WHERE id = $1", visit_id)
        kept[key] = TrackedVisit(rows[0][0], rows[0][1] == VisitState.TRAVELLING) if rows else None
    visit: TrackedVisit | None = kept[key]
    return visit


async def track_stored(
    tx: Transaction,
    reseller_id: UUID,
    technician_id: UUID,
    visit_id: UUID,
    fixes: Sequence[Fix],
    *,
    now: datetime,
) -> None:
    """Positions arrived, perhaps before the visit that they belong to."""
    line = filter_fixes(fixes)
    if line:
        newest = line[-1]
        await note_position(
            tx,
            reseller_id,
            technician_id,
            visit_id,
            newest.point,
            newest.accuracy_m,
            from_ms(newest.at_ms),
            now,
        )
    visit = await tracked_visit(tx, visit_id)
    # On the way a phone sends every ten seconds, and nobody needs the distance yet: whatever ends the travel
    # has it measured (`travel_changed`), and so does what arrives after that.
    if visit is None or not visit.is_travelling:
        await _leave_to_worker(reseller_id, visit_id)


async def note_position(
    tx: Transaction,
    reseller_id: UUID,
    technician_id: UUID,
    visit_id: UUID,
    point: tuple[float, float],
    accuracy_m: float,
    fixed_at: datetime,
    received_at: datetime,
) -> None:
    """The technician's last position, unless a newer one is known."""
    if fixed_at > received_at + CLOCK_AHEAD:
        return
    is_newest = await tx.execute(
        "INSERT INTO last_position (id, reseller_id, technician_id, visit_id, latitude, longitude,"
        " accuracy_m, fixed_at, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (technician_id) DO UPDATE SET visit_id = excluded.visit_id,"
        " latitude = excluded.latitude, longitude = excluded.longitude, accuracy_m = excluded.accuracy_m,"
        " fixed_at = excluded.fixed_at, received_at = excluded.received_at"
        " WHERE last_position.fixed_at < excluded.fixed_at",
        uuid7(),
        reseller_id,
        technician_id,
        visit_id,
        *point,
        accuracy_m,
        fixed_at,
        received_at,
    )
    if is_newest:
        await publish(positions_topic(reseller_id))


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
