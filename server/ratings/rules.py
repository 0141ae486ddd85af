"""Who is asked what they think of a visit, and what counts as bad; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.accounts.actor import Role
from server.problems import Problem
from server.ratings import problems as _problems  # noqa: F401  registers the codes raised here
from server.service_orders.statuses import CALLERS

ASKED_FOR = timedelta(days=60)
SERVED = frozenset({"done", "attended"})  # outcomes after which nobody has to come again
MAX_COMMENT = 2000


class Grade(StrEnum):
    EXCELLENT = "excellent"
    SATISFACTORY = "satisfactory"
    BAD = "bad"
    AWFUL = "awful"


GRADE_NAMES = {
    Grade.EXCELLENT: "Ótimo",
    Grade.SATISFACTORY: "Satisfatório",
    Grade.BAD: "Ruim",
    Grade.AWFUL: "Péssimo",
}
POOR = frozenset({Grade.BAD, Grade.AWFUL})


@dataclass(frozen=True, slots=True)
class Served:
    """The visit that ended an order, as far as the question goes. `is_answered`: also when passed over."""

    opened_by_id: UUID | None
    ended_at: datetime | None
    outcome: str | None
    is_answered: bool


def may_rate(served: Served | None, user_id: UUID, role: Role, now: datetime) -> bool:
    """Who opened the call at the customer: the reseller does not judge itself, and nobody is asked twice."""
    return (
        served is not None
        and role in CALLERS
        and served.opened_by_id == user_id
        and served.outcome in SERVED
        and served.ended_at is not None
        and now - served.ended_at < ASKED_FOR
        and not served.is_answered
    )


def check_may_rate(served: Served | None, user_id: UUID, role: Role, now: datetime) -> None:
    """Raises `rating_given`, `not_found`."""
    if may_rate(served, user_id, role, now):
        return
    if served is not None and served.is_answered and served.opened_by_id == user_id:
        raise Problem("rating_given")
    raise Problem("not_found")
