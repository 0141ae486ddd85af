"""Working time: when a promise of so many working hours is due, and why; pure.

The clock runs inside the day's intervals, by the wall clock of the reseller's zone, on days that are no
holiday. It stands still while the order waits for the customer or for parts. The ledger says of every stretch
between the opening and the due time what the clock did, so that the promise can be checked line by line: the
stretches follow each other without a gap, and the running ones add up to what was promised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

FARTHEST = timedelta(days=370)  # holidays are known for a year

Interval = tuple[time, time]
Day = tuple[Interval, ...]


class Clock(StrEnum):
    """What the clock does, and why."""

    RUNNING = "running"
    BREAK = "break"  # between two intervals of a day: lunch
    CLOSED = "closed"  # before the first, after the last, and on days without any
    HOLIDAY = "holiday"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Calendar:
    """`week` begins on Monday; `holidays` by name; `minutes` promised by kind of contract, None for none."""

    zone: ZoneInfo
    week: tuple[Day, ...]
    holidays: Mapping[date, str]
    minutes: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Wait:
    """The order waited for the customer or for parts; `until` None: it still does."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """`name` is the holiday's, or what was waited for."""

    clock: Clock
    since: datetime
    until: datetime
    name: str = ""

    @property
    def length(self) -> timedelta:
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Ledger:
    """`due_at` is None while the order waits, and where no working time is in sight."""

    lines: tuple[Line, ...]
    due_at: datetime | None

    @property
    def counted(self) -> timedelta:
        return sum((line.length for line in self.lines if line.clock is Clock.RUNNING), timedelta())


def promise(now: datetime, calendar: Calendar, contract: str) -> datetime | None:
    """By when somebody would be there, were an order of this kind of contract opened now."""
    minutes = calendar.minutes.get(contract)
    return None if minutes is None else ledger(calendar, now, timedelta(minutes=minutes)).due_at


def ledger(
    calendar: Calendar, opened_at: datetime, promised: timedelta, waits: Sequence[Wait] = ()
) -> Ledger:
    """From the opening until so much working time is over."""
    lines: list[Line] = []
    left = promised
    if left <= timedelta():
        return Ledger((), opened_at)
    for line in _with_waits(_stretches(calendar, opened_at), waits):
        if line.clock is Clock.RUNNING:
            if line.length >= left:
                lines.append(Line(line.clock, line.since, line.since + left))
                return Ledger(_joined(lines), line.since + left)
            left -= line.length
        lines.append(line)
    return Ledger(_joined(lines), None)


def hours_on(calendar: Calendar, day: date) -> Day:
    """When one works on that day; nothing on a holiday."""
    return () if day in calendar.holidays else calendar.week[day.weekday()]


def minutes_of(day: Day) -> int:
    """How much working time that is, by the wall clock."""
    return sum((closes.hour - opens.hour) * 60 + closes.minute - opens.minute for opens, closes in day)


def week_faults(week: Sequence[Day]) -> dict[int, str]:
    """By weekday, what to mend."""
    found = {}
    for number, day in enumerate(week):
        is_backwards = any(opens >= closes for opens, closes in day)
        if is_backwards or any(a[1] > b[0] for a, b in pairwise(day)):
            found[number] = "Escreva os períodos em ordem, sem um dentro do outro."
    return found


def _stretches(calendar: Calendar, opened_at: datetime) -> Iterator[Line]:
    """What the clock would do without waits, from the opening on."""
    end = opened_at + FARTHEST
    day, at = opened_at.astimezone(calendar.zone).date(), opened_at
    while at < end:
        midnight = _instant(calendar, day + timedelta(days=1), time())
        for line in _of_day(calendar, day, midnight):
            if line.until > at:
                yield Line(line.clock, max(line.since, at), line.until, line.name)
        day, at = day + timedelta(days=1), midnight


def _of_day(calendar: Calendar, day: date, midnight: datetime) -> Iterator[Line]:
    start = _instant(calendar, day, time())
    hours = calendar.week[day.weekday()]
    if day in calendar.holidays:
        yield Line(Clock.HOLIDAY, start, midnight, calendar.holidays[day])
        return
    at = start
    for number, (opens, closes) in enumerate(hours):
        begins, ends = _instant(calendar, day, opens), _instant(calendar, day, closes)
        if begins > at:
            yield Line(Clock.BREAK if number else Clock.CLOSED, at, begins)
        # Where the clocks are set forward an interval may shrink to nothing.
        if ends > max(begins, at):
            yield Line(Clock.RUNNING, max(begins, at), ends)
        at = max(at, ends)
    if midnight > at:
        yield Line(Clock.CLOSED, at, midnight)


def _with_waits(lines: Iterator[Line], waits: Sequence[Wait]) -> Iterator[Line]:
    """Running time during a wait does not count; one that goes on ends the ledger."""
    ordered = sorted(waits, key=lambda wait: wait.since)
    for line in lines:
        at = line.since
        for wait in ordered:
            if wait.until is None and wait.since <= at:
                return
            since = max(wait.since, at)
            until = line.until if wait.until is None else min(wait.until, line.until)
            if line.clock is not Clock.RUNNING or since >= until:
                continue
            if since > at:
                yield Line(line.clock, at, since)
            yield Line(Clock.WAITING, since, until, wait.reason)
            at = until
        if at < line.until:
            yield Line(line.clock, at, line.until, line.name)


def _joined(lines: Sequence[Line]) -> tuple[Line, ...]:
    """A night and the morning after it are one stretch."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last and (last.clock, last.name, last.until) == (line.clock, line.name, line.since):
            joined[-1] = Line(last.clock, last.since, line.until, last.name)
        else:
            joined.append(line)
    return tuple(joined)


def _instant(calendar: Calendar, day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, calendar.zone).astimezone(UTC)
