"""The technicians of the agenda: who they are, what they are at, and what is known of where they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.agenda.nearness import Point, Whereabouts
from server.database.bulk import among, values
from server.service_orders.tables import Technician
from server.tracking.duty import standing
from server.tracking.queries import last_seen, open_visits
from server.tracking.sharing import refusing

_company: Any = Technician.company_id
# Of each the newest visit that got there, by the index visit_technician; where its customer is. MATERIALIZED,
# or PostgreSQL would join all visits with all orders first.
_LAST = (
    "WITH newest AS MATERIALIZED (SELECT t.id, (SELECT w.id FROM visit w WHERE w.technician_id = t.id"
    " AND w.arrived_at IS NOT NULL AND w.ended_at IS NOT NULL ORDER BY w.ended_at DESC LIMIT 1) AS visit_id"
    f" FROM technician t WHERE {among('t.id', 1)})"
    " SELECT n.id, c.latitude, c.longitude FROM newest n JOIN visit v ON v.id = n.visit_id"
    " JOIN service_order o ON o.id = v.service_order_id JOIN customer c ON c.id = o.customer_id"
    " WHERE c.latitude IS NOT NULL AND c.longitude IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Member:
    id: UUID
    name: str
    company_id: UUID
    company_name: str
    uf: str
    whereabouts: Whereabouts
    is_sharing: bool


async def find_crew(actor: Actor, *, now: datetime, may_follow: bool) -> tuple[Member, ...]:
    """By name. Who may not follow technicians on the map is not told by a distance where they are, either."""
    people = (
        await Technician.select(
            Technician.id,
            Technician.name,
            Technician.company_id,
            _company.trade_name.as_alias("trade_name"),
            _company.name.as_alias("company_name"),
            _company.uf.as_alias("uf"),
        )
        .where(visible(actor, Technician), Technician.is_active.eq(True))
        .order_by(Technician.name, Technician.id)
    )
    ids = [row["id"] for row in people]
    visits = await open_visits(ids, now)
    async with DB.reading() as tx:
        silent = await refusing(tx, ids) if ids else frozenset()
    last = await _last_customers([one for one in ids if one not in silent])
    seen = await last_seen(actor, ids) if may_follow else {}
    members = []
    for row in people:
        technician_id = row["id"]
        fix = None if technician_id in silent else seen.get(technician_id)
        at = standing([visit for visit, _ in visits[technician_id]], None, now, timedelta.max)
        members.append(
            Member(
                technician_id,
                row["name"],
                row["company_id"],
                row["trade_name"] or row["company_name"],
                row["uf"],
                Whereabouts(
                    at.duty,
                    (fix.latitude, fix.longitude) if fix else None,
                    fix.fixed_at if fix else None,
                    last.get(technician_id),
                ),
                technician_id not in silent,
            )
        )
    return tuple(members)


async def _last_customers(technician_ids: Sequence[UUID]) -> dict[UUID, Point]:
    if not technician_ids:
        return {}
    async with DB.reading() as tx:
        rows = await tx.fetch(_LAST, values(technician_ids))
    return {technician_id: (latitude, longitude) for technician_id, latitude, longitude in rows}
