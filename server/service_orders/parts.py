"""Parts that an order waits for: asked for on a visit or at the desk, looked after by logistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.database import Transaction
from server.problems import Problem
from server.service_orders import history, notices, orders
from server.service_orders.announcements import announce_parts
from server.service_orders.history import Author, When
from server.service_orders.tables import PartRequest


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part and how many; `part_id` is `None` for one that is not in the list."""

    id: UUID
    part_id: UUID | None
    description: str
    quantity: int


async def request_parts(
    actor: Actor, order_id: UUID, lines: Sequence[PartLine], *, now: datetime, note: str = ""
) -> None:
    """From the desk. Raises `not_found`, `text_required` when nothing is asked for."""
    if not lines:
        raise Problem("text_required")
    async with DB.transaction() as tx:
        order = await orders.lock_visible_order(tx, actor, order_id)
        await add_requests(tx, order, lines, Author.on_web(actor), When.now(now), note=note)
        await notices.tell_desk(actor.reseller_id)


async def add_requests(
    tx: Transaction,
    order: Mapping[str, Any],
    lines: Sequence[PartLine],
    author: Author,
    when: When,
    *,
    visit_id: UUID | None = None,
    note: str = "",
) -> int:
    """Those of the lines that were not recorded yet, in the transaction that holds the order; how many."""
    if not lines:
        return 0
    known = set(
        await PartRequest.select(PartRequest.id)
        .where(PartRequest.id.is_in([line.id for line in lines]))
        .output(as_list=True)
    )
    fresh = [line for line in lines if line.id not in known]
    if not fresh:
        return 0
    await PartRequest.insert(
        *(
            PartRequest(
                id=line.id,
                reseller_id=order["reseller_id"],
                service_order_id=order["id"],
                visit_id=visit_id,
                part_id=line.part_id,
                description=line.description,
                quantity=line.quantity,
                note=note,
                requested_at=when.recorded_at,
                requested_by_id=author.user_id,
            )
            for line in fresh
        )
    )
    parts = [f"{line.quantity} × {line.description}" for line in fresh]
    await history.add_line(
        tx, order["reseller_id"], order["id"], author, when, "parts", after={"parts": parts}, note=note
    )
    await announce_parts(order, author.user_id, parts)
    return len(fresh)
