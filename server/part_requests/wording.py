"""How pages, the history and notices speak of a requested part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from server.part_requests.statuses import STATUS_NAMES, PartStatus


def change_text(after: Mapping[str, Any], carrier: str = "") -> str:
    """`Em falta. Previsão: 12/03/2026`: what changed, in one line."""
    parts = []
    if "status" in after:
        parts.append(STATUS_NAMES[PartStatus(after["status"])])
    expected_on = after.get("expected_on")
    if isinstance(expected_on, date):
        parts.append(f"Previsão: {expected_on:%d/%m/%Y}")
    if carrier:
        parts.append(f"Transportadora: {carrier}")
    if after.get("tracking_code"):
        parts.append(f"Rastreio: {after['tracking_code']}")
    if after.get("reason"):
        parts.append(f"Motivo: {after['reason']}")
    return ". ".join(parts) or "Dados alterados"
