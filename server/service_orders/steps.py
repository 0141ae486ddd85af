"""What an order went through in ILUX, one status after the other, before the portal heard of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from server.service_orders.statuses import Status


@dataclass(frozen=True, slots=True)
class Step:
    """One change that somebody made there. `number` and `at`, ILUX's own, tell it from every other.

    `before` is None where ILUX had nothing that the portal knows; `is_opening` says that the order was new.
    """

    number: int
    at: datetime
    before: Status | None
    after: Status
    is_opening: bool = False

    def line_id(self, order_id: UUID) -> UUID:
        """Of its line in the history: told again, it is the same line."""
        return uuid5(order_id, f"{self.number} {self.at.isoformat()} {self.after.value}")

    @property
    def kind(self) -> str:
        return kind_of(self.after)


def kind_of(status: Status) -> str:
    """Of a line of the history that leads to it."""
    return "cancelled" if status is Status.CANCELLED else "status"


def opening_status(steps: Sequence[Step], status: Status) -> Status:
    """In which an order began that is first heard of in `status`."""
    if not steps:
        return status
    return steps[0].after if steps[0].is_opening else steps[0].before or status
