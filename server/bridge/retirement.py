"""Rows that ILUX no longer has. Nothing is deleted: orders are cancelled, readings stay as they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from server.bridge import records
from server.database import Transaction
from server.service_orders import from_ilux


async def retire_rows(
    tx: Transaction, reseller_id: UUID, entity: str, row_ids: Sequence[UUID], now: datetime
) -> None:
    if entity == "service_order":
        await from_ilux.cancel_gone(tx, reseller_id, row_ids, now)
    elif entity != "meter_reading":
        await records.retire(tx, reseller_id, entity, row_ids)
