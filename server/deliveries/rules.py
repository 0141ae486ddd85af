"""What becomes of a delivery that a driver recorded; pure. Nothing here refuses anything.

A delivery is a fact: the goods are where they are. What the office did meanwhile decides only whether the
invoice changes, and what the office must look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from server.deliveries.discrepancies import DiscrepancyKind, Finding
from server.deliveries.outcomes import Outcome

CLOCK_TOLERANCE_MS = 5 * 60_000
# A person types the minute, and a phone's clock may be off by what is tolerated.
AHEAD_TOLERANCE = timedelta(minutes=6)


class Meeting(Enum):
    """How the invoice stands when the fact arrives."""

    OWN = auto()
    ANOTHERS = auto()
    CANCELLED = auto()
    DELIVERED = auto()


class Effect(Enum):
    """What the fact does to its invoice."""

    DELIVER = auto()
    """It is delivered, and ILUX is told."""
    NOTE = auto()
    """It stays pending; the newest outcome is shown with it."""
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class InvoiceNow:
    """The invoice as the office has it when the fact arrives."""

    is_active: bool
    is_delivered: bool
    carrier_id: UUID | None
    issued_at: datetime | None

    def meeting(self, carrier_id: UUID) -> Meeting:
        if self.is_delivered:
            return Meeting.DELIVERED
        if not self.is_active:
            return Meeting.CANCELLED
        return Meeting.OWN if self.carrier_id == carrier_id else Meeting.ANOTHERS


# What was handed over is handed over, by whichever carrier: nobody else need drive there.
_RESOLUTIONS: dict[tuple[Meeting, Outcome], tuple[Effect, DiscrepancyKind | None]] = {
    (Meeting.OWN, Outcome.DELIVERED): (Effect.DELIVER, None),
    (Meeting.OWN, Outcome.PARTIAL): (Effect.NOTE, None),
    (Meeting.OWN, Outcome.NOT_DELIVERED): (Effect.NOTE, None),
    (Meeting.ANOTHERS, Outcome.DELIVERED): (Effect.DELIVER, DiscrepancyKind.INVOICE_REASSIGNED),
    (Meeting.ANOTHERS, Outcome.PARTIAL): (Effect.NOTE, DiscrepancyKind.INVOICE_REASSIGNED),
    (Meeting.ANOTHERS, Outcome.NOT_DELIVERED): (Effect.NOTHING, DiscrepancyKind.INVOICE_REASSIGNED),
    (Meeting.CANCELLED, Outcome.DELIVERED): (Effect.NOTHING, DiscrepancyKind.INVOICE_CANCELLED),
    (Meeting.CANCELLED, Outcome.PARTIAL): (Effect.NOTHING, DiscrepancyKind.INVOICE_CANCELLED),
    (Meeting.CANCELLED, Outcome.NOT_DELIVERED): (Effect.NOTHING, DiscrepancyKind.INVOICE_CANCELLED),
    (Meeting.DELIVERED, Outcome.DELIVERED): (Effect.NOTHING, DiscrepancyKind.ALREADY_DELIVERED),
    (Meeting.DELIVERED, Outcome.PARTIAL): (Effect.NOTHING, DiscrepancyKind.ALREADY_DELIVERED),
    (Meeting.DELIVERED, Outcome.NOT_DELIVERED): (Effect.NOTHING, DiscrepancyKind.ALREADY_DELIVERED),
}


def resolve(meeting: Meeting, outcome: Outcome) -> tuple[Effect, DiscrepancyKind | None]:
    """The row of the table for this outcome on such an invoice."""
    return _RESOLUTIONS[meeting, outcome]


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a reseller asks of a proof beside the receiver's name and the time."""

    document: bool = False
    signature: bool = False
    photo: bool = False
    position: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """What a delivery holds of it."""

    receiver_name: str
    receiver_document: str
    has_signature: bool
    has_photo: bool
    has_position: bool


def judge_proof(proof: Proof, asked: Requirements) -> list[Finding]:
    """Of what was handed over, whole or in part."""
    missing = [
        name
        for name, is_asked, is_there in (
            ("receiver_name", True, bool(proof.receiver_name)),
            ("receiver_document", asked.document, bool(proof.receiver_document)),
            ("signature", asked.signature, proof.has_signature),
            ("photo", asked.photo, proof.has_photo),
            ("position", asked.position, proof.has_position),
        )
        if is_asked and not is_there
    ]
    return [Finding(DiscrepancyKind.PROOF_INCOMPLETE, {"missing": missing})] if missing else []


def judge_time(happened_at: datetime, issued_at: datetime | None, received_at: datetime) -> list[Finding]:
    """Nothing arrives after it is told, nor before its invoice is issued."""
    is_ahead = happened_at > received_at + AHEAD_TOLERANCE
    is_early = issued_at is not None and happened_at < issued_at - AHEAD_TOLERANCE
    if not is_ahead and not is_early:
        return []
    return [Finding(DiscrepancyKind.TIME_IMPLAUSIBLE, {"happened_at": happened_at, "issued_at": issued_at})]


def judge_clock(offset_ms: int | None) -> list[Finding]:
    """The measured difference between portal and device, when the fact was sent."""
    if offset_ms is None or abs(offset_ms) <= CLOCK_TOLERANCE_MS:
        return []
    return [Finding(DiscrepancyKind.CLOCK_DRIFT, {"minutes": round(offset_ms / 60_000)})]


def is_late(issued_at: datetime | None, due_days: int, now: datetime) -> bool:
    """Of an invoice that is still to be delivered."""
    return issued_at is not None and issued_at + timedelta(days=due_days) < now
