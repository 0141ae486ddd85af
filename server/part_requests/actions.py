"""What logistics does with a requested part: one transaction that locks, asks the rule, writes and tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import find_visible, visible
from server.database import Transaction, held
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.part_requests import rules
from server.part_requests.rules import PartChange, PartEdit
from server.part_requests.statuses import STATUS_NAMES, PartStatus
from server.part_requests.wording import change_text
from server.problems import Problem
from server.service_orders import history, notices, orders
from server.service_orders.history import Author, When
from server.service_orders.statuses import Status
from server.service_orders.tables import Carrier, PartRequest


async def edit(actor: Actor, part_request_id: UUID, wanted: PartEdit, *, now: datetime) -> None:
    """Saying the same again changes nothing and tells nobody.

    Raises `not_found`, `order_closed`, `part_status_not_possible`, `expected_date_required` and
    `reason_required`.
    """
    async with DB.transaction() as tx:
        part = await find_visible(actor, PartRequest, part_request_id)
        # The order first, as everybody does: two parts that end at once must not both miss that all did.
        order = await orders.lock_visible_order(tx, actor, part.service_order_id)
        row = await held.hold(tx, PartRequest, part_request_id)
        assert row is not None
        change = rules.edit(row, wanted, Status(order["status"]))
        if change.is_empty:
            return
        carrier = await _carrier(actor, change)
        held.write(
            tx,
            PartRequest,
            part_request_id,
            {**change.after, "changed_at": now, "changed_by_id": actor.user_id},
        )
        told = change_text(change.after, carrier)
        await history.add_line(
            tx,
            actor.reseller_id,
            order["id"],
            Author.on_web(actor),
            When.now(now),
            "part",
            before=change.before,
            after=change.after,
            note=f"{row['quantity']} × {row['description']}. {told}",
            is_internal=True,
        )
        await _announce(tx, actor, order, row, change, told)
        await notices.tell_desk(actor.reseller_id)


async def _carrier(actor: Actor, change: PartChange) -> str:
    """Its name. Raises `not_found` for one out of reach."""
    if change.after.get("carrier_id") is None:
        return ""
    found = (
        await Carrier.select(Carrier.name)
        .where(visible(actor, Carrier), Carrier.id == change.after["carrier_id"])
        .first()
    )
    if found is None:
        raise Problem("not_found")
    name: str = found["name"]
    return name


async def _announce(
    tx: Transaction,
    actor: Actor,
    order: Mapping[str, Any],
    row: Mapping[str, Any],
    change: PartChange,
    told: str,
) -> None:
    """The technician hears of each step; who dispatches, when nothing is missing any more."""
    facts = {"parts": f"{row['quantity']} × {row['description']}", "changes": told}
    if "status" in change.after:
        facts["change"] = f"peça {STATUS_NAMES[PartStatus(change.after['status'])].lower()}"
    else:
        facts["change"] = "andamento de peça"
    events: list[tuple[Event, UUID | None]] = []
    if order["technician_id"] is not None:
        events.append((Event.PART_CHANGED, order["technician_id"]))
    if "status" in change.after and await _is_complete(tx, order):
        events.append((Event.PARTS_COMPLETE, None))
    for event, technician_id in events:
        await announce(
            event,
            Subject.SERVICE_ORDER,
            order["id"],
            reseller_id=order["reseller_id"],
            company_id=order["company_id"],
            customer_id=order["customer_id"],
            technician_id=technician_id,
            actor_id=actor.user_id,
            facts=facts,
        )


async def _is_complete(tx: Transaction, order: Mapping[str, Any]) -> bool:
    rows = await tx.fetch("SELECT status FROM part_request WHERE service_order_id = $1", order["id"])
    return rules.is_complete(Status(order["status"]), [PartStatus(status) for (status,) in rows])
