"""A request's history: who changed what, when, from where. Lines are added, never edited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from server.database import Transaction
from server.service_orders.history import Author

LINE_NAMES = {
    "requested": "Solicitação feita",
    "status": "Status alterado",
    "edited": "Dados alterados",
    "cancelled": "Cancelada",
    "note": "Observação",
    "gone": "Excluída no ILUX",
}
COLUMNS = (
    "id", "reseller_id", "supply_request_id", "kind", "user_id", "user_name", "source", "before", "after",
    "note", "is_internal", "recorded_at",
)  # fmt: skip


def line(
    reseller_id: UUID,
    request_id: UUID,
    author: Author,
    now: datetime,
    kind: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
    is_internal: bool = False,
) -> tuple[Any, ...]:
    """The values of `COLUMNS`; `before` and `after` name the changed fields only."""
    was, became = (msgspec.json.encode(part or {}, enc_hook=str).decode() for part in (before, after))
    return (
        (uuid7(), reseller_id, request_id, kind, author.user_id, author.name, author.source.value)
        + (was, became, note, is_internal, now)
    )  # fmt: skip


async def add(tx: Transaction, values: tuple[Any, ...]) -> None:
    marks = ", ".join(f"${number}" for number in range(1, len(COLUMNS) + 1))
    await tx.execute(f"INSERT INTO supply_request_event ({', '.join(COLUMNS)}) VALUES ({marks})", *values)
