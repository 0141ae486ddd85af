"""Supply requests after ILUX was restored from an older copy: what the copy lacks is asked of it again.

As `rewinds` does with orders: a request that was made here goes to ILUX as a new one, with its items and all
that followed.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from server.database import Transaction, bulk


async def send_again(tx: Transaction, reseller_id: UUID, gone: Sequence[UUID]) -> list[UUID]:
    """Those of `gone`, which have no key any more, that nobody asks ILUX for: they are gone indeed."""
    asked = {
        row_id
        for (row_id,) in await tx.fetch(
            "select row_id from ilux_message m where reseller_id = $1 and status = 'open'"
            " and entity = 'supply_request' and write = 'requested' and not exists (select 1 from"
            " ilux_link l where l.row_id = m.row_id and l.entity = 'supply_request')",
            reseller_id,
        )
    }
    for request_id in sorted(asked):
        await tx.execute(
            "update ilux_message set key = null, waits_for_id = row_id where reseller_id = $1"
            " and row_id = $2 and status = 'open' and write <> 'requested'",
            reseller_id,
            request_id,
        )
        await tx.execute(
            "update ilux_message set waits_for_id = $2 where reseller_id = $1 and status = 'open'"
            " and entity = 'supply_request_item' and row_id in (select id from supply_request_item"
            " where supply_request_id = $2)",
            reseller_id,
            request_id,
        )
        await tx.execute("update supply_request set ilux_number = '' where id = $1", request_id)
    return [row_id for row_id in gone if row_id not in asked]


async def without_asked(tx: Transaction, reseller_id: UUID, item_ids: Sequence[UUID]) -> list[UUID]:
    """The items that ILUX is not asked for again."""
    rows = await tx.fetch(
        "select row_id from ilux_message where reseller_id = $1 and status = 'open'"
        f" and entity = 'supply_request_item' and {bulk.among('row_id', 2)}",
        reseller_id,
        bulk.values(item_ids),
    )
    asked = {row_id for (row_id,) in rows}
    return [row_id for row_id in item_ids if row_id not in asked]
