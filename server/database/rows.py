"""What every table shares: an id made where the row is born, and the reseller it belongs to.

Synced tables also carry `ver`, drawn from one counter by triggers on every insert and update
(`migrations`), never written by the application.
"""

from __future__ import annotations

from typing import Any

from piccolo.columns import UUID, BigInt, ForeignKey, OnDelete, OnUpdate, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow

from offline_sync.ids import uuid7


def reference(table: Any, *, required: bool = True) -> ForeignKey[Any]:
    """A foreign key that keeps what it points to: rows are retired, not deleted."""
    return ForeignKey(
        references=table,
        null=not required,
        default=None,
        on_delete=OnDelete.restrict,
        on_update=OnUpdate.restrict,
        index=True,
    )


def instant(*, required: bool = False) -> Timestamptz:
    """A moment in UTC; when required, now unless given."""
    return Timestamptz(null=not required, default=TimestamptzNow() if required else None)


def version() -> BigInt:
    """The row's `ver` of the delta-sync protocol; the database sets it."""
    return BigInt(default=0)


def identity() -> UUID:
    """A UUIDv7, so that neighbours in time are neighbours in the index."""
    return UUID(primary_key=True, default=uuid7)
