"""The agenda: which days it shows, where an order stands on it, and what fits into a day; pure.

An order stands on the day of its *data agendada* where the reseller is. What was planned for an earlier day
and not done, or for no day, stands beside the days that are shown, so that nothing is lost by looking ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import NoReturn
from uuid import UUID
from zoneinfo import ZoneInfo

from server.agenda import problems as _problems  # noqa: F401  registers the codes raised here
from server.calendars.rules import Day as Hours
from server.problems import Problem
from server.service_orders.rules import OrderState
from server.service_orders.statuses import CLOSED, STATUS_NAMES, Status

WEEK_LENGTH = 5
QUARTER = timedelta(minutes=15)
# Where a reseller has said nothing of its hours.
USUAL_HOURS: Hours = ((time(8), time(12)), (time(13), time(18)))
USUAL_WEEK: tuple[Hours, ...] = (USUAL_HOURS,) * 5 + ((), ())
# Somebody may still be sent to these, or elsewhere; who is at an order is not taken from it here.
MOVABLE = frozenset(Status) - CLOSED - {Status.IN_SERVICE}


class View(StrEnum):
    """How much of the agenda; the value is in its address."""

    DAY = "day"
    WEEK = "week"


class Stand(StrEnum):
    """Where an order stands that is on none of the days shown."""

    UNPLANNED = "unplanned"  # of a day before, or of none yet
    ELSEWHERE = "elsewhere"


VIEW_NAMES = {View.DAY: "Dia", View.WEEK: "Semana"}


@dataclass(frozen=True, slots=True)
class Placement:
    """Where somebody puts an order. Without a technician it waits for its dispatch again; without a day it is
    the technician's, whenever; without a time it gets the first free one of the day."""

    technician_id: UUID | None
    day: date | None = None
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """Of one technician on one day, in minutes; `room` is None where no calendar says how much fits."""

    orders: int
    planned: int
    room: int | None

    @property
    def over(self) -> int:
        """By how much the day is too full."""
        return 0 if self.room is None else max(0, self.planned - self.room)


def days_shown(view: View, first: date, week: Sequence[Hours]) -> tuple[date, ...]:
    """From the first on; a week leaves out the days on which nobody works, unless that is asked for."""
    if view is View.DAY or not any(week):
        return (first,)
    later = (first + timedelta(days=number) for number in range(1, 7 * WEEK_LENGTH))
    return (first, *islice((day for day in later if week[day.weekday()]), WEEK_LENGTH - 1))


def mark_of(order: OrderState) -> str:
    """How somebody sees an order who is about to move it: what else changes does not matter to the move."""
    at = "" if order.scheduled_at is None else str(round(order.scheduled_at.timestamp()))
    return f"{order.status.value}.{order.technician_id or ''}.{at}"


def is_as_seen(order: OrderState, seen: str) -> bool:
    """Whether it may be moved: what somebody else has done meanwhile is not undone unseen."""
    return order.status in MOVABLE and mark_of(order) == seen


def refuse_move(order: OrderState, *, technician: str, turned: str) -> NoReturn:
    """`technician` is who has it now, `turned` what became of it. Raises `order_closed`, `order_being_served`
    or `order_moved`."""
    if order.status in CLOSED:
        raise Problem("order_closed", before=STATUS_NAMES[order.status])
    if order.status is Status.IN_SERVICE:
        raise Problem("order_being_served", technician=technician)
    raise Problem("order_moved", turned=turned)


def stands_on(
    status: Status, scheduled_at: datetime | None, days: Sequence[date], today: date, zone: ZoneInfo
) -> date | Stand:
    """One of the days, or where else. Who is at an order is at it today, whenever it was planned for."""
    day = None if scheduled_at is None else scheduled_at.astimezone(zone).date()
    if status is Status.IN_SERVICE and today in days:
        return today
    if day is not None and day in days:
        return day
    is_left_over = day is None or day < min(days[0], today)
    return Stand.UNPLANNED if status is Status.DISPATCHED and is_left_over else Stand.ELSEWHERE


def free_time(
    day: date,
    hours: Hours,
    taken: Sequence[datetime],
    length: timedelta,
    *,
    zone: ZoneInfo,
    now: datetime,
    wished: time | None = None,
) -> datetime:
    """When on that day: the wished time if it is free, or else the first gap that is long enough.

    A day that is full takes it at its end, one after the other: who sends it there is told that it is over.
    Raises `day_over`.
    """
    if day < now.astimezone(zone).date():
        raise Problem("day_over")
    booked = sorted(taken)
    opened = [(_instant(day, opens, zone), _instant(day, closes, zone)) for opens, closes in hours]
    if wished is not None:
        at = _instant(day, wished, zone)
        if at >= now and _is_free(at, booked, length) and any(a <= at < b for a, b in opened):
            return at
    for opens, closes in opened:
        at = max(opens, _next_quarter(now))
        while at + length <= closes:
            if _is_free(at, booked, length):
                return at
            at += QUARTER
    begins = opened[0][0] if opened else _instant(day, USUAL_HOURS[0][0], zone)
    last = max([begins, _next_quarter(now), *(at + length for at in booked)])
    return min(last, _instant(day, time(23, 45), zone))


def is_outside(scheduled_at: datetime | None, hours: Hours, zone: ZoneInfo) -> bool:
    """Before the first or after the last of the day's hours; lunch is nobody's business."""
    if scheduled_at is None or not hours:
        return False
    at = scheduled_at.astimezone(zone).time()
    return not hours[0][0] <= at < hours[-1][1]


def _is_free(at: datetime, booked: Sequence[datetime], length: timedelta) -> bool:
    return all(abs(other - at) >= length for other in booked)


def _next_quarter(now: datetime) -> datetime:
    past = timedelta(minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond)
    return now - past + (QUARTER if past else timedelta())


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
