"""When a webhook is tried again, given up, and when its endpoint is: pure.

The times between attempts are those that the specification recommends, with some chance in them, so that what
failed together does not come back together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
SPREAD = 0.2  # of each of them, earlier or later
DISABLED_AFTER = timedelta(days=5)
LONGEST_PAUSE = timedelta(minutes=5)
LONGEST_ASKED = timedelta(days=1)
OLD_SECRET_GOOD_FOR = timedelta(hours=24)
KEEP_DELIVERIES = timedelta(days=30)
GONE = 410


class State(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt: a status, or why there was none; `after` is what `Retry-After` asked for."""

    status: int | None
    error: str = ""
    after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == GONE

    @property
    def said(self) -> str:
        """For the list of what was sent, beside the status."""
        if self.status is None:
            return self.error
        if 300 <= self.status < 400:
            return "redirecionamentos não são seguidos"
        return ""


def wait_after(attempts: int, chance: float, asked: timedelta | None = None) -> timedelta | None:
    """How long after so many failures; `chance` is 0 to 1. None when that was the last."""
    if attempts > len(WAITS):
        return None
    wait = WAITS[attempts - 1] * (1 - SPREAD + 2 * SPREAD * chance)
    return max(wait, min(asked, LONGEST_ASKED)) if asked is not None else wait


def pause_after(wait: timedelta | None) -> timedelta:
    """What else waits for that endpoint is held for a while: it would most likely fail, too."""
    return min(wait or LONGEST_PAUSE, LONGEST_PAUSE)


def is_given_up(failing_since: datetime, now: datetime) -> bool:
    """Nothing got through for days: nobody looks at that endpoint."""
    return now - failing_since >= DISABLED_AFTER
