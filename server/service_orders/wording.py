"""How pages speak of service orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from server.service_orders.statuses import PENDING_REASON_NAMES, STATUS_NAMES, PendingReason, Status
from server.web.rendering import in_zone, minutes

CONTRACT_NAMES = {"full": "completo", "light": "light", "none": "sem contrato"}
_FIELD_NAMES = {
    "status": "status",
    "technician_id": "técnico",
    "scheduled_at": "data agendada",
    "due_at": "prioridade",
    "revised_due_at": "prioridade atualizada",
    "pending_reason": "pendência",
    "cancel_reason": "motivo",
    "description": "descrição",
    "requester_name": "solicitante",
    "requester_phone": "telefone do solicitante",
    "notes": "observações",
    "defect": "defeito",
    "ilux_number": "nº ILUX",
}
_INSTANTS = {"scheduled_at", "due_at", "revised_due_at"}


def span(length: timedelta) -> str:
    """`40 s`, `27 min`, `2 h 15 min`, `3 dias`."""
    if length >= timedelta(days=2):
        return f"{length.days} dias"
    seconds = round(length.total_seconds())
    return f"{seconds} s" if seconds < 60 else minutes(seconds / 60)


def pending_text(reason: str | None, note: str = "") -> str:
    """Why an order waits, with what was added to it."""
    name = PENDING_REASON_NAMES.get(PendingReason(reason), reason) if reason else ""
    return ": ".join(part for part in (name, note) if part)


def changes_text(
    before: Mapping[str, Any], after: Mapping[str, Any], technicians: Mapping[str, str], timezone: str
) -> list[tuple[str, str, str]]:
    """What a line of the history changed: (field, before, after), as a person says it."""
    lines = []
    for name, label in _FIELD_NAMES.items():
        if name not in after:
            continue
        was, became = (_said(name, values.get(name), technicians, timezone) for values in (before, after))
        if became != was:
            lines.append((label, was, became))
    return lines


def _said(name: str, value: Any, technicians: Mapping[str, str], timezone: str) -> str:
    if value in (None, ""):
        return ""
    if name == "status":
        return STATUS_NAMES[Status(value)]
    if name == "technician_id":
        return technicians.get(str(value), "um técnico")
    if name == "pending_reason":
        return pending_text(str(value))
    if name in _INSTANTS:
        return in_zone(datetime.fromisoformat(str(value)), timezone).strftime("%d/%m/%Y %H:%M")
    return str(value)
