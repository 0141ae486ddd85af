"""Ratings to ask for and to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.query.functions.aggregate import Count

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.ratings.rules import Grade, Served
from server.ratings.tables import Rating
from server.visits.tables import Visit

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RatingRow:
    id: UUID
    service_order_id: UUID
    web_number: int
    customer_name: str
    technician_name: str
    user_name: str
    grade: str
    comment: str
    rated_at: datetime


async def find_served(actor: Actor, order_id: UUID) -> tuple[UUID | None, Served | None]:
    """The newest visit that ended the order, and whether it was spoken of; for an order in reach."""
    order: Any = Visit.service_order_id
    visit = (
        await Visit.select(
            Visit.id, Visit.ended_at, Visit.outcome, order.opened_by_id.as_alias("opened_by_id")
        )
        .where(
            visible(actor, Visit),
            Visit.service_order_id == order_id,
            Visit.state == "completed",
            Visit.is_primary.eq(True),
        )
        .order_by(Visit.ended_at, ascending=False)
        .first()
    )
    if visit is None:
        return None, None
    is_answered = await Rating.exists().where(Rating.visit_id == visit["id"])
    return visit["id"], Served(visit["opened_by_id"], visit["ended_at"], visit["outcome"], is_answered)


async def find_order_ratings(actor: Actor, order_id: UUID) -> tuple[RatingRow, ...]:
    """Those that this person may read, passed over ones left out."""
    return await _rows(actor, Rating.service_order_id == order_id)


async def list_ratings(
    actor: Actor, grades: frozenset[Grade], after: UUID | None
) -> tuple[list[RatingRow], UUID | None]:
    """The newest first, by page; `after` is the `next` of the page before: ids are born in time's order."""
    conditions: list[Any] = []
    if grades:
        conditions.append(Rating.grade.is_in(sorted(grade.value for grade in grades)))
    if after is not None:
        conditions.append(Rating.id < after)
    rows = list(await _rows(actor, *conditions, limit=PAGE_SIZE + 1))
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None


async def count_grades(actor: Actor, since: datetime) -> dict[Grade, int]:
    rows = (
        await Rating.select(Rating.grade, Count(alias="n"))
        .where(visible(actor, Rating), Rating.grade.is_not_null(), Rating.rated_at >= since)
        .group_by(Rating.grade)
    )
    found = {Grade(row["grade"]): int(row["n"]) for row in rows}
    return {grade: found.get(grade, 0) for grade in Grade}


async def orders_to_rate(actor: Actor, since: datetime, limit: int = 5) -> tuple[tuple[UUID, int], ...]:
    """Calls of this person whose visit nobody spoke of yet: id and number."""
    visit: Any = Visit.service_order_id
    rows = (
        await Visit.select(visit.id.as_alias("order_id"), visit.web_number.as_alias("number"))
        .where(
            visible(actor, Visit),
            visit.opened_by_id == actor.user_id,
            Visit.state == "completed",
            Visit.is_primary.eq(True),
            Visit.outcome.is_in(["done", "attended"]),
            Visit.ended_at >= since,
            Visit.id.not_in(Rating.select(Rating.visit_id).where(Rating.user_id == actor.user_id)),
        )
        .order_by(Visit.ended_at, ascending=False)
        .limit(limit)
    )
    return tuple((row["order_id"], row["number"]) for row in rows)


async def _rows(actor: Actor, *conditions: Any, limit: int = PAGE_SIZE) -> tuple[RatingRow, ...]:
    order: Any = Rating.service_order_id
    visit: Any = Rating.visit_id
    rows = (
        await Rating.select(
            Rating.id,
            Rating.service_order_id,
            Rating.user_name,
            Rating.grade,
            Rating.comment,
            Rating.rated_at,
            order.web_number.as_alias("web_number"),
            order.customer_id.name.as_alias("customer_name"),
            visit.technician_name.as_alias("technician_name"),
        )
        .where(visible(actor, Rating), Rating.grade.is_not_null(), *conditions)
        .order_by(Rating.id, ascending=False)
        .limit(limit)
    )
    return tuple(RatingRow(**row) for row in rows)
