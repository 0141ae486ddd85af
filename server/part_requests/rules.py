"""What changes a requested part, pure: the caller brings the row, the rule says the columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from server.part_requests import problems as _problems  # noqa: F401  registers the codes raised here
from server.part_requests.statuses import ENDED, STATUS_NAMES, TRANSITIONS, PartStatus
from server.problems import Problem
from server.service_orders import problems as _order_problems  # noqa: F401
from server.service_orders.statuses import CLOSED, WAITING, Status
from server.service_orders.statuses import STATUS_NAMES as ORDER_STATUS_NAMES

_TRAVELS = frozenset({PartStatus.SENT, PartStatus.DELIVERED})


@dataclass(frozen=True, slots=True)
class PartEdit:
    """What logistics says of a part; all of it, as the form has it."""

    status: PartStatus
    expected_on: date | None = None
    carrier_id: UUID | None = None
    tracking_code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PartChange:
    """The changed columns, as they were and as they are to be."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def is_empty(self) -> bool:
        return not self.after


def edit(row: Mapping[str, Any], wanted: PartEdit, order_status: Status) -> PartChange:
    """What no longer belongs to the new status goes: a part that came has no expected date.

    Raises `order_closed`, `part_status_not_possible`, `expected_date_required`, `reason_required`.
    """
    if order_status in CLOSED:
        raise Problem("order_closed", before=ORDER_STATUS_NAMES[order_status])
    before, status = PartStatus(row["status"]), wanted.status
    if status is not before and status not in TRANSITIONS[before]:
        raise Problem("part_status_not_possible", before=STATUS_NAMES[before], after=STATUS_NAMES[status])
    if status is PartStatus.BACKORDER and wanted.expected_on is None:
        raise Problem("expected_date_required")
    if status is PartStatus.REFUSED and not wanted.reason.strip():
        raise Problem("reason_required")
    said = {
        "status": status.value,
        "expected_on": wanted.expected_on if status is PartStatus.BACKORDER else None,
        "carrier_id": wanted.carrier_id if status in _TRAVELS else None,
        "tracking_code": wanted.tracking_code.strip() if status in _TRAVELS else "",
        "reason": wanted.reason.strip() if status is PartStatus.REFUSED else "",
    }
    after = {name: value for name, value in said.items() if row[name] != value}
    return PartChange({name: row[name] for name in after}, after)


def is_complete(order_status: Status, parts: Iterable[PartStatus]) -> bool:
    """Whether an order that waits has all that is to come, and something did: somebody can go back."""
    known = list(parts)
    return (
        order_status in WAITING and PartStatus.DELIVERED in known and all(status in ENDED for status in known)
    )
