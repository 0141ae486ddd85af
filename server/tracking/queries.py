"""The technicians' map: who is at what, where they were last, and today's tracks of those on duty."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from piccolo.columns.combination import WhereRaw

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import Company
from server.service_orders.tables import ServiceOrder, Technician
from server.service_orders.views import Choice
from server.tracking.chunks import Track, parse_chunks
from server.tracking.duty import Duty, OpenVisit, Standing, standing
from server.tracking.policy import policy_of
from server.tracking.rules import Travel, filter_fixes, find_gaps, simplify, split_at_gaps, within
from server.tracking.sharing import refusing
from server.tracking.tables import LastPosition
from server.tracking.views import Destination, LastSeen, Point, TechnicianRow
from server.visits.states import VisitState
from server.visits.tables import Visit

_TOLERANCE_M = 15.0  # of a line on the map of a whole town
_ORDER = (Duty.TRAVELLING, Duty.AT_CUSTOMER, Duty.WORKING, Duty.OFF)
_ON_DUTY = (VisitState.TRAVELLING, VisitState.ARRIVED, VisitState.WORKING, VisitState.WORK_FINISHED,
            VisitState.FORM_FILLED)  # fmt: skip
_STEPS = ("started_at", "travel_started_at", "arrived_at", "work_started_at", "work_finished_at")
_company: Any = Technician.company_id
_customer: Any = ServiceOrder.customer_id


async def list_technicians(
    actor: Actor, company_id: UUID | None, *, now: datetime
) -> tuple[TechnicianRow, ...]:
    """Who is on the way first, then at customers, then the others; by name."""
    people = await _technicians(actor, company_id)
    ids = [row["id"] for row in people]
    policy = await policy_of(actor.reseller_id)
    visits, seen = await open_visits(ids, now), await last_seen(actor, ids)
    at: dict[UUID, Standing] = {}
    for one in ids:
        fixed_at = seen[one].fixed_at if one in seen else None
        underway = [visit for visit, _ in visits[one]]
        at[one] = standing(underway, fixed_at, now, policy.silent_after)
    order_of = {visit.id: order_id for found in visits.values() for visit, order_id in found}
    current = {standing.visit_id for standing in at.values()}
    orders = await _destinations(
        actor, [order_id for visit_id, order_id in order_of.items() if visit_id in current]
    )
    async with DB.reading() as tx:
        silent = await refusing(tx, ids)
    rows = [
        _row(person, at[person["id"]], seen.get(person["id"]), order_of, orders, person["id"] not in silent)
        for person in people
    ]
    return tuple(sorted(rows, key=lambda row: _ORDER.index(row.duty)))


async def company_choices(actor: Actor) -> tuple[Choice, ...]:
    found = (
        await Company.select(Company.id, Company.trade_name, Company.name)
        .where(visible(actor, Company), Company.is_active.eq(True))
        .order_by(Company.name)
    )
    return tuple(Choice(row["id"], row["trade_name"] or row["name"]) for row in found)


async def moved_since(
    actor: Actor, company_id: UUID | None, since: datetime
) -> tuple[list[dict[str, Any]], datetime]:
    """Positions that came after `since`, and until when that is; within what the actor sees."""
    conditions: list[Any] = [visible(actor, LastPosition), LastPosition.received_at > since]
    if company_id is not None:
        conditions.append(_of_company(company_id))
    rows: list[dict[str, Any]] = await LastPosition.select(
        LastPosition.technician_id,
        LastPosition.visit_id,
        LastPosition.latitude,
        LastPosition.longitude,
        LastPosition.accuracy_m,
        LastPosition.fixed_at,
        LastPosition.received_at,
    ).where(*conditions)
    return rows, max((row["received_at"] for row in rows), default=since)


async def todays_tracks(
    actor: Actor, company_id: UUID | None, *, now: datetime
) -> dict[UUID, list[list[Point]]]:
    """The lines of those on duty, each travel of the reader's day in pieces between its gaps."""
    zone = ZoneInfo(actor.timezone)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    on_duty = [
        row.id
        for row in await list_technicians(actor, company_id, now=now)
        if row.duty is not Duty.OFF and row.is_sharing
    ]
    if not on_duty:
        return {}
    visits = await Visit.select(
        Visit.id, Visit.technician_id, Visit.travel_started_at, Visit.arrived_at
    ).where(Visit.technician_id.is_in(on_duty), Visit.travel_started_at >= midnight)
    chunks = await _chunks([visit["id"] for visit in visits])
    # Filtering and simplifying is arithmetic: beside the loop, which has phones to answer.
    return await asyncio.to_thread(_lines, visits, chunks)


