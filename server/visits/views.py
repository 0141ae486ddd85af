"""What a page shows of visits: frozen, complete, and free of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.service_orders.discrepancies import DiscrepancyView
from server.service_orders.statuses import Status
from server.service_orders.views import CustomerView, EquipmentView, PartRequestView
from server.visits.states import EventKind, Outcome, VisitState


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """The filters of the visit list; what is `None` or empty does not filter."""

    web_number: int | None = None
    ilux_number: str = ""
    customer: str = ""
    serial_number: str = ""
    customer_id: UUID | None = None
    technician_id: UUID | None = None
    states: frozenset[VisitState] = frozenset()
    started_from: datetime | None = None
    started_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class VisitRow:
    id: UUID
    order_id: UUID
    web_number: int
    ilux_number: str | None
    technician_name: str
    customer_name: str
    state: VisitState
    outcome: Outcome | None
    is_primary: bool
    started_at: datetime
    ended_at: datetime | None
    distance_km: float | None
    travel_minutes: int | None
    open_discrepancies: int


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One fact: `device_at` by the phone's clock, `received_at` by the portal's."""

    id: UUID
    kind: EventKind
    name: str
    device_at: datetime
    received_at: datetime
    clock_offset_ms: int | None
    is_clock_off: bool
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    note: str


@dataclass(frozen=True, slots=True)
class PhotoView:
    """`has_file`: the portal holds the picture, verified by its hash."""

    id: UUID
    sha256: str
    size: int
    content_type: str
    slot: str
    slot_name: str
    caption: str
    question_key: str
    taken_at: datetime
    has_file: bool
    withdrawn_at: datetime | None
    withdrawn_reason: str


@dataclass(frozen=True, slots=True)
class SignatureView:
    """`is_intact`: the hash is that of the content that was signed."""

    id: UUID
    signer_name: str
    signer_document: str
    refused_reason: str
    signed_at: datetime
    sha256: str
    has_file: bool
    content_hash: str
    is_intact: bool
    strokes: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ReadingView:
    id: UUID
    equipment_id: UUID
    serial_number: str | None
    mono: int | None
    color: int | None
    read_at: datetime
    is_lower: bool
    is_implausible: bool


@dataclass(frozen=True, slots=True)
class PartUsageView:
    id: UUID
    part_id: UUID | None
    description: str
    quantity: int


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One question of the checklist as it stood, with its answer; `None` when there is none."""

    key: str
    label: str
    type: str
    is_required: bool
    answer: Any
    unit: str = ""
    is_bad: bool = False
    wants_photo: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the way between two gaps; points are (latitude, longitude), simplified for a map."""

    points: tuple[tuple[float, float], ...]
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class GapView:
    """A time without positions, and why: hidden, denied, lost, off, or silent (nobody said why)."""

    started_at: datetime
    ended_at: datetime
    reason: str
    reason_name: str


@dataclass(frozen=True, slots=True)
class TravelView:
    """`method`: gps, gps_gaps, straight_line, none or empty (not yet computed)."""

    distance_km: float | None
    minutes: int | None
    method: str
    method_name: str
    arrival_distance_m: int | None
    is_arrival_near: bool | None
    segments: tuple[Segment, ...]
    gaps: tuple[GapView, ...]


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """One mutation of this visit as the portal received and judged it."""

    seq: int
    name: str
    status: str
    code: str | None
    occurred_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class VisitOrder:
    """The order of a visit, as far as its page and report need it."""

    id: UUID
    web_number: int
    ilux_number: str | None
    status: Status
    company_id: UUID
    contract_number: str
    contract_kind: str
    defect: str
    description: str
    requester_name: str
    requester_phone: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class VisitDetail:
    """Everything that the page of one visit, and its report, show."""

    id: UUID
    order: VisitOrder
    customer: CustomerView
    equipment: EquipmentView | None
    technician_id: UUID
    technician_name: str
    state: VisitState
    outcome: Outcome | None
    is_primary: bool
    diagnosis: str
    resolution: str
    pending_reason: str | None
    pending_note: str
    started_at: datetime
    ended_at: datetime | None
    received_at: datetime | None
    ilux_at: datetime | None
    files_expected: int
    files_received: int
    content_hash: str
    signed_content: str
    timeline: tuple[TimelineEntry, ...]
    travel: TravelView
    photos: tuple[PhotoView, ...]
    signature: SignatureView | None
    readings: tuple[ReadingView, ...]
    parts_used: tuple[PartUsageView, ...]
    part_requests: tuple[PartRequestView, ...]
    checklist_name: str
    checklist: tuple[AnswerView, ...]
    discrepancies: tuple[DiscrepancyView, ...]
    receipts: tuple[ReceiptView, ...]

    def photos_of(self, question: AnswerView) -> list[PhotoView]:
        """Those that answer it and were not withdrawn."""
        return [
            photo
            for photo in self.photos
            if photo.question_key == question.key and photo.withdrawn_at is None
        ]

    def subject_of(self, photo: PhotoView) -> str:
        """What it shows: the question that it answers, else its slot."""
        asked = (question.label for question in self.checklist if question.key == photo.question_key)
        return next(asked, photo.slot_name)
