"""What the agenda shows: frozen, complete, and free of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from server.agenda.nearness import Nearness
from server.agenda.rules import Load, Placement
from server.service_orders.statuses import Status
from server.tracking.duty import DUTY_NAMES, Duty


@dataclass(frozen=True, slots=True)
class Card:
    """One order on the agenda. `due_at` is the revised one where there is one; `mark` is how it is seen.
    `is_outside`: it is still to be served, before or after the hours of its day. `is_foreign`: of a company
    that this person does not see, so that nothing but its time is known."""

    id: UUID
    web_number: int
    status: Status
    customer_name: str
    place: str
    point: tuple[float, float] | None
    defect: str
    technician_id: UUID | None
    scheduled_at: datetime | None
    due_at: datetime | None
    is_overdue: bool
    is_return: bool
    is_released: bool
    is_movable: bool
    mark: str
    is_outside: bool = False
    is_foreign: bool = False
    near: Nearness | None = None

    @property
    def is_planned_late(self) -> bool:
        """Nobody will be there by the promised time, if all goes as planned."""
        return bool(self.scheduled_at and self.due_at and self.due_at < self.scheduled_at)


@dataclass(frozen=True, slots=True)
class DayHead:
    day: date
    holiday: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A technician's day; `day` None: what was left over or has no day, which fills none."""

    day: date | None
    cards: tuple[Card, ...]
    load: Load | None


@dataclass(frozen=True, slots=True)
class Line:
    """A technician with their cells, the first of them without a day."""

    id: UUID
    name: str
    company_id: UUID
    company_name: str
    duty: Duty
    is_sharing: bool
    cells: tuple[Cell, ...]

    @property
    def duty_name(self) -> str:
        return DUTY_NAMES[self.duty]


@dataclass(frozen=True, slots=True)
class CrewPage:
    """Which technicians a screen shows: counted from 1; `before` and `behind` begin the others."""

    first: int
    last: int
    total: int
    before: UUID | None
    behind: UUID | None


@dataclass(frozen=True, slots=True)
class Board:
    """`waiting` are the orders without a technician, those released first; `next` is the cursor of the rest.
    `lines` are the technicians of this screen, `names` those of all. `is_cut` says that there are more orders
    than are shown at once."""

    days: tuple[DayHead, ...]
    waiting: tuple[Card, ...]
    next: str | None
    lines: tuple[Line, ...]
    names: Mapping[UUID, str]
    crew: CrewPage
    is_cut: bool

    def find(self, order_id: UUID) -> tuple[Card, Line | None, Cell | None] | None:
        """With whose it is and in which cell, if it is anybody's."""
        for line in self.lines:
            for cell in line.cells:
                for card in cell.cards:
                    if card.id == order_id:
                        return card, line, cell
        return next(((card, None, None) for card in self.waiting if card.id == order_id), None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could go on that day, and how full it is already."""

    id: UUID
    name: str
    duty: Duty
    is_sharing: bool
    load: Load
    near: Nearness | None

    @property
    def duty_name(self) -> str:
        return DUTY_NAMES[self.duty]


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody needs who decides where one order goes: who could, the nearest first."""

    card: Card
    candidates: tuple[Candidate, ...]
    holiday: str
    placement: Placement
