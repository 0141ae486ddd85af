"""When both sides are to be compared; pure, time is an argument."""

from __future__ import annotations

from datetime import datetime, time, timedelta


def is_due(at: time, last: datetime, now: datetime) -> bool:
    """Whether the hour `at` has come since `last`; all of them by the reseller's clocks.

    A bridge that was off at that hour does it when it is on again.
    """
    today = datetime.combine(now, at)
    newest = today if today <= now else today - timedelta(days=1)
    return last < newest
