"""How pages, and ILUX's note, speak of supply requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from server.supplies.statuses import STATUS_NAMES, RequestStatus
from server.supplies.views import ItemView

_FIELD_NAMES = {
    "status": "status",
    "invoice_number": "nº da nota fiscal",
    "invoice_issued_on": "emissão da nota",
    "carrier_id": "transportadora",
    "tracking_code": "código de rastreio",
    "ilux_number": "nº ILUX",
    "cancel_reason": "motivo",
}


def items_text(items: Iterable[ItemView]) -> str:
    """`2 × Toner preto, Cilindro`."""
    return ", ".join(f"{one.quantity} × {one.name}" if one.quantity != 1 else one.name for one in items)


def changes_text(
    before: Mapping[str, Any], after: Mapping[str, Any], carriers: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """What a line of the history changed: (field, before, after), as a person says it."""
    return [
        (label, _said(name, before.get(name), carriers), _said(name, after[name], carriers))
        for name, label in _FIELD_NAMES.items()
        if name in after
    ]


def ilux_notes(*, note: str, model: str, contract_number: str, department: str, place: str) -> str:
    """What a person at ILUX must know of a request that its table has no column for."""
    facts = (
        ("Modelo", model),
        ("Contrato", contract_number),
        ("Departamento", department),
        ("Local", place),
    )
    lines = [f"{name}: {value}" for name, value in facts if value]
    return " | ".join([*lines, *([note] if note else [])])


def _said(name: str, value: Any, carriers: Mapping[str, str]) -> str:
    if value in (None, ""):
        return ""
    if name == "status":
        return STATUS_NAMES[RequestStatus(value)]
    if name == "carrier_id":
        return carriers.get(str(value), "uma transportadora")
    if name == "invoice_issued_on":
        return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
    return str(value)
