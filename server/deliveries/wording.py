"""How pages and the proof speak of deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from server.deliveries.evidence import DiscrepancyRecord
from server.deliveries.views import AttemptView

_MISSING = {
    "receiver_name": "nome de quem recebeu",
    "receiver_document": "documento",
    "signature": "assinatura",
    "photo": "foto",
    "position": "posição",
}
_FACTS = {
    "missing": "Falta",
    "delivered_at": "Entregue em",
    "received_by": "Recebido por",
    "happened_at": "Data informada",
    "issued_at": "Nota emitida em",
    "minutes": "Diferença em minutos",
    "reason": "Motivo",
    "sha256": "Arquivos",
}


def local_time(moment: datetime, utc_offset_minutes: int) -> str:
    """`02/03/2026 08:00 (UTC−03:00)`, as the driver's phone had it."""
    zone = timezone(timedelta(minutes=utc_offset_minutes))
    sign = "−" if utc_offset_minutes < 0 else "+"
    hours, minutes = divmod(abs(utc_offset_minutes), 60)
    return f"{moment.astimezone(zone):%d/%m/%Y %H:%M} (UTC{sign}{hours:02d}:{minutes:02d})"


def coordinates(attempt: AttemptView) -> str:
    """`−27.594900, −48.548200`: six decimals, as the NF-e's event writes them."""
    if attempt.latitude is None or attempt.longitude is None:
        return ""
    return f"{attempt.latitude:.6f}, {attempt.longitude:.6f}"


def discrepancy_facts(discrepancy: DiscrepancyRecord) -> list[tuple[str, str]]:
    """What the office needs to judge it, without the ids that only programs read."""
    return [
        (_FACTS[name], text)
        for name in _FACTS
        if name in discrepancy.facts and (text := _fact_text(name, discrepancy.facts[name]))
    ]


def _fact_text(name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if name == "missing":
        return ", ".join(_MISSING.get(one, one) for one in value)
    if name == "sha256":
        return str(len(value))
    if name.endswith("_at"):
        return f"{datetime.fromisoformat(value):%d/%m/%Y %H:%M} (UTC)"
    return str(value)
