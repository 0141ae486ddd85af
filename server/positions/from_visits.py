"""The job `position_from_visits`: where the last visits arrived, compared with where the customer is."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from piccolo_conf import DB
from server.database import Transaction
from server.geocoding.rules import Point
from server.jobs.outbox import enqueue
from server.jobs.registry import ClaimedJob, handles
from server.positions import actions
from server.positions.rules import GOOD_ARRIVAL_M, LAST_VISITS, Meeting, Source, meeting_point

KIND = "position_from_visits"


async def visit_concluded(reseller_id: UUID, customer_id: UUID) -> None:
    """Leave it to the worker, in the transaction of the conclusion."""
    await enqueue(
        KIND, {"customer_id": customer_id}, dedupe_key=f"{KIND}:{customer_id}", reseller_id=reseller_id
    )


@handles(KIND)
async def compare(job: ClaimedJob) -> None:
    await compare_with_visits(UUID(job.payload["customer_id"]), datetime.now(UTC))


async def compare_with_visits(customer_id: UUID, now: datetime) -> None:
    """Propose, propose anew, or take the proposal back."""
    async with DB.transaction() as tx:
        customer = await actions.hold(tx, customer_id)
        if customer is None:
            return
        arrivals = await _arrivals(tx, customer_id)
        known = actions.point_of(customer)
        meeting = meeting_point(arrivals, known, await _rejected(tx, customer_id))
        standing = await _standing_proposal(tx, customer_id)
        if meeting is None:
            if standing:
                await actions.withdraw_proposal(tx, customer_id, Source.VISITS, now)
                await actions.tell(customer["reseller_id"], customer_id)
        elif standing != (*meeting.point, meeting.visits):
            await actions.propose(tx, customer, customer_id, _columns(meeting, arrivals), now)


def _columns(meeting: Meeting, arrivals: list[Point]) -> dict[str, object]:
    return {
        "source": Source.VISITS.value,
        "latitude": meeting.point[0],
        "longitude": meeting.point[1],
        "distance_m": meeting.distance_m,
        "visits": meeting.visits,
        "points": msgspec.json.encode(arrivals).decode(),
    }


async def _arrivals(tx: Transaction, customer_id: UUID) -> list[Point]:
    """Of the last concluded visits since the customer is at this address; those that are exact enough."""
    rows = await tx.fetch(
        "SELECT e.latitude, e.longitude FROM service_order o JOIN visit v ON v.service_order_id = o.id"
        " JOIN visit_event e ON e.visit_id = v.id AND e.kind = 'arrived'"
        " LEFT JOIN customer_position p ON p.customer_id = o.customer_id"
        " WHERE o.customer_id = $1 AND v.state = 'completed' AND e.latitude IS NOT NULL"
        " AND coalesce(e.accuracy_m, 0) <= $2"
        " AND (p.address_at IS NULL OR e.occurred_at > p.address_at)"
        " ORDER BY e.occurred_at DESC LIMIT $3",
        customer_id,
        GOOD_ARRIVAL_M,
        LAST_VISITS,
    )
    return [(latitude, longitude) for latitude, longitude in rows]


async def _rejected(tx: Transaction, customer_id: UUID) -> list[Point]:
    rows = await tx.fetch(
        "SELECT latitude, longitude FROM position_proposal WHERE customer_id = $1 AND decision = 'rejected'",
        customer_id,
    )
    return [(latitude, longitude) for latitude, longitude in rows]


async def _standing_proposal(tx: Transaction, customer_id: UUID) -> tuple[float, float, int] | None:
    rows = await tx.fetch(
        "SELECT latitude, longitude, visits FROM position_proposal"
        " WHERE customer_id = $1 AND source = 'visits' AND decided_at IS NULL",
        customer_id,
    )
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None
