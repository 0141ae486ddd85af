"""What a bridge says of itself every half minute, and what the portal makes of its silence.

A dead bridge cannot raise an alarm, so the portal does: whoever has not completed a cycle for five minutes is
late, whether it speaks or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.bridge.alarms import watch_cycle
from server.bridge.notices import tell_monitor
from server.bridge.rules import MOST_ERRORS
from server.bridge.upkeep import Upkeep


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The last time that both sides were compared: how many rows differed, and differ still."""

    at: datetime
    found: int
    repaired: int
    left: int


@dataclass(frozen=True, slots=True)
class Beat:
    """`last_cycle_at` is the end of the last complete cycle, by the bridge's clock."""

    queue: int
    oldest_at: datetime | None
    errors: tuple[str, ...]
    last_cycle_at: datetime | None
    version: str
    firebird: str
    base_bytes: int | None
    epoch: str
    upkeep: Upkeep | None = None
    reconciliation: Reconciliation | None = None


_COLUMNS = (
    "queue", "oldest_at", "errors", "last_cycle_at", "version", "firebird", "base_bytes", "epoch", "upkeep",
    "heard_at", "reconciled_at", "reconciled_found", "reconciled_repaired", "reconciled_left",
)  # fmt: skip


async def record_beat(actor: Actor, beat: Beat, now: datetime) -> None:
    """One row for each bridge: the newest word. A clock that runs ahead does not count as a cycle to come."""
    errors = [text.replace("\x00", "") for text in beat.errors[:MOST_ERRORS]]
    done = beat.reconciliation
    cycle_at = min(beat.last_cycle_at, now) if beat.last_cycle_at else None
    changes = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)
    marks = ", ".join(f"${number}" for number in range(4, 4 + len(_COLUMNS)))
    async with DB.transaction() as tx:
        await tx.execute(
            f"insert into bridge_status (id, reseller_id, user_id, {', '.join(_COLUMNS)})"
            f" values ($1, $2, $3, {marks}) on conflict (user_id) do update set {changes}",
            uuid7(),
            actor.reseller_id,
            actor.user_id,
            beat.queue,
            beat.oldest_at,
            msgspec.json.encode(errors).decode(),
            cycle_at,
            beat.version,
            beat.firebird,
            beat.base_bytes,
            beat.epoch,
            None if beat.upkeep is None else msgspec.json.encode(beat.upkeep).decode(),
            now,
            *((done.at, done.found, done.repaired, done.left) if done else (None, 0, 0, 0)),
        )
        await watch_cycle(actor.reseller_id, actor.user_id, cycle_at, now)
        await tell_monitor(actor.reseller_id)
