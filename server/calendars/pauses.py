"""The promised time of an order, moved on by what it waited.

Kept with the order when a wait ends, so that lists know it without working out a ledger for each line. While
it waits an order is not late at all: `service_orders.rules`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from server.calendars.promises import explained
from server.database import Transaction, bulk
from server.service_orders.statuses import WAITING, Status

_PROMISES = (
    "SELECT p.service_order_id, o.opened_at, p.minutes, p.due_at, p.calendar FROM order_promise p"
    " JOIN service_order o ON o.id = p.service_order_id WHERE "
)
_NAMES = ("service_order_id", "opened_at", "minutes", "due_at", "calendar")


def may_move(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a change of these columns may move the time: a wait ends, or something else is promised."""
    return "due_at" in after or ("status" in after and Status(before["status"]) in WAITING)


async def paused_due(
    tx: Transaction, promised: Mapping[UUID, datetime | None]
) -> dict[UUID, datetime | None]:
    """For each of these orders that was promised a time by the calendar: until when, with its pauses.

    `promised` is what each order says now. None for one that says something else than its calendar did, for
    one that never waited, and while it waits. The history's line of what ended the wait is written already.
    """
    if not promised:
        return {}
    found = await tx.fetch(_PROMISES + bulk.among("p.service_order_id", 1), bulk.values(promised))
    rows = [dict(zip(_NAMES, row, strict=True)) for row in found]
    changes = await _changes(tx, [row["service_order_id"] for row in rows])
    return {
        order_id: explained(row, row["opened_at"], changes[order_id]).paused_due_at
        if promised[order_id] == row["due_at"]
        else None
        for row in rows
        for order_id in (row["service_order_id"],)
    }


async def keep_paused_due(tx: Transaction, promised: Mapping[UUID, datetime | None]) -> None:
    for order_id, due_at in (await paused_due(tx, promised)).items():
        await tx.execute(
            "UPDATE service_order SET paused_due_at = $2 WHERE id = $1 AND paused_due_at IS DISTINCT FROM $2",
            order_id,
            due_at,
        )


async def _changes(
    tx: Transaction, order_ids: Sequence[UUID]
) -> Mapping[UUID, list[tuple[datetime, dict[str, Any]]]]:
    """Of the status, by order."""
    changes: dict[UUID, list[tuple[datetime, dict[str, Any]]]] = defaultdict(list)
    if order_ids:
        lines = await tx.fetch(
            "SELECT service_order_id, occurred_at, after FROM order_event"
            f" WHERE {bulk.among('service_order_id', 1)} AND kind <> 'note' ORDER BY recorded_at, id",
            bulk.values(order_ids),
        )
        for order_id, at, after in lines:
            changes[order_id].append((at, msgspec.json.decode(after)))
    return changes
