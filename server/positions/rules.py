"""What becomes of a customer's position when its address, a geocoder or visits say something; pure.

The laws: what a person placed is never moved by a program; a program's own position may be. Another position
than a person's is proposed. An answer that is not good enough to drive to is kept apart, as rough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from server.geocoding.rules import Found, Point
from server.tracking.rules import roughly_metres

TOGETHER_M = 150.0
APART_M = 200.0
FEWEST_VISITS = 3
LAST_VISITS = 10
GOOD_ARRIVAL_M = 100.0


class Source(StrEnum):
    GEOCODER = "geocoder"
    HAND = "hand"
    VISITS = "visits"


class Answer(StrEnum):
    """What the last question came to."""

    FOUND = "found"
    ROUGH = "rough"
    NOTHING = "nothing"
    INCOMPLETE = "incomplete"
    OFF = "off"


PEOPLES = frozenset({Source.HAND, Source.VISITS})
SETTLED = frozenset({Answer.FOUND, Answer.ROUGH})


@dataclass(frozen=True, slots=True)
class Standing:
    """How a customer's position is known. `address` is the key that it, or the last answer, is for."""

    point: Point | None = None
    source: Source | None = None
    address: str = ""
    answer: Answer | None = None
    is_stale: bool = False

    @property
    def owner(self) -> Source | None:
        """A position from before anything was kept of it counts as a person's."""
        return self.source or (Source.HAND if self.point else None)

    @property
    def is_peoples(self) -> bool:
        return self.owner in PEOPLES


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to keep: the position, whose it is, and what to propose instead."""

    point: Point | None
    source: Source | None
    answer: Answer | None
    is_stale: bool = False
    rough: Point | None = None
    proposed: Found | None = None


def must_ask(standing: Standing, key: str) -> bool:
    """Whether the address has anything to ask about that nobody answered."""
    if not key:
        return False
    if standing.address != key:
        return bool(standing.address) or not standing.is_peoples
    if standing.is_stale:
        return standing.answer not in SETTLED
    return not standing.is_peoples and standing.answer not in SETTLED


def is_outdated(standing: Standing, key: str) -> bool:
    """A position that was for another address."""
    is_for_another = bool(standing.address) and standing.address != key
    return standing.point is not None and (standing.is_stale or is_for_another)


def unasked(standing: Standing, key: str, answer: Answer | None) -> Outcome:
    """Nothing to ask, or nobody to ask: the position stays, and says if it was for another address."""
    return Outcome(standing.point, standing.owner, answer, is_outdated(standing, key))


def answered(standing: Standing, key: str, found: Found | None) -> Outcome:
    """The geocoder's answer for this address, None for none."""
    good = found if found is not None and found.is_good else None
    rough = found.point if found is not None and good is None else None
    answer = Answer.FOUND if good else Answer.ROUGH if found else Answer.NOTHING
    if not standing.is_peoples:
        return Outcome(good.point if good else None, Source.GEOCODER if good else None, answer, rough=rough)
    is_stale = is_outdated(standing, key)
    proposed = good if is_stale or standing.point is None else None
    if proposed and standing.point and roughly_metres(standing.point, proposed.point) <= APART_M:
        is_stale, proposed = False, None  # the same door under another name
    return Outcome(standing.point, standing.owner, answer, is_stale, rough, proposed)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where visits agree that the customer is; `distance_m` from the position that is known."""

    point: Point
    visits: int
    distance_m: int | None


def meeting_point(
    arrivals: Sequence[Point], known: Point | None, rejected: Sequence[Point] = ()
) -> Meeting | None:
    """The median of the arrivals that are together: at least three of them, and more than half.

    None where they do not agree, agree with what is known, or say again what a person rejected.
    """
    if len(arrivals) < FEWEST_VISITS:
        return None
    middle = _median(arrivals)
    together = [point for point in arrivals if roughly_metres(point, middle) <= TOGETHER_M]
    if len(together) < FEWEST_VISITS or 2 * len(together) <= len(arrivals):
        return None
    point = _median(together)
    if any(roughly_metres(point, other) <= TOGETHER_M for other in rejected):
        return None
    distance = None if known is None else round(roughly_metres(point, known))
    if distance is not None and distance <= APART_M:
        return None
    return Meeting(point, len(together), distance)


def _median(points: Sequence[Point]) -> Point:
    return (
        round(median(point[0] for point in points), 6),
        round(median(point[1] for point in points), 6),
    )
