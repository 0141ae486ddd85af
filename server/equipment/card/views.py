"""What a machine's card shows: frozen, complete, and free of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.equipment.card.rules import Reading
from server.part_requests.statuses import PartStatus
from server.service_orders.statuses import Status
from server.supplies.views import RequestRow
from server.visits.states import Outcome, VisitState


@dataclass(frozen=True, slots=True)
class MachineLine:
    """A machine that was found, by what it is told from others."""

    id: UUID
    model: str
    serial_number: str
    customer_name: str


@dataclass(frozen=True, slots=True)
class CallLine:
    id: UUID
    web_number: int
    ilux_number: str | None
    status: Status
    defect: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class VisitLine:
    id: UUID
    web_number: int
    technician_name: str
    state: VisitState
    outcome: Outcome | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class PartLine:
    order_id: UUID
    web_number: int
    description: str
    quantity: int
    status: PartStatus
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class EquipmentCard:
    """The newest of everything first: a few calls, visits and supply requests, a year's readings."""

    id: UUID
    serial_number: str
    asset_tag: str
    manufacturer: str
    model: str
    is_color: bool
    department: str
    install_location: str
    is_active: bool
    company_name: str
    customer_id: UUID
    customer_name: str
    contract_number: str
    contract_kind: str
    calls: tuple[CallLine, ...]
    visits: tuple[VisitLine, ...]
    parts: tuple[PartLine, ...]
    supplies: tuple[RequestRow, ...]
    readings: tuple[Reading, ...]

    @property
    def last_reading(self) -> Reading | None:
        return self.readings[0] if self.readings else None
