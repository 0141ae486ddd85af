"""Whether a customer may see a technician come, and how near that is; pure.

The link shows one travel and nothing else: before it begins, after the arrival, once the order is somebody
else's, and after half a day there is nothing to see. What is shown is coarse: where a street is, not a door.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.tracking.rules import roughly_metres
from server.visits.states import VisitState

LIFETIME = timedelta(hours=12)
RECENT = timedelta(hours=2)
NEWS_FOR = timedelta(minutes=30)  # of a departure told later the customer learns by the arrival
DIGITS = 3  # of a degree: about a hundred metres
NEAR_M = 300  # a straight line of two coarse points says no more

Point = tuple[float, float]


class Approach(StrEnum):
    COMING = "coming"
    ARRIVED = "arrived"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class LinkNow:
    """A link with its visit; `is_still_theirs`: the order is dispatched to the visit's technician."""

    state: VisitState
    is_still_theirs: bool
    expires_at: datetime
    revoked_at: datetime | None


_ARRIVED = frozenset(
    {
        VisitState.ARRIVED,
        VisitState.WORKING,
        VisitState.WORK_FINISHED,
        VisitState.FORM_FILLED,
        VisitState.COMPLETED,
    }
)


def approach_of(link: LinkNow, now: datetime) -> Approach:
    if link.revoked_at is not None or link.expires_at <= now:
        return Approach.OVER
    if link.state in _ARRIVED:
        return Approach.ARRIVED
    if link.state is VisitState.TRAVELLING and link.is_still_theirs:
        return Approach.COMING
    return Approach.OVER


def is_recent(started_at: datetime, now: datetime) -> bool:
    """Whether a customer may still be waiting: a travel told hours later is over."""
    return abs(now - started_at) < RECENT


def is_news(started_at: datetime, now: datetime) -> bool:
    """Whether a customer is told that somebody set out."""
    return abs(now - started_at) < NEWS_FOR


def coarse(point: Point) -> Point:
    return round(point[0], DIGITS), round(point[1], DIGITS)


def distance_words(technician: Point, customer: Point) -> str:
    """As the crow flies, for nobody here knows the way: `há 3,2 km em linha reta`."""
    metres = roughly_metres(coarse(technician), coarse(customer))
    if metres < NEAR_M:
        return f"a menos de {NEAR_M} m em linha reta"
    return f"há {metres / 1000:.1f} km em linha reta".replace(".", ",")


def first_name(name: str) -> str:
    return name.split()[0] if name.split() else ""
