"""What the pages of parts show: frozen, complete, and free of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from server.part_requests.statuses import AWAITED, PartStatus
from server.service_orders.statuses import Status


@dataclass(frozen=True, slots=True)
class PartFilter:
    """`statuses` are the parts' own; `part` and `customer` match anywhere."""

    number: str = ""
    customer: str = ""
    part: str = ""
    technician_id: UUID | None = None
    statuses: frozenset[PartStatus] = frozenset(AWAITED)
    order_statuses: frozenset[Status] = frozenset()
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part that an order waits for. `due_at` is the order's revised one where there is one."""

    id: UUID
    order_id: UUID
    web_number: int
    ilux_number: str | None
    order_status: Status
    customer_name: str
    technician_name: str | None
    description: str
    quantity: int
    note: str
    status: PartStatus
    requested_at: datetime
    expected_on: date | None
    carrier_id: UUID | None
    carrier_name: str | None
    tracking_code: str
    reason: str
    changed_at: datetime | None
    changed_by_name: str | None
    due_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order that stands in the queue without a part to look after."""

    id: UUID
    web_number: int
    status: Status
    customer_name: str
    technician_name: str | None
