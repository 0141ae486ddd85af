"""How many calls a token may make: a bucket that fills evenly, in the memory of each process.

What is guarded is the portal's speed for people, not a secret: a database's row for each call would cost more
than most calls.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

MOST_BUCKETS = 10_000
SECONDS = 60.0


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime


class Limiter:
    """So many calls a minute for each key, all at once or evenly."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str, now: datetime) -> int:
        """0 when the call may go on, else the seconds until the next may."""
        bucket = self._buckets.pop(key, None) or _Bucket(self._most, now)
        self._buckets[key] = bucket
        if len(self._buckets) > MOST_BUCKETS:  # whoever was silent longest has a full one anyway
            self._buckets.popitem(last=False)
        gained = max(0.0, (now - bucket.at).total_seconds()) * self._most / SECONDS
        bucket.left, bucket.at = min(self._most, bucket.left + gained), now
        if bucket.left >= 1:
            bucket.left -= 1
            return 0
        return max(1, math.ceil((1 - bucket.left) * SECONDS / self._most))
