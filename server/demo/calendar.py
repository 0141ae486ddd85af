"""When technicians are free: no two visits of one person overlap, nobody works on Sundays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from server.demo.places import Place, Point
from server.demo.world import TIMEZONE, Worker, World

OPENS, CLOSES = 8.25, 16.75  # local hours; what begins before closing is finished
SATURDAY = 5


@dataclass(slots=True)
class _Day:
    free_from: float
    standing: tuple[Place, Point]
    is_planned: bool = False


@dataclass(slots=True)
class Calendar:
    """Each technician's days, filled in the order in which visits are planned."""

    world: World
    _days: dict[tuple[Worker, date], _Day] = field(default_factory=dict)

    def reserve(self, worker: Worker, not_before: datetime) -> tuple[datetime, tuple[Place, Point]]:
        """The next moment at which the technician can set out, and from where."""
        local = not_before.astimezone(TIMEZONE)
        day, hour = local.date(), local.hour + local.minute / 60
        while True:
            book = self._day(worker, day)
            start = max(book.free_from, hour)
            if day.weekday() < SATURDAY and start <= CLOSES:
                return self.world.on_day(day, start), book.standing
            day, hour = day + timedelta(days=1), OPENS

    def occupy(self, worker: Worker, until: datetime, standing: tuple[Place, Point]) -> None:
        """The technician is there until then, and goes on from there."""
        local = until.astimezone(TIMEZONE)
        book = self._day(worker, local.date())
        book.free_from = local.hour + local.minute / 60 + self.world.rng.uniform(0.05, 0.4)
        book.standing = standing
        book.is_planned = True

    def is_free(self, worker: Worker, since: datetime) -> bool:
        """Whether nothing is planned for the technician on that day from then on."""
        local = since.astimezone(TIMEZONE)
        book = self._day(worker, local.date())
        return not book.is_planned or book.free_from <= local.hour + local.minute / 60

    def _day(self, worker: Worker, day: date) -> _Day:
        base = worker.firm.base
        first = OPENS + self.world.rng.uniform(0, 0.8)
        return self._days.setdefault((worker, day), _Day(first, (base, base.centre)))
