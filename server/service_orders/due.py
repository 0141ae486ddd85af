"""By when somebody is to come, and whether that is over: for rows that were read, and in SQL.

What the desk revised counts, or else what was promised, later by what the order waited. `late_sql` says the
same as `rules.is_overdue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.service_orders.statuses import CLOSED, PAUSING, Status

_COLUMNS = ("revised_due_at", "paused_due_at", "due_at")
_RUNNING = ", ".join(f"'{one}'" for one in sorted(set(Status) - CLOSED - {Status.LOGISTICS, Status.STOCK}))
_PAUSING = ", ".join(f"'{one}'" for one in sorted(PAUSING))


def due_of(row: Mapping[str, Any]) -> datetime | None:
    due_at: datetime | None = next((row[name] for name in _COLUMNS if row[name] is not None), None)
    return due_at


def due_sql(order: str = "service_order") -> str:
    return f"coalesce({', '.join(f'{order}.{name}' for name in _COLUMNS)})"


def late_sql(now: str, order: str = "service_order") -> str:
    """`now` is the argument's mark. The statuses are named, so that the index finds them."""
    is_paused = (
        f"{order}.status = '{Status.PENDING}' AND coalesce({order}.pending_reason, '') IN ({_PAUSING})"
    )
    return f"({order}.status IN ({_RUNNING}) AND {due_sql(order)} < {now} AND NOT ({is_paused}))"
