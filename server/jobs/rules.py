"""When a failed job is tried again, and when it is given up."""

from __future__ import annotations

from datetime import timedelta

MAX_ATTEMPTS = 12  # with this back-off about a day and a half: a mail server may be down for a night
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=6)


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None when that was the last."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return min(FIRST_WAIT * 4.0 ** (attempts - 1), LONGEST_WAIT)
