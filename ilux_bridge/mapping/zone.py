"""The clock on a reseller's wall: between the base's local times and the portal's instants.

Brazil moved its clocks until 2019, so that old rows may name an hour that came twice (taken as the first)
or never came (taken as if the clocks had not moved yet).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def is_zone(name: str) -> bool:
    return _zone(name) is not None


def to_instant(local: datetime, zone: str) -> datetime | None:
    """The UTC instant of a wall time, or of one that carries its own zone; None beyond the calendar."""
    try:
        return (local if local.tzinfo else local.replace(tzinfo=_zone(zone))).astimezone(UTC)
    except OverflowError:
        return None


def to_local(instant: datetime, zone: str) -> datetime | None:
    """The wall time of an instant, in the 0.1 ms that Firebird keeps; None beyond the calendar."""
    try:
        local = instant.astimezone(_zone(zone)).replace(tzinfo=None, fold=0)
    except OverflowError:
        return None
    return local - timedelta(microseconds=local.microsecond % 100)


def format_instant(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_instant(text: str) -> datetime | None:
    """Only what names its zone: `2026-01-31T11:30:00Z`, or with an offset."""
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
