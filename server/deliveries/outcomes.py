"""How an attempt to deliver ended, and why it failed.

The reasons are those of the NF-e's event 110192 (insucesso na entrega), so that an issuer can send it.
"""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    DELIVERED = "delivered"
    PARTIAL = "partial"
    NOT_DELIVERED = "not_delivered"


OUTCOME_NAMES = {
    Outcome.DELIVERED: "Entregue",
    Outcome.PARTIAL: "Entregue em parte",
    Outcome.NOT_DELIVERED: "Não entregue",
}


class FailureReason(StrEnum):
    """In the order of the event's `tpMotivo`, 1 to 4."""

    RECEIVER_ABSENT = "receiver_absent"
    REFUSED = "refused"
    ADDRESS_UNKNOWN = "address_unknown"
    OTHER = "other"


REASON_NAMES = {
    FailureReason.RECEIVER_ABSENT: "Recebedor não encontrado",
    FailureReason.REFUSED: "Recusa do recebedor",
    FailureReason.ADDRESS_UNKNOWN: "Endereço inexistente",
    FailureReason.OTHER: "Outro motivo",
}
