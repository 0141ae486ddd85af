"""Whose turn it is, in each of many orders at once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from server.triage.tables import TriageMessage


async def last_sides(order_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Who spoke last in each of these orders, which the caller may see; one without messages is missing."""
    if not order_ids:
        return {}
    rows = (
        await TriageMessage.select(TriageMessage.service_order_id, TriageMessage.author_side)
        .where(TriageMessage.service_order_id.is_in(list(order_ids)))
        .order_by(TriageMessage.created_at)
        .order_by(TriageMessage.id)
    )
    return {row["service_order_id"]: row["author_side"] for row in rows}
