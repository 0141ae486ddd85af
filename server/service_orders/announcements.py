"""What of an order's changes people are told: the pure choice, and the announcement inside the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.service_orders.statuses import CLOSED, Status

NEWS_FOR = timedelta(days=1)  # what ILUX tells of an older day is history, not news
_TIMES = frozenset({"due_at", "revised_due_at", "scheduled_at"})
_TEXTS = frozenset({"description", "requester_name", "requester_phone", "defect", "notes"})
_TOLD = frozenset({"status", "pending_reason"}) | _TIMES

Told = tuple[Event, UUID | None]  # with the technician whom alone it is for


def told_of(order: Mapping[str, Any], after: Mapping[str, Any]) -> list[Told]:
    """The events of a change: for everybody who follows the order, and for who has or had it to do."""
    new = {name: value for name, value in after.items() if order.get(name) != value}
    status = new.get("status")
    was, now = order.get("technician_id"), new.get("technician_id", order.get("technician_id"))
    told: list[Told] = []
    if status == Status.CANCELLED:
        told.append((Event.ORDER_CANCELLED, None))
    elif status in CLOSED:
        told.append((Event.ORDER_COMPLETED, None))
    elif status is not None or now != was or _TIMES & new.keys():
        told.append((Event.ORDER_CHANGED, None))
    if was is not None and (was != now or status == Status.CANCELLED):
        told.append((Event.VISIT_CALLED_OFF, was))
    if now is None or status in CLOSED:
        return told
    if now != was:
        told.append((Event.VISIT_DISPATCHED, now))
    elif status is not None or (_TIMES | _TEXTS) & new.keys():
        told.append((Event.VISIT_CHANGED, now))
    return told


def is_news(at: datetime | None, now: datetime) -> bool:
    return at is None or now - at < NEWS_FOR


async def announce_opening(order: Mapping[str, Any], actor_id: UUID | None) -> None:
    await _announce(order, [(Event.ORDER_OPENED, None)], actor_id, {})
    if order["technician_id"] is not None and order["status"] not in CLOSED:
        await _announce(order, [(Event.VISIT_DISPATCHED, order["technician_id"])], actor_id, {})


async def announce_change(
    order: Mapping[str, Any], after: Mapping[str, Any], actor_id: UUID | None, note: str = ""
) -> None:
    """`order` as it was; inside the transaction that changes it."""
    said = {name: value for name, value in after.items() if name in _TOLD and value is not None}
    if after.get("technician_id") not in (None, order["technician_id"]):
        said["is_another"] = order["technician_id"] is not None
    reason = after.get("cancel_reason") or ""
    await _announce(order, told_of(order, after), actor_id, {"after": said, "reason": reason, "note": note})


async def announce_parts(order: Mapping[str, Any], actor_id: UUID | None, parts: Sequence[str]) -> None:
    await _announce(order, [(Event.PARTS_REQUESTED, None)], actor_id, {"parts": ", ".join(parts)})


async def announce_discrepancies(
    order: Mapping[str, Any], visit_id: UUID | None, actor_id: UUID | None, kinds: Sequence[str]
) -> None:
    await announce(
        Event.DISCREPANCY_RAISED,
        Subject.VISIT if visit_id else Subject.SERVICE_ORDER,
        visit_id or order["id"],
        reseller_id=order["reseller_id"],
        company_id=order["company_id"],
        customer_id=order["customer_id"],
        actor_id=actor_id,
        facts={"kinds": list(kinds)},
    )


async def _announce(
    order: Mapping[str, Any], told: Sequence[Told], actor_id: UUID | None, facts: Mapping[str, Any]
) -> None:
    for event, technician_id in told:
        await announce(
            event,
            Subject.SERVICE_ORDER,
            order["id"],
            reseller_id=order["reseller_id"],
            company_id=order["company_id"],
            customer_id=order["customer_id"],
            technician_id=technician_id,
            actor_id=actor_id,
            facts=facts,
        )
