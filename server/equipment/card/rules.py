"""Who looks at a machine's card, and the pages that it printed by month; pure.

Counters are read when somebody comes by, not at the end of a month. What was printed between two readings
is spread evenly over the time between them, so that a quarter without a visit is not one month of thrice as
much. The pages before a doubtful reading, or before one that is lower than the last, nobody knows: they are
left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from server.accounts.actor import Role
from server.service_orders.statuses import CALLERS, DESK, LOGISTICS

READERS = DESK | LOGISTICS | CALLERS | {Role.SUPPLIES_OPERATOR}
MONTHS_SHOWN = 12
READINGS_SHOWN = 6
SOURCE_NAMES = {"field": "técnico", "ilux": "ILUX", "customer": "cliente", "desk": "revenda"}

Counter = Literal["mono", "color"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the counters said, `None` where they were not read. Doubtful: flagged when it was recorded."""

    mono: int | None
    color: int | None
    read_at: datetime
    is_doubtful: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """Of one counter in one month: where its last reading stood, and the pages. `None`: not known."""

    counter: int | None
    pages: int | None


@dataclass(frozen=True, slots=True)
class Month:
    begins_on: date
    mono: Use
    color: Use

    @property
    def pages(self) -> int:
        return (self.mono.pages or 0) + (self.color.pages or 0)


def months_of(readings: Iterable[Reading], timezone: str, now: datetime) -> tuple[Month, ...]:
    """The last twelve, the oldest first; none before the machine's first reading."""
    known = sorted(readings, key=lambda reading: reading.read_at)
    starts = _starts(now, ZoneInfo(timezone))
    columns = {counter: _uses(known, counter, starts) for counter in ("mono", "color")}
    months = [
        Month(start.date(), mono, color)
        for start, mono, color in zip(starts, columns["mono"], columns["color"], strict=False)
    ]
    nothing = Use(None, None)
    while months and months[0].mono == months[0].color == nothing:
        del months[0]
    return tuple(months)


def _starts(now: datetime, zone: ZoneInfo) -> list[datetime]:
    """Of the months that are shown, and of the one after them."""
    here = now.astimezone(zone)
    first = here.year * 12 + here.month - MONTHS_SHOWN
    return [
        datetime(month // 12, month % 12 + 1, 1, tzinfo=zone)
        for month in range(first, first + MONTHS_SHOWN + 1)
    ]


def _uses(readings: Sequence[Reading], counter: Counter, starts: Sequence[datetime]) -> list[Use]:
    read = [(value, one) for one in readings if (value := getattr(one, counter)) is not None]
    uses = []
    for begin, end in pairwise(starts):
        within = [value for value, one in read if begin <= one.read_at < end]
        shares = [
            _share(before, after, begin, end)
            for before, after in pairwise(read)
            if _is_counted(before, after) and before[1].read_at < end and after[1].read_at > begin
        ]
        uses.append(Use(within[-1] if within else None, sum(shares) if shares else None))
    return uses


def _is_counted(before: tuple[int, Reading], after: tuple[int, Reading]) -> bool:
    return not after[1].is_doubtful and after[0] >= before[0] and after[1].read_at > before[1].read_at


def _share(before: tuple[int, Reading], after: tuple[int, Reading], begin: datetime, end: datetime) -> int:
    """Whole pages, as differences of the counter at both ends: their sum is what was printed."""
    (low, first), (high, last) = before, after

    def at(moment: datetime) -> int:
        whole: timedelta = last.read_at - first.read_at
        return low + round((high - low) * ((moment - first.read_at) / whole))

    return at(min(end, last.read_at)) - at(max(begin, first.read_at))
