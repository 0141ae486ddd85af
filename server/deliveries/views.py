"""What a page shows of deliveries: frozen, complete, and free of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from server.deliveries.evidence import DiscrepancyRecord, FileRecord
from server.deliveries.outcomes import FailureReason, Outcome
from server.service_orders.views import CustomerView


class DeliveryState(StrEnum):
    """How an invoice stands, as the list says and filters it."""

    PENDING = "pending"
    LATE = "late"
    NOT_DELIVERED = "not_delivered"
    PARTIAL = "partial"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


STATE_NAMES = {
    DeliveryState.PENDING: "Pendente",
    DeliveryState.LATE: "Atrasada",
    DeliveryState.NOT_DELIVERED: "Não entregue",
    DeliveryState.PARTIAL: "Entregue em parte",
    DeliveryState.DELIVERED: "Entregue",
    DeliveryState.CANCELLED: "Nota cancelada",
}


def state_of(*, is_active: bool, delivery_status: str, last_outcome: str) -> DeliveryState:
    """Late is said beside it, not instead of it."""
    if delivery_status == Outcome.DELIVERED:
        return DeliveryState.DELIVERED
    if not is_active:
        return DeliveryState.CANCELLED
    if last_outcome in (Outcome.PARTIAL, Outcome.NOT_DELIVERED):
        return DeliveryState(last_outcome)
    return DeliveryState.PENDING


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """The filters of the list; what is `None` or empty does not filter."""

    number: str = ""
    customer: str = ""
    carrier_id: UUID | None = None
    state: DeliveryState | None = None
    has_discrepancy: bool = False
    issued_from: datetime | None = None
    issued_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """`attempts` and `open_discrepancies` are counts; `last_place` is where it was last tried."""

    id: UUID
    number: str
    series: str
    customer_name: str
    city: str
    carrier_name: str | None
    issued_at: datetime | None
    delivered_at: datetime | None
    received_by: str
    state: DeliveryState
    is_late: bool
    attempts: int
    open_discrepancies: int
    place: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One attempt with its proof; `offset` are the minutes of the phone's zone at `happened_at`."""

    id: UUID
    driver_name: str
    carrier_name: str
    outcome: Outcome
    name: str
    is_primary: bool
    reason: FailureReason | None
    reason_name: str
    note: str
    receiver_name: str
    receiver_document: str
    happened_at: datetime
    utc_offset_minutes: int
    received_at: datetime
    clock_offset_ms: int | None
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    proof_hash: str
    proof_hash_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str
    ilux_at: datetime | None
    signature: FileRecord | None
    photos: tuple[FileRecord, ...]
    discrepancies: tuple[DiscrepancyRecord, ...]


@dataclass(frozen=True, slots=True)
class InvoiceDetail:
    """An invoice with its attempts, newest first."""

    id: UUID
    company_id: UUID
    number: str
    series: str
    access_key: str
    issued_at: datetime | None
    total: Any
    volumes: int | None
    notes: str
    tracking_code: str
    delivered_at: datetime | None
    received_by: str
    carrier_name: str | None
    state: DeliveryState
    is_late: bool
    customer: CustomerView
    attempts: tuple[AttemptView, ...]

    @property
    def proof(self) -> AttemptView | None:
        """The attempt that the proof is of: what delivered it, else the newest that handed something over."""
        standing = [one for one in self.attempts if one.withdrawn_at is None]
        delivered = [one for one in standing if one.is_primary]
        partial = [one for one in standing if one.outcome is not Outcome.NOT_DELIVERED]
        return next(iter((*delivered, *partial)), None)

    @property
    def discrepancies(self) -> tuple[DiscrepancyRecord, ...]:
        return tuple(one for attempt in self.attempts for one in attempt.discrepancies)
