"""What an order's visits come to, kept with it: who counts a year's orders need not ask for each visit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.database import Transaction, held
from server.service_orders.tables import ServiceOrder
from server.visits.states import VisitState


def add_up(
    tx: Transaction, order: Mapping[str, Any], before: VisitState, after: VisitState, times: Mapping[str, Any]
) -> None:
    """A visit of the held order went on; `times` are those of its columns that it got by that.

    Neither sum ever goes back: a visit's times are set once, and a conclusion outlives everything.
    """
    sums: dict[str, Any] = {}
    came: datetime | None = times.get("arrived_at") or times.get("work_started_at")  # a step sets one of them
    if came is not None and (order["attended_at"] is None or came < order["attended_at"]):
        sums["attended_at"] = came
    if after is VisitState.COMPLETED and before is not VisitState.COMPLETED:
        sums["completed_visits"] = order["completed_visits"] + 1
    if sums:
        held.write(tx, ServiceOrder, order["id"], sums)
