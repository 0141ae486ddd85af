"""Loading one order to change it, and writing the change: the lock, the columns, the line of history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.bridge import messages
from server.calendars import pauses
from server.database import Transaction, held
from server.problems import Problem
from server.service_orders import history
from server.service_orders.announcements import announce_change
from server.service_orders.history import Author, When
from server.service_orders.rules import OrderChange, OrderState
from server.service_orders.statuses import CLOSED, Source, Status
from server.service_orders.tables import ServiceOrder


async def lock_order(tx: Transaction, reseller_id: UUID, order_id: UUID) -> dict[str, Any] | None:
    """The order's columns, held until the transaction ends; `None` when this reseller has no such order."""
    row = await held.hold(tx, ServiceOrder, order_id)
    return row if row is not None and row["reseller_id"] == reseller_id else None


async def lock_visible_order(tx: Transaction, actor: Actor, order_id: UUID) -> dict[str, Any]:
    """The same through the scope of a person. Raises `not_found`."""
    row = await lock_order(tx, actor.reseller_id, order_id)
    if row is None or not await ServiceOrder.exists().where(
        visible(actor, ServiceOrder), ServiceOrder.id == order_id
    ):
        raise Problem("not_found")
    return row


def state_of(row: Mapping[str, Any]) -> OrderState:
    return OrderState(
        id=row["id"],
        status=Status(row["status"]),
        technician_id=row["technician_id"],
        opened_at=row["opened_at"],
        scheduled_at=row["scheduled_at"],
        due_at=row["due_at"],
        revised_due_at=row["revised_due_at"],
    )


async def write(
    tx: Transaction,
    order: Mapping[str, Any],
    change: OrderChange,
    author: Author,
    when: When,
    kind: str,
    *,
    note: str = "",
    ended_at: datetime | None = None,
    tells_ilux: bool = True,
) -> None:
    """The changed columns of a locked order, and who changed them. A change of nothing leaves no trace.

    `ended_at` is when a closed order ended, if that was not when it was recorded. ILUX is told of a new
    status, technician or promised time, unless it said so itself or the caller tells more.
    """
    if change.is_empty:
        return
    columns = {**change.after, **_consequences(change, when.recorded_at, ended_at or when.recorded_at)}
    held.write(tx, ServiceOrder, order["id"], {name: plain(value) for name, value in columns.items()})
    await history.add_line(
        tx,
        order["reseller_id"],
        order["id"],
        author,
        when,
        kind,
        before=change.before,
        after=change.after,
        note=note,
        order_ver=order["ver"],
    )
    if pauses.may_move(order, change.after):
        promised = change.after.get("due_at", order["due_at"])
        for paused_due_at in (await pauses.paused_due(tx, {order["id"]: promised})).values():
            held.write(tx, ServiceOrder, order["id"], {"paused_due_at": paused_due_at})
    await announce_change(order, change.after, author.user_id, note)
    if tells_ilux and author.source is not Source.ILUX:
        await messages.order_changed(tx, order, change.after, when.recorded_at)


def _consequences(change: OrderChange, now: datetime, ended_at: datetime) -> dict[str, Any]:
    """Times that follow from a change."""
    times: dict[str, Any] = {"last_change_at": now}
    status = change.after.get("status")
    if status is not None:
        times["closed_at"] = messages.to_the_second(ended_at) if status in CLOSED else None
    if "technician_id" in change.after:
        times["dispatched_at"] = now
    return times


def plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value
