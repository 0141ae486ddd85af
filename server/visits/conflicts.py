"""A fact from the field meets what the office did meanwhile: the conflict table.

docs/sync-protocol.md ("Facts and intents") as code: a resolution for every kind of fact, in every status
of the order, for whoever the order is assigned to now. `tests/visits/test_conflicts.py` walks all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum
from itertools import product

from server.service_orders.discrepancies import DiscrepancyKind
from server.service_orders.statuses import Status
from server.visits.states import EventKind


class Fact(StrEnum):
    """What arrives: the events of a visit, and what is recorded beside them."""

    SELECTED = "selected"
    TRAVEL_STARTED = "travel_started"
    ARRIVED = "arrived"
    WORK_STARTED = "work_started"
    WORK_FINISHED = "work_finished"
    FORM_FILLED = "form_filled"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    PHOTO = "photo"
    PART_REQUEST = "part_request"
    NOTE = "note"

    @classmethod
    def of(cls, kind: EventKind) -> Fact:
        return cls(kind.value)


class Assignment(StrEnum):
    """Whose order it is now, seen from the technician whose fact arrives."""

    OWN = "own"
    ANOTHERS = "anothers"
    NOBODYS = "nobodys"


class Effect(Enum):
    """What becomes of the order."""

    KEEP = "keep"
    SERVE = "serve"  # → M
    RELEASE = "release"  # → E
    CONCLUDE = "conclude"  # → O, T or P by the outcome


@dataclass(frozen=True, slots=True)
class Resolution:
    """Only an intent has a `refusal`; every fact is recorded, whatever else is said here."""

    effect: Effect = Effect.KEEP
    discrepancy: DiscrepancyKind | None = None
    refusal: str | None = None


RECORD = Resolution()
_ON_CANCELLED = Resolution(discrepancy=DiscrepancyKind.ORDER_CANCELLED)
_ON_CLOSED = Resolution(discrepancy=DiscrepancyKind.ORDER_CLOSED)
_ON_COMPLETED = Resolution(discrepancy=DiscrepancyKind.ALREADY_COMPLETED)
_ON_REASSIGNED = Resolution(discrepancy=DiscrepancyKind.ORDER_REASSIGNED)
_FIRST_TO_FINISH = Resolution(Effect.CONCLUDE, DiscrepancyKind.ORDER_REASSIGNED)
_NOT_YOURS = Resolution(refusal="order_not_yours")
_CLOSED = Resolution(refusal="order_closed")

_A, _E, _M = (Status.OPENED,), (Status.DISPATCHED,), (Status.IN_SERVICE,)
_WAITING = (Status.PENDING, Status.LOGISTICS, Status.STOCK)
_SERVED = _E + _M + _WAITING
_C = (Status.CANCELLED,)
_FINISHED = (Status.DONE, Status.ATTENDED)
_OPEN = _A + _SERVED
_ALL = tuple(Status)

_OWN = (Assignment.OWN,)
_NOT_OWN = (Assignment.ANOTHERS, Assignment.NOBODYS)
_ANYBODYS = tuple(Assignment)

_SELECTED, _GIVEN_UP, _COMPLETED, _NOTE = (Fact.SELECTED,), (Fact.CANCELLED,), (Fact.COMPLETED,), (Fact.NOTE,)
_STEPS = (
    Fact.TRAVEL_STARTED,
    Fact.ARRIVED,
    Fact.WORK_STARTED,
    Fact.WORK_FINISHED,
    Fact.FORM_FILLED,
)
_EVIDENCE = (Fact.PHOTO, Fact.PART_REQUEST)

_Line = tuple[Iterable[Fact], Iterable[Status], Iterable[Assignment], Resolution]
_LINES: tuple[_Line, ...] = (
    # select_visit is an intent: somebody asks to begin.
    (_SELECTED, _SERVED, _OWN, RECORD),
    (_SELECTED, _SERVED, _NOT_OWN, _NOT_YOURS),
    (_SELECTED, _A, _ANYBODYS, _NOT_YOURS),
    (_SELECTED, _C + _FINISHED, _ANYBODYS, _CLOSED),
    # On the way and at work.
    (_STEPS, _E + _WAITING, _OWN, Resolution(Effect.SERVE)),
    (_STEPS, _M, _OWN, RECORD),
    (_STEPS, _SERVED, _NOT_OWN, _ON_REASSIGNED),
    (_STEPS, _A, _ANYBODYS, _ON_REASSIGNED),  # the dispatch was withdrawn
    (_STEPS, _C, _ANYBODYS, _ON_CANCELLED),
    (_STEPS, _FINISHED, _ANYBODYS, _ON_CLOSED),
    # The technician gave up: that agrees with whatever the office did.
    (_GIVEN_UP, _M, _OWN, Resolution(Effect.RELEASE)),
    (_GIVEN_UP, _M, _NOT_OWN, RECORD),
    (_GIVEN_UP, _A + _E + _WAITING + _C + _FINISHED, _ANYBODYS, RECORD),
    # The first to finish completes, whoever the order is assigned to; a cancelled order stays cancelled.
    (_COMPLETED, _SERVED, _OWN, Resolution(Effect.CONCLUDE)),
    (_COMPLETED, _SERVED, _NOT_OWN, _FIRST_TO_FINISH),
    (_COMPLETED, _A, _ANYBODYS, _FIRST_TO_FINISH),
    (_COMPLETED, _C, _ANYBODYS, _ON_CANCELLED),
    (_COMPLETED, _FINISHED, _ANYBODYS, _ON_COMPLETED),
    # Photos and requests for parts.
    (_EVIDENCE, _SERVED, _OWN, RECORD),
    (_EVIDENCE, _SERVED, _NOT_OWN, _ON_REASSIGNED),
    (_EVIDENCE, _A, _ANYBODYS, _ON_REASSIGNED),
    (_EVIDENCE, _C, _ANYBODYS, _ON_CANCELLED),
    (_EVIDENCE, _FINISHED, _ANYBODYS, _ON_CLOSED),
    # Notes append to whatever there is.
    (_NOTE, _ALL, _ANYBODYS, RECORD),
)


def _expand(lines: Iterable[_Line]) -> dict[tuple[Fact, Status, Assignment], Resolution]:
    table: dict[tuple[Fact, Status, Assignment], Resolution] = {}
    for facts, statuses, assignments, resolution in lines:
        for key in product(facts, statuses, assignments):
            if key in table:
                raise ValueError(f"two resolutions for {key}")
            table[key] = resolution
    return table


CONFLICTS = _expand(_LINES)


def resolve(fact: Fact, status: Status, assignment: Assignment, *, is_visit_over: bool = False) -> Resolution:
    """What becomes of a fact. A visit that has ended moves its order no more and met the office before.

    Only a second conclusion of an ended visit still meets the order as it is.
    """
    if is_visit_over and fact not in (Fact.COMPLETED, Fact.SELECTED):
        return RECORD
    return CONFLICTS[fact, status, assignment]
