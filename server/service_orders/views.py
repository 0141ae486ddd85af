"""What a page shows of service orders: frozen, complete, and free of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from server.service_orders.discrepancies import DiscrepancyView
from server.service_orders.statuses import Source, Status
from server.triage.rules import Turn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows; `next` is the cursor of those after them, `None` at the end."""

    rows: tuple[T, ...]
    next: str | None


class OrderSort(StrEnum):
    """What a list is sorted by; `OrderFilter.is_descending` says which way."""

    OPENED = "opened"
    NUMBER = "number"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """The filters of the order list; what is `None` or empty does not filter.

    `number` is a web or an ILUX number. `customer` and `serial_number` match anywhere and at the beginning.
    Instants: from inclusive, until exclusive.
    """

    number: str = ""
    serial_number: str = ""
    contract: str = ""
    customer: str = ""
    technician_id: UUID | None = None
    customer_id: UUID | None = None
    company_id: UUID | None = None
    statuses: frozenset[Status] = frozenset()
    opened_from: datetime | None = None
    opened_until: datetime | None = None
    is_late: bool = False
    sort: OrderSort = OrderSort.OPENED
    is_descending: bool = True


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of the list. `due_at` is the revised one where there is one, and knows of the pauses."""

    id: UUID
    web_number: int
    ilux_number: str | None
    status: Status
    company_id: UUID
    customer_id: UUID
    customer_name: str
    serial_number: str | None
    model: str | None
    contract_number: str
    technician_id: UUID | None
    technician_name: str | None
    defect: str
    opened_at: datetime
    scheduled_at: datetime | None
    due_at: datetime | None
    is_overdue: bool
    open_discrepancies: int
    turn: Turn | None


@dataclass(frozen=True, slots=True)
class CustomerView:
    id: UUID
    name: str
    trade_name: str
    cnpj_cpf: str
    street: str
    number: str
    complement: str
    district: str
    city: str
    uf: str
    cep: str
    phone: str
    contact_name: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class EquipmentView:
    id: UUID
    serial_number: str
    asset_tag: str
    manufacturer: str
    model: str
    is_color: bool
    department: str
    install_location: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Who changed what, when, from where. `before` and `after` hold the changed fields only."""

    id: UUID
    kind: str
    title: str
    user_name: str
    source: Source
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    note: str
    is_internal: bool
    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PartRequestView:
    id: UUID
    visit_id: UUID | None
    part_id: UUID | None
    description: str
    quantity: int
    note: str
    status: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class VisitSummary:
    """A visit as its order shows it."""

    id: UUID
    technician_name: str
    state: str
    state_name: str
    is_primary: bool
    outcome: str | None
    started_at: datetime
    ended_at: datetime | None
    distance_km: float | None
    travel_minutes: int | None


@dataclass(frozen=True, slots=True)
class TriageLine:
    id: UUID
    author_name: str
    author_side: str
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """Everything that the page of one order shows. `changes` is what this person may change the status to."""

    id: UUID
    web_number: int
    ilux_number: str | None
    status: Status
    company_name: str
    customer: CustomerView
    equipment: EquipmentView | None
    contract_number: str
    contract_kind: str
    defect: str
    description: str
    requester_name: str
    requester_phone: str
    notes: str
    technician_id: UUID | None
    technician_name: str | None
    checklist_version_id: UUID | None
    return_of_id: UUID | None
    opened_at: datetime
    opened_from: Source
    dispatched_at: datetime | None
    scheduled_at: datetime | None
    due_at: datetime | None
    revised_due_at: datetime | None
    paused_due_at: datetime | None
    is_overdue: bool
    pending_reason: str | None
    cancel_reason: str
    closed_at: datetime | None
    triage_released_at: datetime | None
    opened_by_id: UUID | None
    changes: tuple[Status, ...]
    history: tuple[HistoryLine, ...]
    visits: tuple[VisitSummary, ...]
    part_requests: tuple[PartRequestView, ...]
    discrepancies: tuple[DiscrepancyView, ...]
    triage: tuple[TriageLine, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a select: who may be sent, which company."""

    id: UUID
    name: str
