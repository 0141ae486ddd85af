"""Telling the admin that a bridge is silent, or that something could not be synchronised.

Each is a look ahead, left by the heartbeat or by the refusal: a bridge that goes on moves its own alarm away,
and a row that was only waiting for its parent is no dead letter by then.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.bridge.rules import LATE_AFTER
from server.database import Transaction
from server.jobs.outbox import enqueue
from server.jobs.registry import ClaimedJob, handles
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.web.rendering import in_zone

LATE = "bridge_late"
DEAD_LETTERS = "bridge_dead_letters"
LOOK_AFTER = timedelta(minutes=5)
OVERSLEPT = timedelta(minutes=2)  # the portal was away itself: the bridge gets its time anew


async def watch_cycle(
    reseller_id: UUID, user_id: UUID, last_cycle_at: datetime | None, now: datetime
) -> None:
    """Look when this bridge will be late, unless that is left already; inside the heartbeat's transaction."""
    at = max((last_cycle_at or now) + LATE_AFTER, now + timedelta(minutes=1))
    await enqueue(
        LATE,
        {"user_id": user_id, "at": at.isoformat()},
        dedupe_key=f"{LATE}:{user_id}",
        reseller_id=reseller_id,
        run_at=at,
    )


async def watch_refusals(reseller_id: UUID, now: datetime) -> None:
    """Look later what is left of what was refused. Inside the transaction that refused it."""
    await enqueue(
        DEAD_LETTERS,
        {"since": now.isoformat()},
        dedupe_key=f"{DEAD_LETTERS}:{reseller_id}",
        reseller_id=reseller_id,
        run_at=now + LOOK_AFTER,
    )


@handles(LATE)
async def look_at_cycle(job: ClaimedJob) -> None:
    await tell_if_late(
        UUID(job.payload["user_id"]), datetime.fromisoformat(job.payload["at"]), datetime.now(UTC)
    )


@handles(DEAD_LETTERS)
async def look_at_refusals(job: ClaimedJob) -> None:
    assert job.reseller_id is not None
    await tell_of_refusals(job.reseller_id, datetime.fromisoformat(job.payload["since"]))


async def tell_if_late(user_id: UUID, expected_at: datetime, now: datetime) -> None:
    """Once for each silence."""
    async with DB.transaction() as tx:
        rows = await tx.fetch(
            "select u.reseller_id, u.name, s.last_cycle_at, r.timezone from app_user u"
            " join bridge_status s on s.user_id = u.id join reseller r on r.id = u.reseller_id"
            " where u.id = $1 and u.is_active",
            user_id,
        )
        if not rows:
            return
        reseller_id, name, last_cycle_at, timezone = rows[0]
        if now - expected_at > OVERSLEPT:
            await watch_cycle(reseller_id, user_id, now, now)
        elif last_cycle_at is not None and now - last_cycle_at < LATE_AFTER:
            await watch_cycle(reseller_id, user_id, last_cycle_at, now)
        elif not await _is_told(tx, user_id, last_cycle_at):
            last = f"{in_zone(last_cycle_at, timezone):%d/%m %H:%M}" if last_cycle_at else "nenhuma ainda"
            text = f"{name}: última sincronização completa, {last}. O portal segue sem as novidades do ILUX."
            await announce(
                Event.BRIDGE_LATE, Subject.BRIDGE, user_id, reseller_id=reseller_id, facts={"text": text}
            )


async def tell_of_refusals(reseller_id: UUID, since: datetime) -> None:
    """What was refused since then and has not been taken or written after all."""
    async with DB.transaction() as tx:
        rows = await tx.fetch(
            "select (select count(*) from ilux_refusal where reseller_id = $1 and refused_at >= $2),"
            " (select count(*) from ilux_message where reseller_id = $1 and status in ('refused', 'conflict')"
            " and answered_at >= $2)",
            reseller_id,
            since,
        )
        refusals, messages = rows[0]
        parts = _counted(
            refusals, "registro do ILUX recusado pelo portal", "registros do ILUX recusados pelo portal"
        )
        parts += _counted(messages, "escrita recusada pelo ILUX", "escritas recusadas pelo ILUX")
        if parts:
            text = f"{' e '.join(parts)}. Os demais seguem; estes esperam por alguém."
            await announce(
                Event.BRIDGE_DEAD_LETTER, Subject.BRIDGE, None, reseller_id=reseller_id, facts={"text": text}
            )


def _counted(number: int, one: str, many: str) -> list[str]:
    return [f"{number} {one if number == 1 else many}"] if number else []


async def _is_told(tx: Transaction, user_id: UUID, last_cycle_at: datetime | None) -> bool:
    silence = " and created_at > $3" if last_cycle_at else ""
    args: list[Any] = [user_id, Event.BRIDGE_LATE.value, *([last_cycle_at] if last_cycle_at else [])]
    found = await tx.fetch(
        f"select 1 from notification_event where subject_id = $1 and kind = $2{silence} limit 1", *args
    )
    return bool(found)