async def _technicians(actor: Actor, company_id: UUID | None) -> list[dict[str, Any]]:
    conditions: list[Any] = [visible(actor, Technician), Technician.is_active.eq(True)]
    if company_id is not None:
        conditions.append(Technician.company_id == company_id)
    rows: list[dict[str, Any]] = (
        await Technician.select(
            Technician.id,
            Technician.name,
            _company.trade_name.as_alias("trade_name"),
            _company.name.as_alias("company_name"),
        )
        .where(*conditions)
        .order_by(Technician.name)
    )
    return rows


async def open_visits(
    technician_ids: Sequence[UUID], now: datetime
) -> dict[UUID, list[tuple[OpenVisit, UUID]]]:
    """By technician, each with its order. Those of technicians whom the actor sees: what somebody is at
    shows on the map whichever company's order it is."""
    found: dict[UUID, list[tuple[OpenVisit, UUID]]] = defaultdict(list)
    if not technician_ids:
        return found
    rows = await Visit.select(
        Visit.id,
        Visit.technician_id,
        Visit.service_order_id,
        Visit.state,
        *(getattr(Visit, name) for name in _STEPS),
    ).where(
        Visit.technician_id.is_in(list(technician_ids)),
        Visit.ended_at.is_null(),
        Visit.state.is_in([state.value for state in _ON_DUTY]),
    )
    for row in rows:
        # By the devices' clocks, of which one may be ahead.
        moved_at = min(now, max(row[name] for name in _STEPS if row[name] is not None))
        visit = OpenVisit(row["id"], VisitState(row["state"]), moved_at)
        found[row["technician_id"]].append((visit, row["service_order_id"]))
    return found


async def last_seen(actor: Actor, technician_ids: Sequence[UUID]) -> dict[UUID, LastSeen]:
    if not technician_ids:
        return {}
    rows = await LastPosition.select(
        LastPosition.technician_id,
        LastPosition.latitude,
        LastPosition.longitude,
        LastPosition.accuracy_m,
        LastPosition.fixed_at,
    ).where(visible(actor, LastPosition), LastPosition.technician_id.is_in(list(technician_ids)))
    return {row.pop("technician_id"): LastSeen(**row) for row in rows}


async def _destinations(actor: Actor, order_ids: Sequence[UUID]) -> dict[UUID, Destination]:
    if not order_ids:
        return {}
    rows = await ServiceOrder.select(
        ServiceOrder.id.as_alias("order_id"),
        ServiceOrder.web_number,
        _customer.name.as_alias("customer_name"),
        _customer.latitude.as_alias("latitude"),
        _customer.longitude.as_alias("longitude"),
    ).where(visible(actor, ServiceOrder), ServiceOrder.id.is_in(list(order_ids)))
    return {row["order_id"]: Destination(**row) for row in rows}


async def _chunks(visit_ids: Sequence[UUID]) -> dict[UUID, list[tuple[Any, ...]]]:
    found: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    if not visit_ids:
        return found
    marks = ", ".join(f"${number}" for number in range(1, len(visit_ids) + 1))
    async with DB.reading() as tx:
        rows = await tx.fetch(
            f"SELECT stream, fixes, gaps FROM sync_track_chunk WHERE stream IN ({marks}) ORDER BY stream, n",
            *visit_ids,
        )
    for stream, fixes, gaps in rows:
        found[stream].append((fixes, gaps))
    return found


def _lines(
    visits: Iterable[dict[str, Any]], chunks: dict[UUID, list[tuple[Any, ...]]]
) -> dict[UUID, list[list[Point]]]:
    lines: dict[UUID, list[list[Point]]] = defaultdict(list)
    for visit in sorted(visits, key=lambda one: one["travel_started_at"]):
        track = Track(*parse_chunks(chunks.get(visit["id"], [])))
        fixes = filter_fixes(within(track.fixes, Travel(visit["travel_started_at"], visit["arrived_at"])))
        for piece in split_at_gaps(fixes, find_gaps(fixes, track.gaps)):
            lines[visit["technician_id"]].append(simplify([fix.point for fix in piece], _TOLERANCE_M))
    return lines


def _row(
    person: dict[str, Any],
    at: Standing,
    seen: LastSeen | None,
    order_of: dict[UUID, UUID],
    orders: dict[UUID, Destination],
    is_sharing: bool,
) -> TechnicianRow:
    order_id = order_of.get(at.visit_id) if at.visit_id else None
    return TechnicianRow(
        id=person["id"],
        name=person["name"],
        company_name=person["trade_name"] or person["company_name"],
        duty=at.duty,
        visit_id=at.visit_id,
        stopped_at=at.stopped_at if is_sharing else None,
        seen=seen if is_sharing else None,
        destination=orders.get(order_id) if order_id else None,
        is_sharing=is_sharing,
    )


def _of_company(company_id: UUID) -> WhereRaw:
    return WhereRaw(
        "last_position.technician_id IN"
        " (SELECT technician.id FROM technician WHERE technician.company_id = {})",
        company_id,
    )
