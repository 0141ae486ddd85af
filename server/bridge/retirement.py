"""Rows that ILUX no longer has. Nothing is deleted: orders and supply requests are cancelled, readings stay
as they were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from server.bridge import records, supply_requests
from server.database import Transaction
from server.service_orders import from_ilux
from server.service_orders.steps import Step


async def retire_rows(
    tx: Transaction,
    reseller_id: UUID,
    entity: str,
    row_ids: Sequence[UUID],
    now: datetime,
    steps: Mapping[UUID, tuple[Step, ...]] = MappingProxyType({}),
    *,
    is_live: bool = False,
) -> None:
    """`steps` are what orders went through before, by order; `is_live` that it happened just now."""
    if entity == "service_order":
        await from_ilux.cancel_gone(tx, reseller_id, row_ids, steps, now, is_live=is_live)
    elif entity == "supply_request":
        await supply_requests.cancel_gone(tx, reseller_id, row_ids, now)
    elif entity != "meter_reading":
        await records.retire(tx, reseller_id, entity, row_ids)
