"""When the next backup is due, by the clock on the reseller's wall; pure.

A moment counts as missed, and is made up, until a good backup is newer than it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from ilux_bridge.mapping.zone import to_instant, to_local

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=2)
_CLOCK_DRIFT = timedelta(hours=1)


def last_due(now: datetime, times: Sequence[time], zone: str) -> datetime | None:
    """The latest of the day's moments that has come, as an instant."""
    local = to_local(now, zone)
    if local is None:
        return None
    moments = [
        to_instant(datetime.combine(local.date() - timedelta(days=days), at), zone)
        for days in (0, 1)
        for at in times
    ]
    return max((moment for moment in moments if moment is not None and moment <= now), default=None)


def is_backup_due(now: datetime, made: Sequence[datetime], times: Sequence[time], zone: str) -> bool:
    """`made` are the moments of good backups; one of the future is of a clock that was wrong."""
    due = last_due(now, times, zone)
    newest = max((at for at in made if at <= now + _CLOCK_DRIFT), default=None)
    return due is not None and (newest is None or newest < due)


def is_copy_due(now: datetime, copied: Sequence[datetime], days: int) -> bool:
    newest = max((at for at in copied if at <= now + _CLOCK_DRIFT), default=None)
    return newest is None or now - newest >= timedelta(days=days)


def pause(failures: int) -> timedelta:
    """How long to wait after so many failures in a row."""
    return min(FIRST_PAUSE * (1 << min(max(failures - 1, 0), 10)), LONGEST_PAUSE)
