"""What pages show of supplies: frozen, complete, and free of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from server.service_orders.statuses import Source
from server.service_orders.views import CustomerView, EquipmentView
from server.supplies.statuses import RequestStatus


class RequestSort(StrEnum):
    """What a list is sorted by; `RequestFilter.is_descending` says which way."""

    REQUESTED = "requested"
    NUMBER = "number"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """The filters of the list; what is `None` or empty does not filter.

    `number` is a web or an ILUX number. Instants: from inclusive, until exclusive.
    """

    number: str = ""
    customer: str = ""
    serial_number: str = ""
    statuses: frozenset[RequestStatus] = frozenset()
    requested_from: datetime | None = None
    requested_until: datetime | None = None
    sort: RequestSort = RequestSort.REQUESTED
    is_descending: bool = True


@dataclass(frozen=True, slots=True)
class ItemView:
    name: str
    code: str
    color: str | None
    quantity: int


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One line of the list. Without a machine, `model` is what it was asked for."""

    id: UUID
    web_number: int
    ilux_number: str
    status: RequestStatus
    customer_name: str
    serial_number: str | None
    model: str
    contract_number: str | None
    requested_at: datetime
    invoice_number: str
    tracking_code: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class EventLine:
    id: UUID
    kind: str
    title: str
    user_name: str
    source: Source
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    note: str
    is_internal: bool
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class InvoiceLink:
    """The invoice of the same number at the same customer, where the reader may see it."""

    id: UUID
    issued_at: datetime | None
    is_delivered: bool


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """A request with its items and its history, the oldest line first."""

    id: UUID
    web_number: int
    ilux_number: str
    status: RequestStatus
    company_name: str
    customer: CustomerView
    equipment: EquipmentView | None
    contract_number: str | None
    model: str
    department: str
    install_location: str
    requester_name: str
    requester_phone: str
    requested_at: datetime
    opened_from: Source
    note: str
    ilux_notes: str
    mono: int | None
    color: int | None
    warnings: tuple[str, ...]
    invoice_number: str
    invoice_issued_on: date | None
    carrier_id: UUID | None
    carrier_name: str | None
    tracking_code: str
    cancel_reason: str
    items: tuple[ItemView, ...]
    history: tuple[EventLine, ...]
    invoice: InvoiceLink | None
    may_cancel: bool


@dataclass(frozen=True, slots=True)
class MachineChoice:
    """A machine that something may be asked for."""

    id: UUID
    serial_number: str
    asset_tag: str
    model: str
    department: str
    install_location: str
    customer_name: str


@dataclass(frozen=True, slots=True)
class ContractChoice:
    """A model under a contract: how many of it stand there."""

    contract_id: UUID
    contract_number: str
    model: str
    count: int
    customer_name: str
