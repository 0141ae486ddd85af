"""What changes a supply request, pure: the caller brings the row, the rule says the columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from server.accounts.actor import Role
from server.problems import Problem
from server.supplies import problems as _problems  # noqa: F401  registers the codes raised here
from server.supplies.statuses import STATUS_NAMES, RequestStatus, may_cancel

MOST_OF_ONE = 99


@dataclass(frozen=True, slots=True)
class RequestEdit:
    """What the desk says of a request; all of it, as the form has it."""

    status: RequestStatus
    invoice_number: str = ""
    invoice_issued_on: date | None = None
    carrier_id: UUID | None = None
    tracking_code: str = ""


@dataclass(frozen=True, slots=True)
class RequestChange:
    """The changed columns, as they were and as they are to be."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def is_empty(self) -> bool:
        return not self.after

    @property
    def kind(self) -> str:
        """Of the line in the history."""
        if self.after.get("status") == RequestStatus.CANCELLED:
            return "cancelled"
        return "status" if "status" in self.after else "edited"


def change_of(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> RequestChange:
    """What of `wanted` is not so already."""
    after = {name: value for name, value in wanted.items() if row[name] != value}
    return RequestChange({name: row[name] for name in after}, after)


def edit(row: Mapping[str, Any], wanted: RequestEdit) -> RequestChange:
    """Raises `supply_request_cancelled`; cancelling is a thing of its own, with a reason."""
    if row["status"] == RequestStatus.CANCELLED or wanted.status is RequestStatus.CANCELLED:
        raise Problem("supply_request_cancelled")
    said = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    return change_of(row, {**said, "status": wanted.status.value})


def cancel(row: Mapping[str, Any], reason: str, role: Role) -> RequestChange:
    """Raises `reason_required`, `supply_request_under_way`, `supply_request_cancelled`."""
    status = RequestStatus(row["status"])
    if status is RequestStatus.CANCELLED:
        raise Problem("supply_request_cancelled")
    if not may_cancel(status, role):
        raise Problem("supply_request_under_way", status=STATUS_NAMES[status])
    if not reason.strip():
        raise Problem("reason_required")
    return change_of(row, {"status": RequestStatus.CANCELLED.value, "cancel_reason": reason.strip()})
