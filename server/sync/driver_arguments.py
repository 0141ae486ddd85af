"""The arguments of a driver's mutations, parsed at the edge (docs/field-sync.md, "Deliveries")."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from offline_sync.messages import Instant
from server.sync.technician_arguments import Bytes, Pixels, PositionArgs, Sha256, Text

Minutes = Annotated[int, Meta(ge=-100_000, le=100_000)]
ContentType = Annotated[str, Meta(max_length=40)]


class DeliveryPhotoArgs(Struct, frozen=True):
    id: UUID
    sha256: Sha256
    size: Bytes
    type: ContentType
    taken_at: Instant
    width: Pixels | None = None
    height: Pixels | None = None


class DeliverySignatureArgs(Struct, frozen=True):
    id: UUID
    sha256: Sha256
    size: Bytes
    signed_at: Instant
    strokes: list[Any] = []


class ConfirmDelivery(Struct, frozen=True):
    delivery_id: UUID
    invoice_id: UUID
    outcome: Literal["delivered", "partial"]
    receiver_name: Text
    happened_at: Instant
    utc_offset_minutes: Minutes
    receiver_document: Text = ""
    note: Text | None = None
    position: PositionArgs | None = None
    signature: DeliverySignatureArgs | None = None
    photos: list[DeliveryPhotoArgs] = []


class ReportFailedDelivery(Struct, frozen=True):
    delivery_id: UUID
    invoice_id: UUID
    reason: str
    happened_at: Instant
    utc_offset_minutes: Minutes
    note: Text | None = None
    position: PositionArgs | None = None
    photos: list[DeliveryPhotoArgs] = []


class WithdrawDelivery(Struct, frozen=True):
    delivery_id: UUID
    reason: Text
