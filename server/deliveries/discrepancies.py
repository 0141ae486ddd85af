"""Discrepancies of deliveries: they never stop anything, the office accepts each with a note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class DiscrepancyKind(StrEnum):
    """The kinds of docs/field-sync.md, "Deliveries"."""

    INVOICE_CANCELLED = "invoice_cancelled"
    INVOICE_REASSIGNED = "invoice_reassigned"
    ALREADY_DELIVERED = "already_delivered"
    PROOF_INCOMPLETE = "proof_incomplete"
    TIME_IMPLAUSIBLE = "time_implausible"
    CLOCK_DRIFT = "clock_drift"
    FILE_MISSING = "file_missing"
    WITHDRAWN_AFTER_ILUX = "withdrawn_after_ilux"


DISCREPANCY_NAMES = {
    DiscrepancyKind.INVOICE_CANCELLED: "Nota cancelada antes da entrega",
    DiscrepancyKind.INVOICE_REASSIGNED: "Nota passada a outro transportador",
    DiscrepancyKind.ALREADY_DELIVERED: "A nota já constava como entregue",
    DiscrepancyKind.PROOF_INCOMPLETE: "Comprovante incompleto",
    DiscrepancyKind.TIME_IMPLAUSIBLE: "Data da entrega improvável",
    DiscrepancyKind.CLOCK_DRIFT: "Relógio do aparelho errado",
    DiscrepancyKind.FILE_MISSING: "Falta um arquivo",
    DiscrepancyKind.WITHDRAWN_AFTER_ILUX: "Entrega desfeita depois de enviada ao ILUX",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A discrepancy about to be recorded; `facts` are what the office needs to judge it."""

    kind: DiscrepancyKind
    facts: Mapping[str, Any]
