"""What may be done with a service order, decided without touching anything; time is an argument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.accounts.actor import Role
from server.problems import Problem
from server.service_orders import problems as _problems  # noqa: F401  registers the codes raised here
from server.service_orders.statuses import (
    CLOSED,
    PAUSING,
    STATUS_NAMES,
    WAITING,
    PendingReason,
    Source,
    Status,
    may_change,
)

WAS_THERE_ALREADY = timedelta(days=1)  # a visit that is entered afterwards may lie before its call


@dataclass(frozen=True, slots=True)
class OrderState:
    """The columns that the rules look at."""

    id: UUID
    status: Status
    technician_id: UUID | None
    opened_at: datetime
    scheduled_at: datetime | None
    due_at: datetime | None
    revised_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Who goes, when, and by when it was promised. `None` leaves a time unset."""

    technician_id: UUID
    scheduled_at: datetime | None = None
    due_at: datetime | None = None
    revised_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderEdit:
    """What the desk may correct; `None` leaves a field as it is."""

    description: str | None = None
    requester_name: str | None = None
    requester_phone: str | None = None
    notes: str | None = None
    defect: str | None = None
    due_at: datetime | None = None
    revised_due_at: datetime | None = None
    scheduled_at: datetime | None = None
    checklist_version_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OrderChange:
    """A decision: the columns to write, and those columns as they were."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def is_empty(self) -> bool:
        return not self.after


def is_past_due(status: Status, due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at < now and status not in CLOSED


def is_overdue(status: Status, pending_reason: str | None, due_at: datetime | None, now: datetime) -> bool:
    """What waits for the customer or for parts is not late: its time stands still."""
    return is_past_due(status, due_at, now) and not is_paused(status, pending_reason)


def is_paused(status: Status, pending_reason: str | None) -> bool:
    return status in {Status.LOGISTICS, Status.STOCK} or (
        status is Status.PENDING and pending_reason in PAUSING
    )


def change_status(
    order: OrderState,
    after: Status,
    role: Role | None,
    source: Source,
    *,
    pending_reason: PendingReason | None = None,
) -> OrderChange:
    """Raises `status_not_possible`, or `reason_required` for P without one and for every C (see `cancel`)."""
    if not may_change(order.status, after, role, source):
        raise Problem("status_not_possible", before=STATUS_NAMES[order.status], after=STATUS_NAMES[after])
    is_reason_missing = after is Status.PENDING and pending_reason is None
    if is_reason_missing or after is Status.CANCELLED:
        raise Problem("reason_required")
    written: dict[str, Any] = {
        "status": after,
        "pending_reason": pending_reason if after is Status.PENDING else None,
    }
    if after is Status.OPENED:  # the dispatch is withdrawn
        written["technician_id"] = None
        return OrderChange({"status": order.status, "technician_id": order.technician_id}, written)
    return OrderChange({"status": order.status}, written)


def cancel(order: OrderState, reason: str, role: Role | None, source: Source) -> OrderChange:
    """Raises `reason_required` or `status_not_possible`."""
    if not reason.strip():
        raise Problem("reason_required")
    if not may_change(order.status, Status.CANCELLED, role, source):
        raise Problem(
            "status_not_possible",
            before=STATUS_NAMES[order.status],
            after=STATUS_NAMES[Status.CANCELLED],
        )
    return OrderChange(
        {"status": order.status, "cancel_reason": ""},
        {"status": Status.CANCELLED, "cancel_reason": reason.strip()},
    )


def dispatch(order: OrderState, wanted: Dispatch, *, is_technician_available: bool) -> OrderChange:
    """Send somebody, or somebody else, or the same at another time. The same technician goes on serving.

    Raises `order_closed`, `technician_unavailable`, `due_before_opening`, `scheduled_before_opening`.
    """
    if order.status in CLOSED:
        raise Problem("order_closed", before=STATUS_NAMES[order.status])
    if not is_technician_available:
        raise Problem("technician_unavailable")
    for name in ("due_at", "revised_due_at"):
        # A time that ILUX promised stands, even one that makes no sense: it holds nobody's dispatch up.
        if getattr(wanted, name) != getattr(order, name):
            _check_due(order, getattr(wanted, name))
    visit_at = wanted.scheduled_at
    earliest = order.opened_at - WAS_THERE_ALREADY
    if visit_at is not None and visit_at != order.scheduled_at and visit_at < earliest:
        raise Problem("scheduled_before_opening")
    is_at_it = order.status is Status.IN_SERVICE and order.technician_id == wanted.technician_id
    wishes: dict[str, Any] = {
        "technician_id": wanted.technician_id,
        "scheduled_at": wanted.scheduled_at,
        "due_at": wanted.due_at,
        "revised_due_at": wanted.revised_due_at,
        "status": order.status if is_at_it else Status.DISPATCHED,
    }
    change = _difference(order, wishes)
    if order.status in WAITING:
        return OrderChange(change.before, {**change.after, "pending_reason": None})
    return change


def edit(order: OrderState, current: Mapping[str, Any], wanted: OrderEdit) -> OrderChange:
    """`current` holds the order's columns by name. Raises `order_closed`, `due_before_opening`."""
    if order.status in CLOSED:
        raise Problem("order_closed", before=STATUS_NAMES[order.status])
    for promised in (wanted.due_at, wanted.revised_due_at):
        _check_due(order, promised)
    wishes = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    given = {name: value for name, value in wishes.items() if value is not None and value != current[name]}
    return OrderChange({name: current[name] for name in given}, given)


def _check_due(order: OrderState, promised: datetime | None) -> None:
    if promised is not None and promised < order.opened_at:
        raise Problem("due_before_opening")


def _difference(order: OrderState, wishes: Mapping[str, Any]) -> OrderChange:
    changed = {name: value for name, value in wishes.items() if getattr(order, name) != value}
    return OrderChange({name: getattr(order, name) for name in changed}, changed)
