"""Who is nearest to a customer, as the crow flies; pure.

A technician is measured from where the phone last was, while on duty and if that was just now; from the
customers that are on the agenda of that day; and, where there is neither, from the customer served last. Of
who refuses *localização* only the plan counts: where somebody is to go the office decided itself, where they
were is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import cos, radians
from uuid import UUID

from server.tracking.duty import Duty
from server.tracking.rules import roughly_metres

FRESH_FOR = timedelta(minutes=30)

Point = tuple[float, float]


class From(StrEnum):
    HERE = "here"
    PLAN = "plan"
    LAST = "last"


FROM_NAMES = {
    From.HERE: "de onde está agora",
    From.PLAN: "de outro chamado do dia",
    From.LAST: "do último cliente atendido",
}


@dataclass(frozen=True, slots=True)
class Origin:
    kind: From
    point: Point


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of one technician. `seen` and `last` are None of who refuses."""

    duty: Duty
    seen: Point | None = None
    seen_at: datetime | None = None
    last: Point | None = None


@dataclass(frozen=True, slots=True)
class Nearness:
    technician_id: UUID
    km: float
    origin: From


def origins(
    whereabouts: Whereabouts, planned: Sequence[Point], *, is_today: bool, now: datetime
) -> tuple[Origin, ...]:
    """From where a technician would set out on that day."""
    known = whereabouts
    is_fresh = known.seen_at is not None and now - known.seen_at <= FRESH_FOR
    here = known.seen if is_today and is_fresh and known.duty is not Duty.OFF else None
    found = [Origin(From.HERE, here)] if here else []
    found += [Origin(From.PLAN, point) for point in planned]
    if not found and known.last:
        found.append(Origin(From.LAST, known.last))
    return tuple(found)


def closest(point: Point | None, by_technician: Mapping[UUID, Sequence[Origin]]) -> Nearness | None:
    """Only the first of `nearest`: of many orders at once, each measured once, compared on a flat map."""
    candidates = [(key, origin) for key, starts in by_technician.items() for origin in starts]
    if point is None or not candidates:
        return None
    shrink = cos(radians(point[0]))

    def flat(candidate: tuple[UUID, Origin]) -> float:
        latitude, longitude = candidate[1].point
        return (latitude - point[0]) ** 2 + ((longitude - point[1]) * shrink) ** 2

    technician_id, origin = min(candidates, key=flat)
    return Nearness(technician_id, roughly_metres(origin.point, point) / 1000, origin.kind)


def nearest(point: Point | None, by_technician: Mapping[UUID, Sequence[Origin]]) -> tuple[Nearness, ...]:
    """The nearest first; who cannot be measured is left out."""
    if point is None:
        return ()
    found = []
    for technician_id, candidates in by_technician.items():
        measured = [(roughly_metres(origin.point, point) / 1000, origin.kind) for origin in candidates]
        if measured:
            found.append(Nearness(technician_id, *min(measured)))
    return tuple(sorted(found, key=lambda one: (one.km, one.technician_id)))
