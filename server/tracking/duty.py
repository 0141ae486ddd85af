"""What a technician is at, and whether the positions stopped coming; pure.

Nobody clocks in: a person is on duty while a visit is under way, and positions come only while one travels. A
visit that was left open, as when a phone was lost, does not keep anybody on duty for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.visits.states import VisitState

FORGOTTEN_AFTER = timedelta(hours=14)  # longer than any working day


class Duty(StrEnum):
    TRAVELLING = "travelling"
    AT_CUSTOMER = "at_customer"
    WORKING = "working"
    OFF = "off"


DUTY_NAMES = {
    Duty.TRAVELLING: "Em viagem",
    Duty.AT_CUSTOMER: "No cliente",
    Duty.WORKING: "Em serviço",
    Duty.OFF: "Fora de serviço",
}
_DUTY_OF = {
    VisitState.TRAVELLING: Duty.TRAVELLING,
    VisitState.ARRIVED: Duty.AT_CUSTOMER,
    VisitState.WORKING: Duty.WORKING,
    VisitState.WORK_FINISHED: Duty.WORKING,
    VisitState.FORM_FILLED: Duty.WORKING,
}


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """A visit that has not ended; `moved_at` is when the portal's facts last moved it."""

    id: UUID
    state: VisitState
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """`visit_id` is the visit that says so. `stopped_at`: since then no position came that should have."""

    duty: Duty
    visit_id: UUID | None = None
    stopped_at: datetime | None = None


def standing(
    visits: Iterable[OpenVisit], last_fix_at: datetime | None, now: datetime, silent_after: timedelta
) -> Standing:
    """Of several open visits the one that moved last counts; `last_fix_at` is of any of them."""
    current = [
        visit for visit in visits if visit.state in _DUTY_OF and now - visit.moved_at < FORGOTTEN_AFTER
    ]
    if not current:
        return Standing(Duty.OFF)
    visit = max(current, key=lambda one: one.moved_at)
    duty = _DUTY_OF[visit.state]
    if duty is not Duty.TRAVELLING:
        return Standing(duty, visit.id)
    # A fix from before the travel is no sign of life of it.
    heard_at = visit.moved_at if last_fix_at is None else max(last_fix_at, visit.moved_at)
    return Standing(duty, visit.id, heard_at if now - heard_at > silent_after else None)
