"""Discrepancies: evidence from the field that met a changed order, or that does not fit together.

They never stop anything. The office looks at them and accepts each with a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class DiscrepancyKind(StrEnum):
    """The kinds of docs/field-sync.md."""

    ORDER_CANCELLED = "order_cancelled"
    ORDER_REASSIGNED = "order_reassigned"
    ORDER_CLOSED = "order_closed"
    ALREADY_COMPLETED = "already_completed"
    READING_LOWER = "reading_lower"
    READING_IMPLAUSIBLE = "reading_implausible"
    CONTENT_CHANGED = "content_changed_after_signature"
    SIGNATURE_MISMATCH = "signature_mismatch"
    CHECKLIST_INCOMPLETE = "checklist_incomplete"
    CLOCK_DRIFT = "clock_drift"
    CONTACT_PROPOSAL = "contact_proposal"
    FILE_MISSING = "file_missing"
    UNKNOWN_EQUIPMENT = "unknown_equipment"
    IMPOSSIBLE_TRAVEL = "impossible_travel"
    INVALID_TRANSITION = "invalid_transition"
    GONE_IN_ILUX = "gone_in_ilux"


DISCREPANCY_NAMES = {
    DiscrepancyKind.ORDER_CANCELLED: "Atendido depois do cancelamento",
    DiscrepancyKind.ORDER_REASSIGNED: "Atendido por outro técnico",
    DiscrepancyKind.ORDER_CLOSED: "Registrado depois do encerramento",
    DiscrepancyKind.ALREADY_COMPLETED: "Já havia sido concluído",
    DiscrepancyKind.READING_LOWER: "Leitura menor que a anterior",
    DiscrepancyKind.READING_IMPLAUSIBLE: "Leitura improvável",
    DiscrepancyKind.CONTENT_CHANGED: "Chamado mudou depois da assinatura",
    DiscrepancyKind.SIGNATURE_MISMATCH: "Assinatura não confere com o conteúdo",
    DiscrepancyKind.CHECKLIST_INCOMPLETE: "Checklist incompleto",
    DiscrepancyKind.CLOCK_DRIFT: "Relógio do aparelho errado",
    DiscrepancyKind.CONTACT_PROPOSAL: "Contato proposto pelo técnico",
    DiscrepancyKind.FILE_MISSING: "Falta um arquivo",
    DiscrepancyKind.UNKNOWN_EQUIPMENT: "Equipamento desconhecido",
    DiscrepancyKind.IMPOSSIBLE_TRAVEL: "Deslocamento impossível",
    DiscrepancyKind.INVALID_TRANSITION: "Registros fora de ordem",
    DiscrepancyKind.GONE_IN_ILUX: "Não está mais no ILUX, que foi restaurado",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A discrepancy about to be recorded; `facts` are what the office needs to judge it."""

    kind: DiscrepancyKind
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DiscrepancyView:
    id: UUID
    visit_id: UUID | None
    kind: DiscrepancyKind
    name: str
    facts: Mapping[str, Any]
    raised_at: datetime
    accepted_at: datetime | None
    acceptance_note: str

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None
