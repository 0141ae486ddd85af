"""Loading one request to change it, and writing the change: the lock, the columns, the line of history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.bridge import supply_messages
from server.database import Transaction, held
from server.problems import Problem
from server.service_orders.history import Author
from server.service_orders.statuses import Source
from server.supplies import announcements, history, notices
from server.supplies.rules import RequestChange
from server.supplies.tables import SupplyRequest


async def lock(tx: Transaction, reseller_id: UUID, request_id: UUID) -> dict[str, Any] | None:
    """The request's columns, held until the transaction ends; None when this reseller has no such one."""
    row = await held.hold(tx, SupplyRequest, request_id)
    return row if row is not None and row["reseller_id"] == reseller_id else None


async def lock_visible(tx: Transaction, actor: Actor, request_id: UUID) -> dict[str, Any]:
    """The same through the scope of a person. Raises `not_found`."""
    row = await lock(tx, actor.reseller_id, request_id)
    if row is None or not await SupplyRequest.exists().where(
        visible(actor, SupplyRequest), SupplyRequest.id == request_id
    ):
        raise Problem("not_found")
    return row


async def write(
    tx: Transaction,
    row: Mapping[str, Any],
    change: RequestChange,
    author: Author,
    now: datetime,
    *,
    note: str = "",
    is_internal: bool = False,
) -> None:
    """The changed columns of a locked request, and who changed them. ILUX is told, unless it said so itself.

    A change of nothing leaves no trace but its note.
    """
    if change.is_empty and not note:
        return
    if not change.is_empty:
        held.write(tx, SupplyRequest, row["id"], {**change.after, "last_change_at": now})
    kind = "note" if change.is_empty else change.kind
    # What was said beside a change that the customer sees may be the desk's own all the same.
    if note and is_internal and not change.is_empty:
        values = history.line(row["reseller_id"], row["id"], author, now, "note", note=note, is_internal=True)
        await history.add(tx, values)
        note, is_internal = "", False
    values = history.line(
        row["reseller_id"],
        row["id"],
        author,
        now,
        kind,
        before=change.before,
        after=change.after,
        note=note,
        is_internal=is_internal,
    )
    await history.add(tx, values)
    is_for_ilux = author.source is not Source.ILUX
    if is_for_ilux:
        await supply_messages.changed(tx, row, change.after, now)
    await announcements.changed(row, change, author)
    await notices.tell(row["reseller_id"], bridge=is_for_ilux)
