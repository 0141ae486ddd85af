"""The base and its backups, as a bridge tells of them, and what of it is worth a warning; pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from offline_sync.messages import Instant

OLD_AFTER = timedelta(hours=24)
COPY_OLD_AFTER = timedelta(days=10)  # asked for each week; a long weekend is no alarm
LARGE_GAP = 20_000  # transactions; only one that was left open for days gets there
LOW_DISK = 3  # times the base: the next backup needs more than two
_SATURDAY = 5
_LONGEST = timedelta(days=60)

_Size = Annotated[int, Meta(ge=0, le=2**53)]


class Upkeep(Struct, frozen=True):
    """`backup_at` and what follows is of the last backup that a trial restore proved.

    `is_planned` and `is_copy_planned` say whether the bridge is to make them at all. `growth_bytes` is a
    day's. `is_stalled`: the base's file stands still and a copy of it is worth nothing. `transaction_gap`:
    how many transactions ago the oldest open one began.
    """

    is_planned: bool = False
    is_copy_planned: bool = False
    backup_at: Instant | None = None
    verified_at: Instant | None = None
    backup_bytes: _Size | None = None
    is_validated: bool = False
    copied_at: Instant | None = None
    problem: Annotated[str, Meta(max_length=500)] = ""
    growth_bytes: Annotated[int, Meta(ge=-(2**53), le=2**53)] | None = None
    free_bytes: _Size | None = None
    is_stalled: bool = False
    transaction_gap: _Size | None = None


class Concern(StrEnum):
    """Something that a person must see to."""

    NO_BACKUP = "no_backup"
    OLD_BACKUP = "old_backup"
    FAILING = "failing"
    OLD_COPY = "old_copy"
    LOW_DISK = "low_disk"
    STALLED = "stalled"
    OLD_TRANSACTION = "old_transaction"


def concerns(upkeep: Upkeep, base_bytes: int | None, now: datetime, timezone: str) -> tuple[Concern, ...]:
    """Of a bridge that makes no backups, only what is wrong in the base itself."""
    found: list[Concern] = []
    if upkeep.is_planned:
        if upkeep.backup_at is None:
            found.append(Concern.NO_BACKUP)
        elif working_time(upkeep.backup_at, now, timezone) > OLD_AFTER:
            found.append(Concern.OLD_BACKUP)
        if upkeep.problem:
            found.append(Concern.FAILING)
        if upkeep.free_bytes is not None and upkeep.free_bytes < LOW_DISK * (base_bytes or 0):
            found.append(Concern.LOW_DISK)
    has_old_copy = upkeep.copied_at is None or now - upkeep.copied_at > COPY_OLD_AFTER
    if upkeep.is_copy_planned and upkeep.backup_at is not None and has_old_copy:
        found.append(Concern.OLD_COPY)
    if upkeep.is_stalled:
        found.append(Concern.STALLED)
    if (upkeep.transaction_gap or 0) > LARGE_GAP:
        found.append(Concern.OLD_TRANSACTION)
    return tuple(found)


def working_time(since: datetime, until: datetime, timezone: str) -> timedelta:
    """What lies between, without Saturdays and Sundays, when the reseller's server may be off."""
    if until - since > _LONGEST:
        return _LONGEST
    zone, total = ZoneInfo(timezone), timedelta()
    local = since.astimezone(zone)
    while local < until:
        midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if local.weekday() < _SATURDAY:
            total += min(midnight, until.astimezone(zone)) - local
        local = midnight
    return total
