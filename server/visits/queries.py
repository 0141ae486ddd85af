"""The read side of visits: lists with keyset pages, and one visit with all its evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw
from piccolo.query.functions.aggregate import Count

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.customers.queries import find_customer_ids
from server.database.keyset import read_cursor, write_cursor
from server.equipment.queries import find_equipment_ids
from server.problems import Problem
from server.service_orders.tables import Discrepancy
from server.service_orders.views import Page
from server.visits import show
from server.visits.states import Outcome, VisitState
from server.visits.tables import Visit
from server.visits.views import VisitDetail, VisitFilter, VisitRow

PAGE_SIZE = 50

_order: Any = Visit.service_order_id
_ROW_COLUMNS = (
    Visit.id,
    _order.as_alias("order_id"),
    _order.web_number.as_alias("web_number"),
    _order.ilux_number.as_alias("ilux_number"),
    Visit.technician_name,
    _order.customer_id.name.as_alias("customer_name"),
    Visit.state,
    Visit.outcome,
    Visit.is_primary,
    Visit.started_at,
    Visit.ended_at,
    Visit.distance_km,
    Visit.travel_minutes,
)


async def list_visits(
    actor: Actor, wanted: VisitFilter, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[VisitRow]:
    """One page, the newest first; `after` is the `next` of the page before it. Raises `invalid`."""
    conditions = await _conditions(actor, wanted)
    if conditions is None:
        return Page((), None)
    if after:
        conditions.append(
            WhereRaw("(visit.started_at, visit.id) < ({}, {})", *read_cursor(after, datetime, UUID))
        )
    places: list[dict[str, Any]] = (
        await Visit.select(Visit.id, Visit.started_at)
        .where(*conditions)
        .order_by(Visit.started_at, Visit.id, ascending=False)
        .limit(limit + 1)
    )
    page = await _rows([place["id"] for place in places[:limit]])
    has_more = len(places) > limit
    counts = {} if actor.is_of_customer else await _open_discrepancies([row["id"] for row in page])
    return Page(
        tuple(_visit_row(row, counts.get(row["id"], 0)) for row in page),
        write_cursor(places[limit - 1]["started_at"], places[limit - 1]["id"]) if has_more else None,
    )


async def get_visit(actor: Actor, visit_id: UUID) -> VisitDetail:
    """Raises `not_found` for what this person may not see."""
    async with DB.reading() as tx:
        found = await Visit.select(*show.COLUMNS).where(visible(actor, Visit), Visit.id == visit_id).first()
        if found is None:
            raise Problem("not_found")
        return await show.complete_detail(tx, found)


async def _rows(visit_ids: list[UUID]) -> list[dict[str, Any]]:
    """The lines of a page whose places are known: joining before the limit would join everything."""
    if not visit_ids:
        return []
    rows: list[dict[str, Any]] = (
        await Visit.select(*_ROW_COLUMNS)
        .where(Visit.id.is_in(visit_ids))
        .order_by(Visit.started_at, Visit.id, ascending=False)
    )
    return rows


async def _conditions(actor: Actor, wanted: VisitFilter) -> list[Any] | None:
    """None when a name matched nothing."""
    conditions: list[Any] = [visible(actor, Visit)]
    if wanted.web_number is not None:
        conditions.append(_of_orders(actor, "web_number", [wanted.web_number]))
    if wanted.ilux_number.strip():
        conditions.append(_of_orders(actor, "ilux_number", [wanted.ilux_number.strip()]))
    if wanted.customer.strip():
        customer_ids = await find_customer_ids(actor, wanted.customer)
        if not customer_ids:
            return None
        conditions.append(_of_orders(actor, "customer_id", customer_ids))
    if wanted.serial_number.strip():
        equipment_ids = await find_equipment_ids(actor, wanted.serial_number)
        if not equipment_ids:
            return None
        conditions.append(_of_orders(actor, "equipment_id", equipment_ids))
    if wanted.customer_id is not None:
        conditions.append(_of_orders(actor, "customer_id", [wanted.customer_id]))
    if wanted.technician_id is not None:
        conditions.append(Visit.technician_id == wanted.technician_id)
    if wanted.states:
        conditions.append(Visit.state.is_in(sorted(wanted.states)))
    if wanted.started_from is not None:
        conditions.append(Visit.started_at >= wanted.started_from)
    if wanted.started_until is not None:
        conditions.append(Visit.started_at < wanted.started_until)
    return conditions


def _of_orders(actor: Actor, column: str, values: list[Any]) -> WhereRaw:
    """Visits of the orders that an index finds by this column."""
    marks = ", ".join("{}" for _ in values)
    return WhereRaw(
        "visit.service_order_id IN (SELECT wanted.id FROM service_order wanted"
        f" WHERE wanted.reseller_id = {{}} AND wanted.{column} IN ({marks}))",
        actor.reseller_id,
        *values,
    )


async def _open_discrepancies(visit_ids: list[UUID]) -> dict[UUID, int]:
    if not visit_ids:
        return {}
    counts = (
        await Discrepancy.select(Discrepancy.visit_id, Count(alias="n"))
        .where(Discrepancy.visit_id.is_in(visit_ids), Discrepancy.accepted_at.is_null())
        .group_by(Discrepancy.visit_id)
    )
    return {row["visit_id"]: row["n"] for row in counts}


def _visit_row(row: dict[str, Any], open_discrepancies: int) -> VisitRow:
    row["state"] = VisitState(row["state"])
    row["outcome"] = Outcome(row["outcome"]) if row["outcome"] else None
    return VisitRow(**row, open_discrepancies=open_discrepancies)
