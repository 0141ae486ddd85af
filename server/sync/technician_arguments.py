"""The arguments of a technician's mutations, parsed at the edge (docs/field-sync.md, "Mutations").

What a number or a text means is judged later: only what cannot be read at all fails here, and is kept raw.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from offline_sync.messages import Instant, Latitude, Longitude, Metres
from server.visits.states import Outcome

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Quantity = Annotated[int, Meta(ge=1, le=1_000_000)]
Bytes = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Pixels = Annotated[int, Meta(ge=0, le=1_000_000)]
Text = Annotated[str, Meta(max_length=20_000)]


class PositionArgs(Struct, frozen=True):
    lat: Latitude
    lon: Longitude
    accuracy: Metres
    fixed_at: Instant


class SelectVisit(Struct, frozen=True):
    visit_id: UUID
    order_id: UUID
    position: PositionArgs | None = None


class RecordVisitEvent(Struct, frozen=True):
    event_id: UUID
    visit_id: UUID
    order_id: UUID
    kind: Literal["travel_started", "arrived", "work_started", "work_finished", "form_filled", "cancelled"]
    position: PositionArgs | None = None
    note: Text | None = None
    reason: Text | None = None


class AttachPhoto(Struct, frozen=True):
    photo_id: UUID
    visit_id: UUID
    order_id: UUID
    sha256: Sha256
    size: Bytes
    type: Annotated[str, Meta(max_length=40)]
    taken_at: Instant
    width: Pixels | None = None
    height: Pixels | None = None
    slot: str = "other"
    caption: Text | None = None
    question: Text | None = None


class WithdrawPhoto(Struct, frozen=True):
    photo_id: UUID
    visit_id: UUID
    reason: Text


class FormArgs(Struct, frozen=True):
    outcome: Outcome
    diagnosis: Text
    resolution: Text
    filled_at: Instant
    pending_reason: str | None = None
    pending_note: Text | None = None


class ChecklistArgs(Struct, frozen=True):
    version_id: UUID
    answers: dict[str, str | int | float | bool | None]


class ReadingArgs(Struct, frozen=True):
    """A counter of ten digits is not refused: it is flagged."""

    id: UUID
    equipment_id: UUID
    read_at: Instant
    mono: int | None = None
    color: int | None = None
    is_confirmed: bool = False


class PartArgs(Struct, frozen=True):
    id: UUID
    description: Text
    quantity: Quantity
    part_id: UUID | None = None


class SignatureArgs(Struct, frozen=True):
    """Given or refused: one of the two shapes of the document."""

    id: UUID | None = None
    signer_name: Text = ""
    signer_document: Text = ""
    strokes: list[Any] = []
    sha256: Sha256 | None = None
    size: Bytes = 0
    signed_at: Instant | None = None
    refused_reason: Text | None = None


class CompleteVisit(Struct, frozen=True):
    event_id: UUID
    visit_id: UUID
    order_id: UUID
    form: FormArgs
    signature: SignatureArgs
    signed_content: str
    content_hash: Sha256
    position: PositionArgs | None = None
    checklist: ChecklistArgs | None = None
    readings: list[ReadingArgs] = []
    parts_used: list[PartArgs] = []
    part_requests: list[PartArgs] = []
    photo_ids: list[UUID] = []


class RequestParts(Struct, frozen=True):
    order_id: UUID
    items: list[PartArgs]
    visit_id: UUID | None = None
    note: Text | None = None


class AddNote(Struct, frozen=True):
    note_id: UUID
    order_id: UUID
    body: Text


class UpdateContact(Struct, frozen=True):
    order_id: UUID
    requester_name: Text | None = None
    requester_phone: Text | None = None


class OpenOrder(Struct, frozen=True):
    order_id: UUID
    customer_id: UUID
    description: Text
    equipment_id: UUID | None = None
    requester_name: Text | None = None
    requester_phone: Text | None = None
