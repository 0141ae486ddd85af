"""What the pages of readings show: frozen, complete, and free of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from server.reading_requests.rules import RequestState


@dataclass(frozen=True, slots=True)
class RequestFilter:
    month_on: date
    customer: str = ""
    states: frozenset[RequestState] = frozenset()


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One customer's month. `machines` are those asked for, `answered` those that were read."""

    id: UUID
    customer_id: UUID
    customer_name: str
    month_on: date
    asked_at: datetime
    reminded_at: datetime | None
    completed_at: datetime | None
    recipients: int
    machines: int
    answered: int
    state: RequestState


@dataclass(frozen=True, slots=True)
class Summary:
    """Of a month: customers asked, those who answered for all, machines asked for, those read."""

    customers: int
    complete: int
    machines: int
    answered: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One machine of a request, with what was read, and what was read before."""

    id: UUID
    equipment_id: UUID
    serial_number: str
    asset_tag: str
    model: str
    department: str
    install_location: str
    is_color: bool
    answered_at: datetime | None
    mono: int | None
    color: int | None
    is_implausible: bool
    photo_type: str
    last_mono: int | None = None
    last_color: int | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RequestDetail:
    row: RequestRow
    sent_to: tuple[str, ...]
    items: tuple[ItemRow, ...]
    address: str


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A customer with machines under contract, and when it is asked; never, where nothing was said yet."""

    customer_id: UUID
    customer_name: str
    machines: int
    is_on: bool
    day_of_month: int
    remind_after_days: int
    email: str
    users: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the link shows; without `items` there is nothing to see any more."""

    state: RequestState
    company_name: str = ""
    phone: str = ""
    customer_name: str = ""
    timezone: str = ""
    month_on: date | None = None
    items: tuple[ItemRow, ...] = ()
